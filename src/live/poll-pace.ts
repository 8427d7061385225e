import type { Failure, FailureKind } from '../domain/failure.ts';
import type { TargetKind } from '../targets/target.ts';
import type { Visibility } from './watch.ts';

/** Fastest poll per kind of target, ms. A gateway writes one audit row per read (gateway.md 6.2), a console is shared. */
const BASE_INTERVAL_MS: Readonly<Record<TargetKind, number>> = {
  gateway: 5_000,
  console: 5_000,
  oidc: 5_000,
  direct: 2_000,
  // Nothing is sent: as often as a replay at ten times the speed is worth repainting.
  recording: 500,
};

/** Requests to one rack at the same time. */
const CONCURRENCY: Readonly<Record<TargetKind, number>> = { gateway: 4, console: 6, oidc: 6, direct: 6, recording: 64 };

const HIDDEN_FACTOR = 10;
const SLOWEST_AFTER_FAILURE_MS = 60_000;

/** Asking again soon will not help: the role, the route or the object has to change first. */
const LASTING_KINDS: ReadonlySet<FailureKind> = new Set([
  'forbidden',
  'not-found',
  'route-missing',
  'unsupported',
  'invalid',
  'mfa-required',
]);

export function baseInterval(kind: TargetKind): number {
  return BASE_INTERVAL_MS[kind];
}

export function concurrencyLimit(kind: TargetKind): number {
  return CONCURRENCY[kind];
}

const EAGERNESS: Readonly<Record<Visibility, number>> = { visible: 2, hidden: 1, paused: 0 };

/** The less eager of the two: a watch may be no livelier than the terminal it is shown on. */
export function dampened(own: Visibility, deck: Visibility): Visibility {
  return EAGERNESS[own] <= EAGERNESS[deck] ? own : deck;
}

/** Ms between polls; `Infinity` for none. A pace below 1 does not beat the base interval. */
export function pollInterval(kind: TargetKind, pace: number, visibility: Visibility): number {
  if (visibility === 'paused') return Number.POSITIVE_INFINITY;
  return BASE_INTERVAL_MS[kind] * Math.max(1, pace) * (visibility === 'hidden' ? HIDDEN_FACTOR : 1);
}

/**
 * Delay from the end of one poll to the next. Jitter only adds: the next poll then finds its own last answers stale, while
 * a neighbour's younger ones are shared.
 */
export function nextDelay(
  intervalMs: number,
  random: () => number,
  trouble: { readonly failure: Failure; readonly count: number; readonly now: number } | undefined,
): number {
  const jittered = intervalMs * (1.02 + 0.18 * random());
  if (!trouble || !Number.isFinite(intervalMs)) return jittered;
  const slower = LASTING_KINDS.has(trouble.failure.kind)
    ? SLOWEST_AFTER_FAILURE_MS
    : Math.min(SLOWEST_AFTER_FAILURE_MS, intervalMs * 2 ** Math.min(trouble.count - 1, 10));
  const asked = (trouble.failure.retryAt ?? 0) - trouble.now;
  return Math.max(jittered, slower, asked);
}
