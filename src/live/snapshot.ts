import type { Failure } from '../domain/failure.ts';

/** The last good data of one query with its age, and the last failure if it came after. Old data is never thrown away. */
export interface Snapshot<T> {
  readonly data: T | undefined;
  readonly fetchedAt: number | undefined;
  readonly failure: Failure | undefined;
  /** Somebody waits: the first answer or an explicit refresh is on its way. Ordinary polls do not flicker. */
  readonly fetching: boolean;
}

export const EMPTY_SNAPSHOT: Snapshot<never> = {
  data: undefined,
  fetchedAt: undefined,
  failure: undefined,
  fetching: true,
};
