import {
  applyEdit,
  compareWith,
  type EnvEdit,
  type EnvEditEffect,
  effectOf,
  envLines,
  isGatewaySecret,
  masksIn,
  suspectValues,
} from '../domain/env-edit.ts';
import { envKeyText, MASK, parseEnv } from '../domain/env-text.ts';
import type { Release } from '../domain/release.ts';
import { newerThan } from '../domain/release-order.ts';
import { stepMaker } from '../domain/release-step.ts';
import type { ActionRequest } from '../domain/subject.ts';
import { atLeast } from '../domain/version.ts';
import { appOf, sameId, versionOf } from './app-state.ts';
import type { Action, ActionContext, PlannedChange, RunContext } from './define-action.ts';
import { RECORD_WAIT } from './deploy-times.ts';
import { ENV_RECALL } from './env-recall.ts';
import type { Observation } from './observation.ts';
import type { Preview, PreviewLine } from './preview.ts';
import { line, stepsTable } from './release-lines.ts';

export const CREATE_RELEASE = 'POST /apps/{app}/releases';
/** The gateway's own way: what is hidden never leaves it (gateway.md 6.5). */
export const GATEWAY_ENV = 'PUT /api/v1/apps/{app}/env';

/** An environment change, read off the rack. Holds values: secret. */
export interface EnvFacts {
  readonly app: string;
  readonly active: string;
  /** The newest release: every change builds on it, promoted or not (convox-api.md 6.2). Undefined: there is none. */
  readonly base: Release | undefined;
  /** Releases newer than the active one: a promote of the new release ships them as well. */
  readonly unpromoted: readonly Release[];
  /** Of the newest release; hidden values are masks through a gateway. */
  readonly env: ReadonlyMap<string, string>;
  readonly edit: EnvEdit;
  readonly effect: EnvEditEffect;
  readonly expected: ReadonlyMap<string, string>;
}

const LIMIT = 25;

/** `editOf`: what is to change, given the environment as it is. */
export async function gatherEnv(
  context: ActionContext,
  editOf: (env: ReadonlyMap<string, string>) => EnvEdit,
): Promise<EnvFacts> {
  const { reads, gateway, signal } = context;
  const name = appOf(context);
  const [app, releases, own] = await Promise.all([
    reads.app(name, { signal }),
    reads.releases(name, { limit: LIMIT }, { signal }),
    gateway?.env(name, { signal }),
  ]);
  const [base] = releases;
  // A list may come out of a cache; what is built on must be exact.
  const exact = base === undefined || own !== undefined ? base : await reads.release(name, base.id, { signal });
  const env = own ?? parseEnv(exact?.env ?? '');
  const edit = editOf(env);
  return {
    app: name,
    active: app.release,
    base: exact,
    unpromoted: newerThan(app.release, releases) ?? [],
    env,
    edit,
    effect: effectOf(env, edit),
    expected: applyEdit(env, edit),
  };
}

export function envPreview(verb: string, facts: EnvFacts, context: ActionContext): Preview {
  const { app, base, effect, unpromoted } = facts;
  const count = effect.added.length + effect.changed.length + effect.removed.length;
  const stepOf = stepMaker(unpromoted, {});
  return {
    headline: `${verb} ${count} ${count === 1 ? 'variable' : 'variables'} of ${app} on ${context.rack.name}`,
    effects: [
      `A new release is made on top of ${base?.id ?? 'nothing'}. It is not promoted: ${app} runs as before until somebody does.`,
    ],
    warnings: warningsOf(facts, context),
    lines: linesOf(facts),
    tables:
      unpromoted.length === 0
        ? []
        : [stepsTable('Not promoted yet, and part of the new release', unpromoted.map(stepOf))],
    blocked: blockedReason(facts, context),
  };
}

function linesOf({ effect, expected }: EnvFacts): readonly PreviewLine[] {
  const { added, changed, removed, same, hidden, missing } = effect;
  const unseen = new Set(hidden);
  const touched = added.length + changed.length + same.length;
  return [
    ...added.map((key) => line('added', envKeyText(key))),
    ...changed.map((key) =>
      line('changed', unseen.has(key) ? `${envKeyText(key)} (its present value is hidden)` : envKeyText(key)),
    ),
    ...removed.map((key) => line('removed', envKeyText(key))),
    ...same.map((key) => line('same', `${envKeyText(key)} has that value already`)),
    ...missing.map((key) => line('same', `${envKeyText(key)} is not set`)),
    line('heading', othersText(expected.size - touched)),
  ];
}

function othersText(count: number): string {
  if (count === 0) return 'There are no others';
  return count === 1 ? '1 other stays as it is' : `${count} others stay as they are`;
}

function warningsOf(
  { base, active, app, edit, unpromoted, effect }: EnvFacts,
  { rack }: ActionContext,
): readonly string[] {
  const warnings: string[] = [];
  if (base && !sameId(base.id, active)) {
    const count = unpromoted.length === 0 ? '' : ` (${unpromoted.length} not promoted)`;
    warnings.push(
      `${app} runs ${active || 'no release'}, but its newest release is ${base.id}${count}: promoting the new one ships that as well.`,
    );
  }
  const suspects = suspectValues(edit).filter((key) => !effect.same.includes(key));
  if (suspects.length > 0) {
    warnings.push(`Quotes and blanks become part of the value: look again at ${suspects.join(', ')}.`);
  }
  if (rack.kind === 'gateway') warnings.push(...hiddenWarning(effect));
  return warnings;
}

