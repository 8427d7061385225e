import type { Failure } from './failure.ts';

/**
 * May a change have happened although its request failed? Then it must be read back and never be sent again.
 *
 * False: nothing had left (`nothingSent`), or a server refused it in so many words. True: no answer, half an answer, an answer
 * that could not be read, and every 5xx that says nothing better: a rack that fails in the middle of a change says 500, too.
 */
export function outcomeUnclear(failure: Failure): boolean {
  if (failure.nothingSent) return false;
  switch (failure.kind) {
    case 'unreachable':
    case 'timeout':
    case 'cancelled':
    case 'tls':
    case 'malformed':
      return true;
    case 'server':
      return failure.status === undefined || failure.status >= 500;
    default:
      return false;
  }
}
