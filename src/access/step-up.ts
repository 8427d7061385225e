import { asFailure, type Failure } from '../domain/failure.ts';
import { type Observable, ObservableValue } from '../domain/observable-value.ts';
import type { GatewayApi, MfaStatus } from '../protocol/gateway-api.ts';
import type { MfaProof } from '../protocol/mutation-guard.ts';
import { nextTotpAt, type OneTimeCode, recogniseCode, SentCodes } from './one-time-code.ts';
import type { StepUpPrompt } from './step-up-prompt.ts';
import * as words from './step-up-words.ts';
import { Waiters } from './waiters.ts';
import { WrongCodes } from './wrong-codes.ts';

export interface StepUpDependencies {
  readonly gateway: Pick<GatewayApi, 'mfaStatus' | 'verifyMfa'>;
  readonly now: () => number;
}

type Level = StepUpPrompt['level'];

/** The gateway's clock is not ours. */
const MARGIN_MS = 10_000;
/** Reasons are masked when a code goes along with a request; after so many refusals the verify route is asked (gateway.md 4.7). */
const MASKED_REFUSALS = 2;

/**
 * Second factors of one gateway session (gateway.md 4): one prompt for everything that waits, no code twice, three tries. The
 * codes typed stay in here and in the requests that carry them.
 */
export class StepUp {
  readonly #deps: StepUpDependencies;
  readonly #prompt = new ObservableValue<StepUpPrompt | undefined>(undefined);
  readonly #sent = new SentCodes();
  readonly #waiters = new Waiters();
  readonly #wrong: WrongCodes;
  #status: MfaStatus | undefined;
  #loading = false;
  #windowEndsAt: number | undefined;
  /** The server asked although the window should have been open: an end up to this one is not believed. */
  #disbelieved = Number.NEGATIVE_INFINITY;
  #maskedRefusals = 0;
  /** Nothing is asked before its `retryAt`. */
  #pause: Failure | undefined;

  constructor(deps: StepUpDependencies) {
    this.#deps = deps;
    this.#wrong = new WrongCodes(deps.now);
  }

  get prompt(): Observable<StepUpPrompt | undefined> {
    return this.#prompt;
  }

  /** Epoch ms, for the header; undefined: closed, or not known. */
  windowEndsAt(): number | undefined {
    const end = this.#windowEndsAt;
    return end !== undefined && end > this.#deps.now() ? end : undefined;
  }

  /** Nobody would be asked now; a window that is about to close counts as closed. */
  isOpen(): boolean {
    return this.#windowEndsAt !== undefined && this.#windowEndsAt - MARGIN_MS > this.#deps.now();
  }