function hiddenWarning({ removed, hidden }: EnvEditEffect): readonly string[] {
  const lost = removed.filter(isGatewaySecret);
  if (lost.length + hidden.length === 0) return [];
  return [`Values that are hidden cannot be brought back from here: ${[...new Set([...hidden, ...lost])].join(', ')}.`];
}

function blockedReason({ effect, edit, env, app }: EnvFacts, context: ActionContext): string | undefined {
  const { added, changed, removed, missing } = effect;
  if (added.length + changed.length + removed.length === 0) {
    return missing.length > 0 && edit.set.size === 0
      ? `${app} has no variable ${missing.map(envKeyText).join(', ')}: there is nothing to remove.`
      : `${app} has these variables already: there is nothing to change.`;
  }
  const masks = masksIn(edit).filter((key) => env.get(key) !== MASK);
  if (masks.length > 0) {
    return `${masks.join(', ')} would be set to twenty asterisks, which only stand for a hidden value. Leave such lines as they are or give the real value.`;
  }
  if (context.rack.kind !== 'gateway') return undefined;
  const denied = context.access.can('convox:secret:set');
  if (denied.allowed) return undefined;
  const secret = [...added, ...changed, ...removed].filter((key) => isGatewaySecret(key) || env.get(key) === MASK);
  return secret.length === 0
    ? undefined
    : `The gateway keeps ${secret.map(envKeyText).join(', ')} secret or protected, and only an admin may change secrets (convox:secret:set): ${denied.reason}`;
}

export interface EnvMade {
  readonly release: string;
}

export function envChanges(_facts: EnvFacts, { rack }: ActionContext): readonly PlannedChange[] {
  return [{ route: rack.kind === 'gateway' ? GATEWAY_ENV : CREATE_RELEASE, times: 1 }];
}

export async function changeEnv(facts: EnvFacts, context: RunContext): Promise<EnvMade> {
  const { app, edit, effect, expected, base } = facts;
  const { gatewayWrites, writes, signal } = context;
  if (gatewayWrites) {
    const touched = [...effect.added, ...effect.changed];
    const set = Object.fromEntries(touched.map((key) => [key, edit.set.get(key) ?? '']));
    const { release } = await gatewayWrites.changeEnv(app, { set, remove: effect.removed }, { signal });
    return { release: release ?? '' };
  }
  // Pinned to the release that was previewed: what somebody else makes in this very moment is not drawn in.
  const pinned = base && atLeast(versionOf(context), '3.21.1') ? { parentRelease: base.id } : {};
  const made = await writes.createRelease(app, { env: envLines(expected), ...pinned }, { signal });
  return { release: made.id };
}

export async function observeEnv(
  facts: EnvFacts,
  result: EnvMade | undefined,
  { reads, signal }: ActionContext,
): Promise<Observation> {
  const { app, base, expected } = facts;
  if (result && result.release === '')
    return { state: 'done', words: 'Nothing had to be changed; no release was made.' };
  const listed = await reads.releases(app, { limit: 10 }, { signal });
  const at = listed.findIndex((release) => sameId(release.id, base?.id ?? ''));
  const fresh = at < 0 ? listed : listed.slice(0, at);
  const own = result ? listed.filter((release) => sameId(release.id, result.release)) : fresh;
  const judged = own.map((release) => ({ release, is: compareWith(expected, parseEnv(release.env)) }));
  const [whole] = judged.filter(({ is }) => is === 'same' || (is === 'unseen' && result !== undefined));
  if (whole) return madeIt(facts, whole.release.id, whole.is === 'unseen');
  const [unseen] = judged.filter(({ is }) => is === 'unseen');
  if (unseen) {
    return {
      state: 'unknown',
      words: `${unseen.release.id} is new and has these variables; hidden values cannot be compared.`,
    };
  }
  const [other] = judged;
  if (result && other) {
    return {
      state: 'failed',
      words: `${other.release.id} was made, but it does not have exactly the variables of the preview.`,
    };
  }
  if (result) return { state: 'pending', words: `${result.release} was made, but is not listed yet.` };
  return {
    state: 'absent',
    words: `No release with these variables was made; the newest of ${app} is ${listed[0]?.id ?? 'none'}.`,
  };
}

function madeIt({ app, effect }: EnvFacts, id: string, unseen: boolean): Observation {
  const { added, changed, removed } = effect;
  const count = added.length + changed.length + removed.length;
  const what = `${count} ${count === 1 ? 'variable' : 'variables'}`;
  const hidden = unseen ? ' (hidden values could not be compared)' : '';
  return {
    state: 'done',
    words: `${id} has the new environment, ${what} changed${hidden}. ${app} runs as before until it is promoted.`,
  };
}

/** What comes next: the change is of no use before. */
export function promoteIt(
  { app }: EnvFacts,
  result: EnvMade | undefined,
  { rack }: ActionContext,
): ActionRequest | undefined {
  if (!result || result.release === '') return undefined;
  return { actionId: 'release.promote', rack: rack.name, subjects: [{ id: result.release, app }], input: {} };
}

/** What env.set, env.unset and env.edit have in common. */
export const ENV_ACTION = {
  tier: 2,
  subject: 'app',
  permissions: ['convox:env:set'],
  // Asked of the peer as a rack would offer it; a gateway has its own way to do the same.
  routes: [CREATE_RELEASE],
  changes: envChanges,
  run: changeEnv,
  observe: observeEnv,
  wait: RECORD_WAIT,
  recall: ENV_RECALL,
  next: promoteIt,
} as const satisfies Partial<Action<EnvFacts, EnvMade>>;
