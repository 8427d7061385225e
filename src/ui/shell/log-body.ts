import type { LogFollow, LogFollowOptions } from '../../live/log-follow.ts';
import type { RackSession } from '../../live/rack-session.ts';
import type { LogSource } from '../../protocol/log-stream.ts';
import type { Place } from '../../resources/define-resource.ts';
import type { TerminalLook } from '../dashboard-services.ts';
import type { Hint } from '../keys/hint.ts';
import { LogView } from '../log/log-view.ts';
import type { RackShare } from '../table/row-feed.ts';
import type { Line } from '../text/line.ts';
import type { StyledLine } from '../text/styled-line.ts';
import type { BodyView, Message } from './body-view.ts';
import { contextHints } from './context-hints.ts';
import type { TableHost } from './table-host.ts';

const WINDOW_MS = 10 * 60_000;
/** A build is wanted from its first line, however long ago it ran. */
const BUILD_WINDOW_MS = 30 * 86_400_000;

const ASKED: Readonly<Record<'search' | 'filter' | 'since', string>> = {
  search: '/',
  filter: '&',
  since: 'since: ',
};

export interface LogBodyHost extends TableHost {
  openText(title: string, lines: readonly StyledLine[]): void;
  save(suggestedName: string, lines: Iterable<string>): Promise<string>;
}

/** Whose log a place means: the narrowest part of it. */
export function logSource(place: Place): LogSource {
  const { app, service, process, build } = place;
  if (app === undefined) return { kind: 'rack' };
  if (build !== undefined) return { kind: 'build', app, build };
  if (process !== undefined) return { kind: 'process', app, process };
  if (service !== undefined) return { kind: 'service', app, service };
  return { kind: 'app', app };
}

/** A log between header and footer. */
export class LogBody implements BodyView {
  readonly context = 'log' as const;
  readonly #view: LogView;
  readonly #host: LogBodyHost;
  readonly #session: RackSession;
  readonly #source: LogSource;
  readonly #follow: LogFollow;

  constructor(session: RackSession, place: Place, look: TerminalLook, host: LogBodyHost) {
    this.#source = logSource(place);
    this.#session = session;
    this.#host = host;
    const opened: LogFollowOptions = {
      sinceMs: this.#source.kind === 'build' ? BUILD_WINDOW_MS : WINDOW_MS,
      follow: true,
    };
    this.#follow = session.followLogs(this.#source, opened);
    this.#view = new LogView({
      follow: this.#follow,
      opened,
      title: `logs ${sourceName(this.#source, session.target.name)}`,
      single: this.#source.kind === 'process' || this.#source.kind === 'build',
      look,
      now: () => host.clock(),
    });
    this.#view.attach({
      ask: (what, initial) =>
        host.prompt({
          label: ASKED[what],
          initial,
          onChange: (text) => this.#view.typed(what, text),
          onSubmit: (text) => this.#view.submit(what, text),
          onCancel: () => this.#view.cancel(),
        }),
      openText: (title, lines) => host.openText(title, lines),
      copy: (text, what) => host.copy(text, what),
      save: (name, lines) => host.save(name, lines),
    });
  }

  subscribe(listener: () => void): () => void {
    const stops = [this.#view.subscribe(listener), this.#session.link.subscribe(listener)];
    return () => {
      for (const stop of stops) stop();
    };
  }

  command(id: string): boolean {
    return this.#view.command(id);
  }

  rows(width: number, height: number): readonly string[] {
    return this.#view.rows(width, height);
  }

  status(): Line {
    return [{ text: ' ' }, ...this.#view.status()];
  }

  message(): Message | undefined {
    return this.#view.message();
  }

  hints(): readonly Hint[] {
    return contextHints(this.#host.keys, 'log', { offers: (id) => this.#view.offers(id) });
  }

  /** The log speaks for itself; for the header its lines count as now while the stream is live. */
  shares(): readonly RackShare[] {
    const link = this.#follow.get().link;
    const live = link.kind === 'live' || link.kind === 'complete';
    return [
      {
        rack: this.#session.target.name,
        link: this.#session.link.get(),
        rows: [],
        fetchedAt: live ? this.#host.clock() : undefined,
        failure: undefined,
        staleAfterMs: Number.POSITIVE_INFINITY,
      },
    ];
  }

  focus(): { readonly app?: string } {
    return 'app' in this.#source ? { app: this.#source.app } : {};
  }

  refresh(): void {
    this.#host.toast('A log follows by itself; the digits and since re-open it from another point', 'muted');
  }

  show(): void {}

  tick(): void {
    this.#view.tick();
  }

  dispose(): void {
    this.#view.dispose();
  }
}

function sourceName(source: LogSource, rack: string): string {
  switch (source.kind) {
    case 'rack':
      return rack;
    case 'app':
      return source.app;
    case 'service':
      return `${source.app}/${source.service}`;
    case 'process':
      return source.process;
    case 'build':
      return `${source.app} build ${source.build}`;
  }
}
