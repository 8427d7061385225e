import { asFailure, type Failure } from '../domain/failure.ts';
import type { ActionContext, AnyAction, OpaqueFacts, OpaqueResult, Wait } from './define-action.ts';
import type { Observation } from './observation.ts';
import type { Outcome } from './run-state.ts';

export interface VerifyOptions {
  /** The request got lost on the way: whether anything happened must be found out first. */
  readonly unclear: boolean;
  /** No answer came in time: the peer may still be at it, so that "no trace yet" says little for a while. */
  readonly mayComeLate?: boolean;
  readonly onLook: (observation: Observation | undefined, deadline: number) => void;
}

export interface Verified {
  readonly outcome: Outcome;
  /** One sentence or two, past tense. */
  readonly words: string;
  readonly observation: Observation | undefined;
}

/** Looks in a row without a trace of the change after which a lost request counts as "did not happen". */
const ABSENT_LOOKS = 3;
/** Longer than gateways and load balancers wait for a rack (gateway.md 6.2). */
const LATE_MS = 60_000;

/** The request may have arrived whole, and whoever passes it on gave up first. */
export function mayComeLate({ kind, status }: Failure): boolean {
  return kind === 'timeout' || kind === 'cancelled' || (status !== undefined && [502, 503, 504].includes(status));
}

/** Looks at the rack until the effect of an action is proven, has failed, or the time is over. */
export function verify(
  action: AnyAction,
  facts: OpaqueFacts,
  result: OpaqueResult | undefined,
  context: () => ActionContext,
  options: VerifyOptions,
): Promise<Verified> {
  // Asked anew for every look: a login, or another list of racks, may have come in between.
  const look = async (): Promise<Observation> => action.observe(facts, result, context());
  return watchEffect({ ...context(), wait: action.wait, look }, options);
}

/** What is looked at, and how time passes meanwhile. */
export interface Effect {
  readonly wait: Wait;
  readonly look: () => Promise<Observation>;
  readonly now: () => number;
  /** Rejects when the run is given up. */
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Only reads; a look that fails is one that saw nothing. Never rejects. */
export async function watchEffect(
  effect: Effect,
  { unclear, mayComeLate = false, onLook }: VerifyOptions,
): Promise<Verified> {
  const { wait } = effect;
  const since = effect.now();
  const deadline = since + wait.deadlineMs;
  const tellsFrom = mayComeLate ? Math.min(deadline, since + LATE_MS) : since;
  const seen = new Sightings();
  onLook(undefined, deadline);
  try {
    if (wait.firstMs > 0) await effect.pause(wait.firstMs);
    for (;;) {
      const observation = await lookOnce(effect);
      seen.add(observation);
      onLook(observation, deadline);
      if (observation.state === 'failed') return { outcome: 'failed', words: observation.words, observation };
      if (seen.done >= wait.steady) return { outcome: 'verified', words: observation.words, observation };
      const isAbsent = unclear && seen.absent >= ABSENT_LOOKS && !seen.everThere;
      if (isAbsent && effect.now() >= tellsFrom) return noEffect(observation);
      if (effect.now() >= deadline) return timeUp(unclear, seen, observation);
      await effect.pause(wait.everyMs);
    }
  } catch {
    // Only pauses reject, and only when the person stops watching.
    return leftAlone(unclear, seen);
  }
}

class Sightings {
  done = 0;
  absent = 0;
  everThere = false;
  last: Observation | undefined;

  add(observation: Observation): void {
    const { state } = observation;
    this.done = state === 'done' ? this.done + 1 : 0;
    this.absent = state === 'absent' ? this.absent + 1 : 0;
    if (state === 'done' || state === 'pending') this.everThere = true;
    this.last = observation;
  }
}

async function lookOnce({ look, signal }: Effect): Promise<Observation> {
  try {
    return await look();
  } catch (error) {
    const failure = asFailure(error);
    if (signal.aborted) throw failure;
    return { state: 'unknown', words: `Could not be read back: ${failure.message}` };
  }
}

function noEffect(observation: Observation): Verified {
  return {
    outcome: 'no-effect',
    words: `The request got lost and did not take effect: ${observation.words}`,
    observation,
  };
}

function timeUp(unclear: boolean, seen: Sightings, observation: Observation): Verified {
  if (unclear && !seen.everThere) {
    return { outcome: 'unclear', words: `Whether it took effect is not known: ${observation.words}`, observation };
  }
  return { outcome: 'unproven', words: `Not proven in time: ${observation.words}`, observation };
}

function leftAlone(unclear: boolean, { last, everThere }: Sightings): Verified {
  const words = `No longer watched. Last seen: ${last?.words ?? 'nothing yet'}`;
  return { outcome: unclear && !everThere ? 'unclear' : 'unproven', words, observation: last };
}

export interface WatchOptions {
  readonly until: number;
  /** What the panel shows meanwhile. */
  readonly onLook: (words: string) => void;
}

/** Goes on looking for trouble after the proof; resolves with it, or with undefined when the time is over or was cut short. */
export async function watchAfter(
  action: AnyAction,
  facts: OpaqueFacts,
  result: OpaqueResult | undefined,
  fresh: () => ActionContext,
  { until, onLook }: WatchOptions,
): Promise<{ readonly trouble: string | undefined; readonly words: string }> {
  const { after } = action;
  const context = fresh();
  let words = '';
  if (!after) return { trouble: undefined, words };
  while (context.now() < until) {
    try {
      await context.pause(after.everyMs);
    } catch {
      return { trouble: undefined, words: `${words} Watching was ended early.`.trim() };
    }
    try {
      const found = await after.look(facts, result, fresh());
      words = found.words;
      onLook(words);
      if (found.trouble !== undefined) return found;
    } catch {
      // A look that failed says nothing; the next one may.
    }
  }
  return { trouble: undefined, words };
}
