import { parseLogPrefix } from '../domain/log-line.ts';
import { isUndecided, type Verdict } from '../domain/verdict.ts';
import type { LogSource } from '../protocol/log-stream.ts';
import { createLogFollow, type LiveLogFollow, type LogFollowDependencies } from './create-log-follow.ts';
import { LastLines } from './last-lines.ts';
import type { LifeFollow, LogFollow, LogFollowOptions } from './log-follow.ts';
import { type LifeOrigin, openPreviousLife, type ProcessName } from './previous-life.ts';

export interface SessionLogsDependencies extends Pick<LogFollowDependencies, 'open' | 'now' | 'random' | 'timers'> {
  /** May the log of a service be asked for? */
  readonly serviceLog: () => Verdict;
}

/** The logs that a session follows, and what it has seen of processes that are gone. */
export class SessionLogs {
  readonly #deps: SessionLogsDependencies;
  readonly #follows = new Set<LiveLogFollow>();
  readonly #lastLines = new LastLines();

  constructor(dependencies: SessionLogsDependencies) {
    this.#deps = dependencies;
  }

  follow(source: LogSource, options: LogFollowOptions): LogFollow {
    const { open, serviceLog } = this.#deps;
    const onLines = (lines: readonly string[]) => this.#lastLines.take(source, lines);
    // A gateway and an old rack have no log of a service; its lines stand in that of its app. What its processes wrote before
    // they were restarted does not.
    const verdict = serviceLog();
    if (source.kind !== 'service' || options.previous || verdict.allowed || isUndecided(verdict)) {
      return this.#add({ source, options, open, onLines });
    }
    return this.#add({
      source: { kind: 'app', app: source.app },
      options,
      open: (app, streamOptions, sink) =>
        open(app, streamOptions, { ...sink, lines: (lines) => sink.lines(linesOf(source.service, lines)) }),
      onLines,
    });
  }

  followPreviousLife(name: ProcessName, options: LogFollowOptions): LifeFollow {
    const { app, process } = name;
    const { open, serviceLog } = this.#deps;
    let origin: LifeOrigin | undefined;
    const search = {
      open,
      serviceLog,
      watched: () => this.#lastLines.of(app, process),
      onOrigin: (found: LifeOrigin) => {
        origin = found;
      },
    };
    const follow = this.#add({
      source: { kind: 'process', app, process },
      options: { ...options, follow: false, previous: true },
      open: (_source, streamOptions, sink) => openPreviousLife(name, search, streamOptions, sink),
    });
    return Object.assign(follow, { origin: () => origin });
  }

  /** The rack is reachable again. */
  retryNow(): void {
    for (const follow of this.#follows) follow.retryNow();
  }

  /** New connection or credentials. */
  reopen(): void {
    for (const follow of this.#follows) follow.reopen();
  }

  dispose(): void {
    for (const follow of [...this.#follows]) follow.dispose();
  }

  #add(parts: Pick<LogFollowDependencies, 'source' | 'options' | 'open' | 'onLines'>): LiveLogFollow {
    const { now, random, timers } = this.#deps;
    const follow = createLogFollow({ ...parts, now, random, timers, onDispose: () => this.#follows.delete(follow) });
    this.#follows.add(follow);
    return follow;
  }
}

function linesOf(service: string, lines: readonly string[]): readonly string[] {
  return lines.filter((line) => parseLogPrefix(line).service === service);
}
