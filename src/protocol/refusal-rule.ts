import type { FailureKind } from '../domain/failure.ts';

export const LOGIN = 'Log in again: rackdeck login.';
export const ADMIN = 'Ask a gateway administrator.';
export const REPORT = 'Report it with the request id: the client should not have sent this.';
export const ENROL = 'Set up a second factor on the security page of the gateway in a browser, then log in again.';
export const LATER = 'Try again in a moment; your login is kept.';
export const FIVE_MINUTES = 300_000;

/** Statuses the rule is for (undefined: in-band on a socket); all where absent. `code` compares the machine code, `text` the message. */
export interface RefusalRule {
  readonly status?: readonly (number | undefined)[];
  readonly code?: string;
  readonly text?: RegExp;
  readonly kind: FailureKind;
  readonly level?: 'step-up' | 'always';
  readonly what?: string;
  readonly why?: string;
  readonly next?: string;
  readonly waitMs?: number;
}
