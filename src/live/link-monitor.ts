import { asFailure, concernsLink, Failure, type FailureKind } from '../domain/failure.ts';
import { ObservableValue } from '../domain/observable-value.ts';
import { BackOff } from './back-off.ts';
import type { LinkState } from './link.ts';
import { SingleTimer, type Timers } from './timers.ts';

/** A probe that hangs is a failed one; shorter than a plain read may take, so that a dead link shows soon. */
const PROBE_TIMEOUT_MS = 10_000;
/** An answer this recent outweighs one failed request. */
const RECENT_ANSWER_MS = 5_000;
/** `lastAnswerAt` moves at most this often, so that a busy rack does not repaint the header with every answer. */
const CLOCK_STEP_MS = 1_000;

/** Nothing works until the person logs in (or an admin unblocks them); asking again only fills an audit log. */
const LOGGED_OUT_KINDS: ReadonlySet<FailureKind> = new Set(['not-logged-in', 'account-blocked', 'mfa-enrollment']);

/** Does the failure say something about login or link, or only about what was asked for? */
export function tellsOfLink(failure: Failure): boolean {
  return LOGGED_OUT_KINDS.has(failure.kind) || concernsLink(failure);
}

export interface LinkMonitorOptions {
  readonly now: () => number;
  readonly timers: Timers;
  readonly random: () => number;
  /** One cheap read; resolves on any answer, rejects with a `Failure`. */
  readonly probe: (signal: AbortSignal) => Promise<void>;
  /** The way is open again after `offline`. */
  readonly onRecovered: () => void;
  readonly onChange: (state: LinkState) => void;
}

/**
 * State of the way to one rack (link.ts), fed with the outcome of every request. One failed request does not make a rack
 * offline: a probe decides (racks answer 500 for things that are not there, and drop the connection when one handler
 * crashes). While offline one probe at a time asks, with back-off; watches wait.
 */
export class LinkMonitor {
  readonly state = new ObservableValue<LinkState>({ kind: 'connecting' });
  readonly #options: LinkMonitorOptions;
  readonly #backOff: BackOff;
  readonly #retry: SingleTimer;
  readonly #deadline: SingleTimer;
  #probing: { readonly controller: AbortController; readonly done: Promise<void> } | undefined;
  #lastAnswerAt: number | undefined;
  #paused = false;
  /** A problem that no request can cure: the target itself is not usable. */
  #blocked = false;

  constructor(options: LinkMonitorOptions) {
    this.#options = options;
    this.#backOff = new BackOff({ baseMs: 1_000, maxMs: 30_000, random: options.random });
    this.#retry = new SingleTimer(options.timers);
    this.#deadline = new SingleTimer(options.timers);
  }

  /** May watches send requests? */
  get open(): boolean {
    const { kind } = this.state.get();
    return kind === 'connecting' || kind === 'live';
  }

  /** Why it is not open. */
  get failure(): Failure | undefined {
    const state = this.state.get();
    return state.kind === 'offline' || state.kind === 'logged-out' ? state.failure : undefined;
  }

