import { asFailure, type Failure, withDetails } from '../domain/failure.ts';
import type { RunContext } from './define-action.ts';

/**
 * One after the other, never in parallel: the first that fails ends it, and the failure says how far it came. Nothing is
 * tried twice.
 */
export async function forEachSubject<T>(
  items: readonly T[],
  { note }: Pick<RunContext, 'note'>,
  change: (item: T) => Promise<unknown>,
): Promise<void> {
  let done = 0;
  for (const item of items) {
    try {
      await change(item);
    } catch (error) {
      throw items.length === 1 ? error : howFar(asFailure(error), done, items.length);
    }
    done += 1;
    if (items.length > 1) note(`${done} of ${items.length} sent`);
  }
}

function howFar(failure: Failure, done: number, all: number): Failure {
  return withDetails(failure, { what: `${failure.what} (${done} of ${all} were sent before)`, cause: failure });
}
