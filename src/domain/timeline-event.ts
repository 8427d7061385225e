import type { Severity } from './severity.ts';

/** Open set in what a file of another version may hold; these are the ones we make. */
export type TimelineKind =
  | 'release'
  | 'promote'
  | 'rollback'
  | 'build'
  | 'env'
  | 'scale'
  | 'restart'
  | 'started'
  | 'ended'
  | 'crashed'
  | 'recovered'
  | 'status'
  | 'lock'
  | 'node'
  | 'audit';

/** Something that happened, on a rack or to one of its apps. Never holds a value of an environment. */
export interface TimelineEvent {
  /** The same event from the same source has the same id. */
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  readonly kind: TimelineKind;
  readonly severity: Severity;
  /** `''`: the rack as a whole. */
  readonly app: string;
  readonly service?: string;
  readonly process?: string;
  readonly release?: string;
  readonly build?: string;
  readonly instance?: string;
  /** `web-6d9f-x2x4q crashed`. */
  readonly what: string;
  /** Who did it, where that is known. */
  readonly by?: string;
  /** `rack`: it says so itself; `seen`: we watched and it changed; `audit`: the gateway wrote it down. */
  readonly source: 'rack' | 'seen' | 'audit';
  /** How many like it are told as one; default 1. */
  readonly count?: number;
}

export function byTime(a: TimelineEvent, b: TimelineEvent): number {
  return a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
