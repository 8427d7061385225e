import type { FailureKind } from './failure.ts';
import type { Subject } from './subject.ts';

/**
 * The journal of own actions: what a person did with rackdeck on this machine, line by line. A run is an `intent`, written
 * before anything is sent, and what became of it; a run without a `result` is one whose program died in between.
 */
export type JournalEntry = JournalIntent | JournalResult | JournalVerification | JournalRecovery | JournalNote;

/** Before the action runs. */
export interface JournalIntent {
  readonly kind: 'intent';
  /** Id of the run (UUID). */
  readonly run: string;
  /** Epoch ms. */
  readonly at: number;
  readonly rack: { readonly id: string; readonly name: string };
  /** Who the rack or gateway takes us for; `''` where it does not say. */
  readonly user: string;
  /** Login name on this machine. */
  readonly machineUser?: string | undefined;
  readonly actionId: string;
  readonly subjects: readonly Subject[];
  /** Values of the action's fields that are no secrets, as far as a later read back needs them. */
  readonly input?: Readonly<Record<string, string>> | undefined;
  /** How things stood before, as far as a later read back needs it: ids, names and counts by what they are; no secret. */
  readonly before?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Digest of the preview that was confirmed. */
  readonly preview: string;
  readonly headline: string;
  readonly confirmation: JournalConfirmation;
  readonly reason?: string | undefined;
  /** The same with the convox CLI; values of variables masked. */
  readonly echo: string;
  readonly process: ProcessMark;
}

/** `key`, `enter`, `type`: as asked on screen (screens.md 4); `hash`: a script named the digest of the preview. */
export type JournalConfirmation = 'key' | 'enter' | 'type' | 'hash';

/** Which process acts, so that a later one can tell whether it still lives. */
export interface ProcessMark {
  readonly pid: number;
  readonly host: string;
  /** Differs after a restart of the machine; undefined where the system does not tell. */
  readonly boot?: string | undefined;
  /** When the process started, in the system's own words; tells it from a later one with the same number. */
  readonly started?: string | undefined;
}

export type JournalOutcome = 'ok' | 'refused' | 'failed' | 'unclear';

/** After the run. `unclear`: sent, but nobody knows whether it was done. */
export interface JournalResult {
  readonly kind: 'result';
  readonly run: string;
  readonly at: number;
  readonly outcome: JournalOutcome;
  readonly words: string;
  readonly failure?: JournalFailure | undefined;
  /** Of the answers that brought this result, where the server gave them (gateway.md 1, `X-Request-ID`). */
  readonly requestIds?: readonly string[] | undefined;
}

export interface JournalFailure {
  readonly kind: FailureKind;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
}

export interface JournalVerification {
  readonly kind: 'verification';
  readonly run: string;
  readonly at: number;
  readonly state: 'verified' | 'failed' | 'unknown';
  readonly words: string;
}

/** Found open by a later start; what reading back said. `pending`: the rack still works on it, ask again. */
export interface JournalRecovery {
  readonly kind: 'recovered';
  readonly run: string;
  readonly at: number;
  readonly state: 'done' | 'pending' | 'absent' | 'failed' | 'unknown';
  readonly words: string;
}

/** About the journal itself: a line before this one was not written to its end. It stays as it is. */
export interface JournalNote {
  readonly kind: 'note';
  readonly at: number;
  readonly about: 'torn-line';
  /** SHA-256 of the torn text, so that it cannot change unnoticed either. */
  readonly digest: string;
}
