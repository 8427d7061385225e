import { Failure } from '../domain/failure.ts';
import type { Target, TargetListing } from './target.ts';

/**
 * The rack that a command is about: `--rack` before everything else, `RACK_URL` included; then what variables and files name
 * (`listing.current`); then the only rack there is. Throws a `usage` Failure that lists the candidates.
 */
export function selectTarget(listing: TargetListing, wanted: string | undefined): Target {
  const flag = wanted?.trim();
  if (flag !== undefined && flag !== '') return matchTarget(listing, flag);
  if (listing.current !== undefined) return currentTarget(listing, listing.current);
  const [only, ...others] = listing.targets;
  if (only !== undefined && others.length === 0) return only;
  if (only === undefined) throw noRack(listing);
  throw usage('No rack is selected', undefined, listing, 'Name one with --rack.');
}

/** Exact name, else exact id, else the only name that contains the text (convox-api.md 7.1). */
export function matchTarget(listing: TargetListing, wanted: string): Target {
  const { targets } = listing;
  const exact = targets.find((target) => target.name === wanted) ?? targets.find((target) => target.id === wanted);
  if (exact !== undefined) return exact;
  const [match, ...more] = targets.filter((target) => target.name.includes(wanted));
  if (match === undefined) {
    if (targets.length === 0) throw noRack(listing);
    throw usage(
      `Could not find a rack named '${wanted}'`,
      listing.problems[0]?.what,
      listing,
      'Use one of those names.',
    );
  }
  if (more.length > 0) {
    const names = [match, ...more];
    throw usage(`Several racks match '${wanted}'`, undefined, { ...listing, targets: names }, 'Write the whole name.');
  }
  return match;
}

function currentTarget(listing: TargetListing, current: string): Target {
  const target = listing.targets.find((item) => item.name === current);
  if (target !== undefined) return target;
  if (listing.targets.length === 0) throw noRack(listing);
  const why = listing.problems[0]?.what ?? `${listing.currentSource ?? 'a file'} names it`;
  throw usage(`Could not find the current rack '${current}'`, why, listing, 'Name another one with --rack.');
}

function noRack(listing: TargetListing): Failure {
  const [problem] = listing.problems;
  return new Failure({
    kind: 'usage',
    what: 'No rack is configured',
    why: problem?.what,
    next: problem?.next ?? 'Run `rackdeck login <name> <gateway address>`, set RACK_URL, or try `rackdeck --demo`.',
  });
}

const SHOWN = 12;

function usage(what: string, why: string | undefined, { targets }: TargetListing, next: string): Failure {
  const names = targets.slice(0, SHOWN).map((target) => target.name);
  const rest = targets.length - names.length;
  const list = `${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return new Failure({ kind: 'usage', what, why, next: `Racks: ${list}. ${next}` });
}
