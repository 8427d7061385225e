import type { Severity } from './severity.ts';

/** Something that is wrong or worth knowing, in words a tired person understands, with what to do about it. */
export interface Finding {
  /** Stable rule name: `crashed-processes`. */
  readonly rule: string;
  readonly severity: Severity;
  /** `''` where it concerns the rack as a whole. */
  readonly app: string;
  readonly service: string | undefined;
  /** What it is about where that is neither app nor service: id of a node, a certificate, a build. */
  readonly subject: string | undefined;
  /** `3 of 4 web processes crashed`. */
  readonly summary: string;
  /** Epoch ms; undefined where it cannot be known. */
  readonly since: number | undefined;
  /** Release that probably brought it. */
  readonly release: string | undefined;
  /** `Look at the logs of web-6d9f-x2x4q`. */
  readonly next: string;
  /** What it rests on, most telling first; bounded. */
  readonly evidence: readonly Evidence[];
  /** The deploy that it followed within minutes, where there was one. */
  readonly cause: Cause | undefined;
}

/** One line that supports a finding, and what to open to see more. */
export interface Evidence {
  readonly kind:
    | 'process'
    | 'service'
    | 'release'
    | 'build'
    | 'node'
    | 'certificate'
    | 'budget'
    | 'event'
    | 'log'
    | 'metric'
    | 'note';
  /** One line, never a secret; `log` may quote what a process wrote. */
  readonly text: string;
  /** Epoch ms, where it happened at an instant. */
  readonly at: number | undefined;
  /** Of the process, release, node ... that `kind` names; of the process that wrote a `log`, of the object of an `event`. */
  readonly id: string | undefined;
}

export interface Cause {
  readonly release: string;
  /** Epoch ms. */
  readonly at: number;
  /** `promote`: it is known when it was promoted; `first-process`: told by the start of its oldest process. */
  readonly basis: 'promote' | 'first-process';
  readonly by: string | undefined;
  /** The release that served before; undefined where it is not known. */
  readonly before: string | undefined;
  /** What it changed: `env +FLAG, build BNEW (4f2a9c1)`; `''` where it cannot be told. */
  readonly change: string;
}
