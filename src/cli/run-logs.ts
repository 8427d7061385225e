import { Failure } from '../domain/failure.ts';
import type { LogLine } from '../domain/log-line.ts';
import { compileLogQuery } from '../domain/log-query.ts';
import type { Deck } from '../live/deck.ts';
import type { LogFollow } from '../live/log-follow.ts';
import type { LogSource } from '../protocol/log-stream.ts';
import { selectTarget } from '../targets/select-target.ts';
import type { TargetListing } from '../targets/target.ts';
import { exitCodeOf } from './exit-code.ts';
import type { CommonFlags, LogsRequest } from './invocation.ts';
import type { Output } from './output.ts';
import { printRemarks } from './print-remarks.ts';
import { renderFailure } from './render-failure.ts';

export interface LogsRun {
  readonly common: CommonFlags;
  readonly request: LogsRequest;
  readonly listing: TargetListing;
  /** A deck of just the chosen rack. */
  readonly deckFor: (listing: TargetListing) => Deck;
  readonly output: Output;
  /** Aborted by Ctrl-C or a closed pipe: stop printing, exit 0. */
  readonly signal: AbortSignal;
  readonly color: boolean;
}

const SGR = /\u001b\[[0-9;:]*m/g;

/** Prints log lines until the log ends, or for ever while following. Resolves with the exit code. */
export async function runLogs(run: LogsRun): Promise<number> {
  const target = selectTarget(run.listing, run.common.rack);
  printRemarks(run.listing, run.output);
  if (target.problem) throw target.problem;
  const matches = compiled(run.request.filter);
  const deck = run.deckFor({ ...run.listing, targets: [target] });
  try {
    const session = deck.session(target.name);
    if (!session) throw new Failure({ kind: 'usage', what: `No rack named ${target.name}` });
    const { sinceMs, follow, tail, previous } = run.request;
    const log = session.followLogs(sourceOf(run), {
      sinceMs,
      follow,
      previous,
      ...(tail === undefined ? {} : { tail }),
    });
    return await printUntilEnd(log, matches, run);
  } finally {
    await deck.dispose();
  }
}

function sourceOf({ common, request }: LogsRun): LogSource {
  if (request.source === 'rack') return { kind: 'rack' };
  const { app } = common;
  if (app === undefined) {
    throw new Failure({
      kind: 'usage',
      what: 'Whose logs?',
      next: 'Name the app with --app <name>, or ask for the rack itself with --rack-logs.',
    });
  }
  const name = request.name ?? '';
  switch (request.source) {
    case 'service':
      return { kind: 'service', app, service: name };
    case 'process':
      return { kind: 'process', app, process: name };
    case 'build':
      return { kind: 'build', app, build: name };
    default:
      return { kind: 'app', app };
  }
}

function compiled(filter: string | undefined): (line: LogLine) => boolean {
  if (filter === undefined) return () => true;
  const query = compileLogQuery(filter);
  if (query.problem !== undefined) {
    throw new Failure({
      kind: 'usage',
      what: `The filter cannot be read: ${query.problem}`,
      next: 'Mend it or leave --filter away.',
    });
  }
  return query.matches;
}

function printUntilEnd(log: LogFollow, matches: (line: LogLine) => boolean, run: LogsRun): Promise<number> {
  let next = log.first;
  let lost = 0;
  let notice = '';
  return new Promise((resolve) => {
    const finish = (code: number) => {
      unsubscribe();
      run.signal.removeEventListener('abort', stop);
      log.dispose();
      if (lost > 0) run.output.err(`${lost} lines came faster than they could be printed and are missing.\n`);
      resolve(code);
    };
    const stop = () => finish(0);
    const step = () => {
      lost += Math.max(0, log.first - next);
      let text = '';
      for (next = Math.max(next, log.first); next < log.end; next += 1) {
        const line = log.line(next);
        if (line && matches(line)) text += lineText(line, run);
      }
      if (text !== '') run.output.out(text);
      const { link } = log.get();
      if (link.kind === 'complete') finish(0);
      if (link.kind === 'failed') {
        run.output.err(renderFailure(link.failure));
        finish(exitCodeOf(link.failure));
      }
      // A person watching wants to know why nothing comes; said once per interruption.
      const now = link.kind === 'reconnecting' ? `${link.failure.what}; reconnecting\n` : '';
      if (now !== '' && now !== notice) run.output.err(now);
      notice = now;
    };
    const unsubscribe = log.subscribe(step);
    run.signal.addEventListener('abort', stop, { once: true });
    if (run.signal.aborted) stop();
    else step();
  });
}

function lineText(line: LogLine, { request, color, output }: LogsRun): string {
  if (!request.json) return `${color && output.isTerminal ? line.raw : line.raw.replace(SGR, '')}\n`;
  const { time, stream, service, process, level, message } = line;
  return `${JSON.stringify({
    time: time === undefined ? null : new Date(time).toISOString(),
    stream,
    service: service ?? null,
    process: process ?? null,
    level: level ?? null,
    message: message.replace(SGR, ''),
  })}\n`;
}