  /**
   * `step-up`: resolves (undefined) when the window is open, or where nobody asks for a factor. `always`: resolves with a
   * code that was never sent before, for one request; undefined where no factor is asked for (API tokens). Rejects when it is
   * cancelled, after three wrong codes, and where no code can help.
   */
  ensure(level: Level, signal?: AbortSignal): Promise<MfaProof | undefined> {
    if (signal?.aborted) return Promise.reject(words.givenUp());
    if (level === 'step-up' && this.isOpen()) return Promise.resolve(undefined);
    const pause = this.#pausing();
    if (pause) return Promise.reject(pause);
    const proof = this.#waiters.add(level, signal, () => {
      this.#refresh({});
      return words.givenUp();
    });
    if (this.#prompt.get()) this.#refresh({});
    else void this.#open();
    return proof;
  }

  /** What the person typed; ignored where nothing is asked. */
  submit(typed: string): void {
    const prompt = this.#prompt.get();
    if (!prompt || prompt.checking) return;
    const now = this.#deps.now();
    const code = recogniseCode(typed);
    const full = this.#sent.fullUntil(now);
    if (!code) this.#refresh({ problem: words.NO_CODE, waitUntil: undefined });
    else if (this.#sent.isUsed(code, now)) this.#refresh({ problem: words.USED, waitUntil: this.#nextCode(code) });
    else if (full !== undefined) this.#refresh({ problem: words.FULL, waitUntil: full });
    else {
      this.#sent.add(code, now);
      const isInline = prompt.level === 'always' && this.#maskedRefusals < MASKED_REFUSALS;
      if (isInline) this.#handOut(code);
      else void this.#verify(code);
    }
  }

  /** The person does not want to: nothing that waits goes on. */
  cancel(): void {
    this.#rejectAll(words.givenUp());
  }

  /** A code that went along with a request was refused, or the server no longer takes any. */
  rejected(failure: Failure): void {
    if (failure.kind === 'mfa-rejected') {
      this.#maskedRefusals += 1;
      this.#refuse(failure.why ?? failure.what);
    } else if (words.isFinal(failure)) this.#stop(failure);
  }

  /** The server asked for a factor (`mfa-required`): what we believed of the window was wrong. */
  challenged(failure: Failure): void {
    if (failure.kind !== 'mfa-required') return;
    this.#windowEndsAt = undefined;
    this.#disbelieved = Number.POSITIVE_INFINITY;
  }

  /** What `/info` says of the window (`Identity.stepUpExpiresAt`); after a new login it may have opened without us. */
  learn(stepUpExpiresAt: number | undefined): void {
    if (stepUpExpiresAt === undefined || stepUpExpiresAt <= this.#disbelieved) return;
    if (stepUpExpiresAt > (this.#windowEndsAt ?? 0)) this.#windowEndsAt = stepUpExpiresAt;
    // Said at every frame: only where somebody waits for the window does it change what is asked.
    if (!this.isOpen() || !this.#waiters.has('step-up')) return;
    if (this.#prompt.get()?.checking !== true) this.#releaseStepUps({});
  }

  /**
   * Another session of the gateway: its window is not the one that was known. Whoever waits goes on with it; what was sent and
   * refused still counts.
   */
  renewed(): void {
    this.#windowEndsAt = undefined;
    this.#disbelieved = Number.NEGATIVE_INFINITY;
    if (this.#waiters.count > 0) void this.#open();
  }

  // --- asking

  async #open(): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    try {
      const status = await this.#deps.gateway.mfaStatus();
      this.#loading = false;
      this.#ask(status);
    } catch (error) {
      this.#loading = false;
      this.#couldNotAsk(asFailure(error));
    }
  }

  #ask(status: MfaStatus): void {
    const wasChallenged = this.#disbelieved > Number.NEGATIVE_INFINITY;
    // The server has just said that the window is closed; what its status still tells is the same old end.
    if (this.#disbelieved === Number.POSITIVE_INFINITY) this.#disbelieved = status.stepUpExpiresAt ?? 0;
    this.#status = status;
    this.learn(status.stepUpExpiresAt);
    for (const { level, resolve, reject } of this.#waiters.take(({ level: each }) => this.#isPointless(status, each))) {
      if (status.enrolled) reject(words.nothingToType(level));
      else if (level === 'always' || status.required || wasChallenged)
        reject(words.notEnrolled(level, status.required));
      // Without a factor and without the duty to have one, a login opens the window and nobody can be asked (4.10).
      else resolve(undefined);
    }
    // A code that went along with a request may have been refused before.
    this.#refresh({ problem: this.#wrong.problem, waitUntil: undefined });
  }

  #isPointless(status: MfaStatus, level: Level): boolean {
    if (level === 'step-up' && this.isOpen()) return false;
    return !status.enrolled || words.methodsInWords(status).length === 0;
  }

  /** API tokens are exempt (`forbidden`), and a gateway may have no second factors at all. */
  #couldNotAsk(failure: Failure): void {
    const nobodyAsks = ['forbidden', 'unsupported', 'route-missing'].includes(failure.kind);
    const wasChallenged = this.#disbelieved > Number.NEGATIVE_INFINITY;
    for (const { resolve, reject } of this.#waiters.take(() => true)) {
      if (nobodyAsks && !wasChallenged) resolve(undefined);
      else reject(failure);
    }
    this.#refresh({});
  }

  // --- answers

  /** The code goes along with the request of whoever has waited longest. */
  #handOut({ code }: OneTimeCode): void {
    const first = this.#waiters.takeFirst();
    this.#refresh({ problem: words.NEXT_ONE, waitUntil: nextTotpAt(this.#deps.now()) });
    first?.resolve({ code });
  }

  async #verify(code: OneTimeCode): Promise<void> {
    this.#refresh({ checking: true, problem: undefined, waitUntil: undefined });
    try {
      const { stepUpExpiresAt } = await this.#deps.gateway.verifyMfa(code.code);
      this.#opened(stepUpExpiresAt);
    } catch (error) {
      await this.#notVerified(asFailure(error), code);
    }
  }

  #opened(end: number | undefined): void {
    this.#windowEndsAt = end;
    this.#disbelieved = Number.NEGATIVE_INFINITY;
    this.#wrong.clear();
    this.#maskedRefusals = 0;
    const waitUntil = nextTotpAt(this.#deps.now());
    this.#releaseStepUps({ checking: false, problem: words.WINDOW_ONLY, waitUntil });
  }

  async #notVerified(failure: Failure, code: OneTimeCode): Promise<void> {
    if (failure.kind === 'mfa-rejected') this.#refuse(failure.why ?? failure.what);
    else if (words.isFinal(failure)) this.#stop(failure);
    else await this.#readBack(failure, code);
  }

  /** The answer got lost: the window tells whether the code was taken. It is not sent again in any case. */
  async #readBack(failure: Failure, code: OneTimeCode): Promise<void> {
    try {
      const before = this.#status?.stepUpExpiresAt ?? 0;
      const { stepUpExpiresAt } = await this.#deps.gateway.mfaStatus();
      if (stepUpExpiresAt !== undefined && stepUpExpiresAt > before) this.#opened(stepUpExpiresAt);
      else this.#refuse(words.NO_ANSWER, this.#nextCode(code));
    } catch {
      this.#rejectAll(failure);
    }
  }

  /** One try less; after the last one everything stops, before the account is locked. */
  #refuse(why: string, waitUntil?: number): void {
    const problem = words.asSentence(why);
    const quietUntil = this.#wrong.add(problem);
    if (quietUntil !== undefined) this.#stop(words.tooManyWrong(quietUntil));
    else this.#refresh({ checking: false, problem, waitUntil });
  }

  #stop(failure: Failure): void {
    if (failure.retryAt !== undefined) this.#pause = failure;
    this.#rejectAll(failure);
  }

  // --- who waits

  #releaseStepUps(change: Partial<StepUpPrompt>): void {
    for (const { resolve } of this.#waiters.take(({ level }) => level === 'step-up')) resolve(undefined);
    this.#refresh(change);
  }

  #rejectAll(failure: Failure): void {
    for (const { reject } of this.#waiters.take(() => true)) reject(failure);
    this.#refresh({});
  }

  /** Shows what is asked now; nothing where nobody waits, or where it is not known yet what can be asked. */
  #refresh(change: Partial<Pick<StepUpPrompt, 'checking' | 'problem' | 'waitUntil'>>): void {
    const before = this.#prompt.get();
    const status = this.#status;
    if (this.#waiters.count === 0 || !status || (this.#loading && !before)) {
      this.#prompt.set(undefined);
      return;
    }
    const level = this.#waiters.has('step-up') ? 'step-up' : 'always';
    this.#prompt.set({
      level,
      methods: words.methodsInWords(status),
      triesLeft: this.#wrong.triesLeft,
      problem: before?.problem,
      waitUntil: before?.waitUntil,
      advice: words.keyAdvice(status, level),
      checking: before?.checking ?? false,
      ...change,
      waiting: this.#waiters.count,
    });
  }

  /** A factor was given lately enough that nobody will be asked, as far as is known here. */
  #pausing(): Failure | undefined {
    if ((this.#pause?.retryAt ?? 0) <= this.#deps.now()) this.#pause = undefined;
    return this.#pause;
  }

  /** Only the authenticator app has a next one at a known time. */
  #nextCode({ kind }: OneTimeCode): number | undefined {
    return kind === 'totp' ? nextTotpAt(this.#deps.now()) : undefined;
  }
}
