import { Failure } from '../domain/failure.ts';
import type { LogSource, LogStreamEnd } from '../protocol/log-stream.ts';
import type { LogFollowOptions } from './log-follow.ts';

/** What to do after a stream ended. */
export type AfterEnd =
  | { readonly next: 'complete' }
  | { readonly next: 'fail'; readonly failure: Failure }
  | { readonly next: 'reopen'; readonly failure: Failure };

/** In-band errors that pass by themselves (convox-api.md 2.4): a build that has not begun, a service between two pods. */
const PASSING = /unable to read logs for build|no resources found in/i;

/**
 * A follower stays on while there may be more to come. The log of one process or build ends with it; an app, service or
 * rack log that ends while followed is opened again, because a service log covers only the pods of the moment it was
 * opened (convox-api.md 2.4).
 */
export function afterEnd(source: LogSource, options: LogFollowOptions, end: LogStreamEnd): AfterEnd {
  if (end.outcome === 'complete') {
    return options.follow && !options.previous && isEndless(source)
      ? { next: 'reopen', failure: ended(source) }
      : { next: 'complete' };
  }
  const { failure } = end;
  const mayReturn = end.outcome === 'interrupted' ? options.follow : isPassing(source, options, failure);
  return mayReturn ? { next: 'reopen', failure } : { next: 'fail', failure };
}

function isEndless(source: LogSource): boolean {
  return source.kind === 'app' || source.kind === 'service' || source.kind === 'rack';
}

function isPassing(source: LogSource, options: LogFollowOptions, failure: Failure): boolean {
  const text = `${failure.what} ${failure.why ?? ''}`;
  if (PASSING.test(text)) return source.kind === 'build' || (source.kind === 'service' && options.follow);
  if (!options.follow) return false;
  const { kind, status } = failure;
  return (
    kind === 'unreachable' || kind === 'timeout' || kind === 'rate-limited' || (status !== undefined && status >= 500)
  );
}

function ended(source: LogSource): Failure {
  return new Failure({
    kind: 'unreachable',
    what: 'The log ended',
    why: source.kind === 'service' ? 'the processes that wrote it are gone' : 'the rack closed it',
    next: 'It is opened again by itself.',
  });
}
