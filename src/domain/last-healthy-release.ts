import { spanText } from './age.ts';
import type { Promote, Rollback } from './promote.ts';
import type { Release } from './release.ts';
import { newestFirst } from './release-order.ts';

/** Processes of a release that crashed at one instant, as far as it was seen. */
export interface CrashEvidence {
  readonly release: string;
  readonly at: number;
  readonly count: number;
}

export interface HealthyQuestion {
  readonly releases: readonly Release[];
  readonly promotes: readonly Promote[];
  readonly rollbacks: readonly Rollback[];
  readonly crashes: readonly CrashEvidence[];
  /** From when on crashes would have been seen; undefined where nobody watched. */
  readonly watchedSince: number | undefined;
  /** Releases that will not do, the active one for a rollback. */
  readonly except: ReadonlySet<string>;
  readonly now: number;
}

export type LastHealthy =
  | {
      readonly kind: 'known';
      readonly release: string;
      /** `watched`: no crash was seen while somebody looked; `served`: it served long and was not rolled back. */
      readonly basis: 'watched' | 'served';
      readonly from: number;
      /** When the next promote took over; undefined while it still serves. */
      readonly until: number | undefined;
      /** A whole sentence. */
      readonly why: string;
    }
  | {
      readonly kind: 'unknown';
      /** The release before those excepted, merely by age; undefined where there is none. */
      readonly guess: string | undefined;
      readonly why: string;
    };

/** A release that served for less has proven nothing. */
const SETTLED_MS = 10 * 60_000;
/** Crashes soon after a promote are laid at its door; one crash weeks later is not. */
const TRIAL_MS = 30 * 60_000;
/** Later on so many within the span below count as a crash loop. */
const LOOP_CRASHES = 3;
const LOOP_MS = 10 * 60_000;

interface Stint {
  readonly release: string;
  readonly from: number;
  readonly until: number | undefined;
}

/** The newest release that served for a while without crash loop or rollback; says why, or why it cannot know. */
export function lastHealthyRelease(question: HealthyQuestion): LastHealthy {
  const exists = new Set(question.releases.map((release) => release.id));
  const candidates = stints(question)
    .reverse()
    .filter((stint) => !question.except.has(stint.release) && exists.has(stint.release));
  const refused: string[] = [];
  for (const stint of candidates) {
    const objection = objectionTo(stint, question);
    if (objection === undefined) return chosen(stint, question, refused);
    if (!refused.some((text) => text.startsWith(stint.release))) refused.push(`${stint.release} ${objection}`);
  }
  return { kind: 'unknown', guess: guessOf(question), why: whyUnknown(question, refused) };
}

/** Who served when: each promote until the next one, or until it was rolled back and the one before served again. */
function stints({ promotes, rollbacks, now }: HealthyQuestion): Stint[] {
  const changes = [
    ...promotes.map(({ release, at }) => ({ at, to: release, rank: 0 })),
    ...rollbacks.map(({ to, at }) => ({ at, to, rank: 1 })),
  ]
    .filter(({ at }) => at <= now)
    .sort((a, b) => a.at - b.at || a.rank - b.rank);
  const result: Stint[] = [];
  for (const [index, change] of changes.entries()) {
    if (change.to === undefined) continue;
    const last = result.at(-1);
    // A promote of what already serves (params, lock) goes on with the same stint.
    if (last && last.release === change.to && last.until === change.at) result.pop();
    const from = last && last.release === change.to && last.until === change.at ? last.from : change.at;
    result.push({ release: change.to, from, until: changes[index + 1]?.at });
  }
  return result;
}

/** Why a stint does not count, to follow the release's name; undefined where nothing speaks against it. */
function objectionTo(stint: Stint, { crashes, rollbacks, now }: HealthyQuestion): string | undefined {
  const until = stint.until ?? now;
  const rolledBack = rollbacks.some(
    (rollback) => rollback.release === stint.release && rollback.at >= stint.from && rollback.at <= until,
  );
  if (rolledBack) return 'was rolled back';
  const own = crashes
    .filter((crash) => crash.release === stint.release && crash.at >= stint.from && crash.at <= until)
    .sort((a, b) => a.at - b.at);
  const early = total(own.filter((crash) => crash.at - stint.from <= TRIAL_MS));
  if (early > 0) return `crashed ${times(early)} within ${spanText(TRIAL_MS)} of its promote`;
  const looped = own.some(
    (crash) => total(own.filter(({ at }) => at >= crash.at && at - crash.at <= LOOP_MS)) >= LOOP_CRASHES,
  );
  if (looped) return 'fell into a crash loop';
  return until - stint.from < SETTLED_MS ? `served for ${spanText(Math.max(0, until - stint.from))} only` : undefined;
}

function chosen(stint: Stint, question: HealthyQuestion, refused: readonly string[]): LastHealthy {
  const watched = question.watchedSince !== undefined && question.watchedSince <= stint.from;
  const span = spanText((stint.until ?? question.now) - stint.from);
  const reasons = [
    `${stint.release} served for ${span} and was not rolled back`,
    watched ? 'no crash loop was seen while it did' : 'nobody watched it for crashes all that time',
    ...refused,
  ];
  return {
    kind: 'known',
    release: stint.release,
    basis: watched ? 'watched' : 'served',
    from: stint.from,
    until: stint.until,
    why: `${reasons.join('; ')}.`,
  };
}

function whyUnknown({ promotes, releases }: HealthyQuestion, refused: readonly string[]): string {
  if (releases.length === 0) return 'The app has no releases.';
  if (refused.length > 0) return `No release stayed healthy as far back as promotes are known: ${refused.join('; ')}.`;
  if (promotes.length === 0) {
    return 'A rack does not keep when releases were promoted, and neither a gateway audit nor an own history tells.';
  }
  return 'No other promote is known as far back as the history goes.';
}

/** The newest release that is older than all that are excepted. */
function guessOf({ releases, except, rollbacks }: HealthyQuestion): string | undefined {
  const ordered = newestFirst(releases);
  const last = ordered.findLastIndex((release) => except.has(release.id));
  const bad = new Set(rollbacks.map((rollback) => rollback.release));
  return last < 0 ? undefined : ordered.slice(last + 1).find((release) => !bad.has(release.id))?.id;
}

function total(crashes: readonly CrashEvidence[]): number {
  return crashes.reduce((sum, crash) => sum + crash.count, 0);
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
