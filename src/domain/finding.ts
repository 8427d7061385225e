import type { Severity } from './severity.ts';

/** Something that is wrong or worth knowing, in words a tired person understands, with what to do about it. */
export interface Finding {
  /** Stable rule name: `crashed-processes`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly app: string;
  readonly service: string | undefined;
  /** `3 of 4 web processes crashed`. */
  readonly summary: string;
  /** Epoch ms; undefined where it cannot be known. */
  readonly since: number | undefined;
  /** Release that probably brought it. */
  readonly release: string | undefined;
  /** `Look at the logs of web-6d9f-x2x4q`. */
  readonly next: string;
}
