import { spanText } from '../age.ts';
import type { Cause, Evidence, Finding } from '../finding.ts';
import type { Promote } from '../promote.ts';
import type { Release } from '../release.ts';
import { newestFirst } from '../release-order.ts';
import { line, oldestStart, type Scene } from './scene.ts';

/** What begins within this after a promote is laid at its door. */
const FOLLOWS_MS = 15 * 60_000;
/** Clocks and polling: a promote may be seen that long after what it brought. */
const SLACK_MS = 60_000;
/** A release whose first process came up that soon after it was created was promoted then. */
const PROMPT_MS = 30 * 60_000;

/** Rules whose trouble a deploy may have brought. */
const CAUSED: ReadonlySet<string> = new Set([
  'out-of-memory',
  'crashed-processes',
  'flapping',
  'diagnosed-pods',
  'unplaceable',
  'stuck-pending',
  'unhealthy-processes',
  'missing-replicas',
  'new-errors',
  'release-not-running',
]);
/** Rules that are about one deploy to begin with. */
const OF_DEPLOY: ReadonlySet<string> = new Set(['stalled-rollout', 'promote-rolled-back']);

/** In words, what a release changed against the one before it. */
export type ChangeText = (before: Release, after: Release, scene: Scene) => string;

/** Adds the deploy that a finding followed within minutes: release, time, who, and what it changed. */
export function withCause(scene: Scene, finding: Finding, changeOf: ChangeText): Finding {
  const cause = causeOf(scene, finding, changeOf);
  if (!cause) return finding;
  return { ...finding, release: cause.release, cause, evidence: [...finding.evidence, ...causeLines(cause, finding)] };
}

function causeOf(scene: Scene, finding: Finding, changeOf: ChangeText): Cause | undefined {
  if (OF_DEPLOY.has(finding.rule)) {
    const promote = scene.promotes.findLast(({ release }) => release === finding.release);
    return promote && toCause(scene, promote, 'promote', changeOf);
  }
  const { since } = finding;
  if (!CAUSED.has(finding.rule) || since === undefined) return undefined;
  const follows = (at: number): boolean => at <= since + SLACK_MS && since - at <= FOLLOWS_MS;
  const promote = scene.promotes.findLast(({ at }) => follows(at));
  if (promote) return toCause(scene, promote, 'promote', changeOf);
  const inferred = inferredPromote(scene);
  return inferred && follows(inferred.at) ? toCause(scene, inferred, 'first-process', changeOf) : undefined;
}

/**
 * When the active release came up, told by its oldest process. Processes are replaced at any time: it tells a deploy only
 * where the release is as young, or where processes of another release still stand.
 */
function inferredPromote({ app, serving, facts, promotes }: Scene): Promote | undefined {
  if (app.release === '' || promotes.some(({ release }) => release === app.release)) return undefined;
  const at = oldestStart(serving.filter((process) => process.release === app.release));
  if (at === undefined) return undefined;
  const createdAt = facts.releases?.find(({ id }) => id === app.release)?.createdAt;
  const prompt = createdAt !== undefined && at >= createdAt - SLACK_MS && at - createdAt <= PROMPT_MS;
  const mixed = serving.some((process) => process.release !== '' && process.release !== app.release);
  return prompt || mixed ? { release: app.release, at, by: undefined, source: 'seen' } : undefined;
}

function toCause(scene: Scene, promote: Promote, basis: Cause['basis'], changeOf: ChangeText): Cause {
  const { facts } = scene;
  const ordered = newestFirst(facts.releases ?? []);
  const release = ordered.find(({ id }) => id === promote.release);
  const before = servedBefore(scene, promote, ordered);
  const previous = ordered.find(({ id }) => id === before);
  return {
    release: promote.release,
    at: promote.at,
    basis,
    by: promote.by ?? facts.creators?.get(promote.release),
    before,
    change: release && previous ? changeOf(previous, release, scene) : '',
  };
}

/** Known from the promote before, or the processes that still stand, else the next older release. */
function servedBefore(scene: Scene, promote: Promote, ordered: readonly Release[]): string | undefined {
  const rolledBack = scene.rollbacks.find(({ release, at }) => release === promote.release && at >= promote.at)?.to;
  const earlier = scene.promotes.findLast(({ release, at }) => at < promote.at && release !== promote.release)?.release;
  const standing = scene.serving.find(({ release }) => release !== '' && release !== promote.release)?.release;
  const at = ordered.findIndex(({ id }) => id === promote.release);
  return rolledBack ?? earlier ?? standing ?? (at < 0 ? undefined : ordered[at + 1]?.id);
}

function causeLines(cause: Cause, finding: Finding): readonly Evidence[] {
  const lag = finding.since === undefined ? undefined : finding.since - cause.at;
  const when = lag === undefined || lag < 1_000 ? '' : `, ${spanText(lag)} before`;
  const verb = cause.basis === 'promote' ? 'promoted' : 'came up';
  const who = cause.by === undefined ? '' : cause.basis === 'promote' ? ` by ${cause.by}` : `, created by ${cause.by}`;
  return [
    line('release', `${cause.release} ${verb}${who}${when}`, cause.at, cause.release),
    ...(cause.change === ''
      ? []
      : [
          line('release', `${cause.release} against ${cause.before ?? '?'}: ${cause.change}`, undefined, cause.release),
        ]),
  ];
}
