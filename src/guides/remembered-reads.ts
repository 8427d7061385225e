import type { AwsReads } from '../protocol/aws-api.ts';
import type { GuideReads, PlacedReads } from './guide-door.ts';

/**
 * The same reads, each question asked once: the checks of one pass build on the same facts, and must see the same ones. Made
 * anew for every pass, so that a later look is a fresh one.
 */
export function rememberedReads(reads: GuideReads): GuideReads {
  const regions = new Map<string | undefined, AwsReads>();
  const places = new Map<string, Promise<PlacedReads>>();
  return {
    rack: remembered(reads.rack),
    kubernetes: remembered(reads.kubernetes),
    console: remembered(reads.console),
    local: remembered(reads.local),
    at: (name) => {
      const known = places.get(name);
      if (known) return known;
      const found = reads.at(name).then((place) => ({
        ...place,
        rack: remembered(place.rack),
        kubernetes: remembered(place.kubernetes),
      }));
      places.set(name, found);
      return found;
    },
    aws: (region) => {
      const known = regions.get(region);
      if (known) return known;
      const made = remembered(reads.aws(region));
      regions.set(region, made);
      return made;
    },
  };
}

function remembered<T extends object>(api: T): T {
  const answers = new Map<string, unknown>();
  return new Proxy(api, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: readonly unknown[]) => {
        // What is asked for is named in words; the options at the end hold a signal at most, which says nothing about it.
        const key = JSON.stringify([String(name), ...args.filter((arg) => typeof arg !== 'object')]);
        if (!answers.has(key)) answers.set(key, Reflect.apply(member, target, args));
        return answers.get(key);
      };
    },
  });
}