  /** Some answer came, be it a refusal. */
  answered(): void {
    const now = this.#options.now();
    this.#lastAnswerAt = now;
    const state = this.state.get();
    if (this.#blocked || state.kind === 'logged-out') return;
    if (state.kind === 'live') {
      if (now - state.lastAnswerAt >= CLOCK_STEP_MS) this.#set({ kind: 'live', lastAnswerAt: now });
      return;
    }
    this.#retry.stop();
    this.#backOff.reset();
    this.#set({ kind: 'live', lastAnswerAt: now });
    if (state.kind === 'offline') this.#options.onRecovered();
  }

  /** A request that left at `startedAt` failed. */
  failed(failure: Failure, startedAt: number): void {
    const { kind } = this.state.get();
    if (failure.kind === 'cancelled' || this.#blocked || kind === 'logged-out') return;
    if (LOGGED_OUT_KINDS.has(failure.kind)) {
      this.#logOut(failure);
      return;
    }
    // "Slower, please" concerns the one who asked; every other answer proves that the way is open.
    if (failure.kind === 'rate-limited') return;
    if (!concernsLink(failure)) {
      this.answered();
      return;
    }
    if (kind === 'offline' || this.#answeredSince(startedAt)) return;
    void this.probe();
  }

  /** Asks now, or joins the probe on its way. Settles when the state is up to date; never rejects. */
  probe(): Promise<void> {
    if (this.#blocked || this.state.get().kind === 'logged-out') return Promise.resolve();
    if (this.#probing) return this.#probing.done;
    this.#retry.stop();
    const controller = new AbortController();
    const deadline = Promise.withResolvers<never>();
    this.#deadline.start(PROBE_TIMEOUT_MS, () => {
      deadline.reject(new Failure({ kind: 'timeout', what: 'The rack does not answer', why: 'no answer within 10 s' }));
      controller.abort();
    });
    const done = Promise.race([this.#options.probe(controller.signal), deadline.promise]).then(
      () => this.#probed(controller, undefined),
      (error: unknown) => this.#probed(controller, asFailure(error)),
    );
    this.#probing = { controller, done };
    return done;
  }

  /** The target is not usable as it is: no request will be sent. */
  block(failure: Failure): void {
    this.#stop();
    this.#blocked = true;
    if (LOGGED_OUT_KINDS.has(failure.kind)) this.#set({ kind: 'logged-out', failure });
    else this.#goOffline(failure, Number.POSITIVE_INFINITY);
  }

  /** Back to the beginning: new credentials, new connection. */
  reset(): void {
    this.#stop();
    this.#blocked = false;
    this.#backOff.reset();
    this.#set({ kind: 'connecting' });
  }

  /** No probes while nobody looks; one at once when they look again. */
  setPaused(paused: boolean): void {
    if (paused === this.#paused) return;
    this.#paused = paused;
    if (this.state.get().kind !== 'offline' || this.#blocked) return;
    if (paused) this.#retry.stop();
    else void this.probe();
  }

  dispose(): void {
    this.#stop();
    this.#blocked = true;
  }

  #probed(controller: AbortController, failure: Failure | undefined): void {
    if (this.#probing?.controller !== controller) return;
    this.#probing = undefined;
    this.#deadline.stop();
    const { kind } = this.state.get();
    if (this.#blocked || kind === 'logged-out') return;
    if (failure === undefined) {
      this.answered();
      return;
    }
    // Refused by its own queue or by the person who left: nothing was learnt.
    const learnt = failure.kind !== 'cancelled' && concernsLink(failure);
    if (!learnt && kind !== 'offline') return;
    this.#goOffline(learnt ? failure : (this.failure ?? failure), this.#backOff.next());
  }

  #goOffline(failure: Failure, backOffMs: number): void {
    const now = this.#options.now();
    const state = this.state.get();
    const retryAt = Math.max(now + backOffMs, failure.retryAt ?? 0);
    const since = state.kind === 'offline' ? state.since : now;
    this.#set({ kind: 'offline', since, lastAnswerAt: this.#lastAnswerAt, retryAt, failure });
    if (!this.#paused && !this.#blocked) this.#retry.start(retryAt - now, () => void this.probe());
  }

  #logOut(failure: Failure): void {
    this.#stop();
    this.#set({ kind: 'logged-out', failure });
  }

  #answeredSince(startedAt: number): boolean {
    const last = this.#lastAnswerAt;
    return last !== undefined && last >= startedAt && this.#options.now() - last < RECENT_ANSWER_MS;
  }

  #stop(): void {
    this.#retry.stop();
    this.#deadline.stop();
    const probing = this.#probing;
    this.#probing = undefined;
    probing?.controller.abort();
  }

  #set(state: LinkState): void {
    const before = this.state.get().kind;
    this.state.set(state);
    if (before !== state.kind) this.#options.onChange(state);
  }
}
