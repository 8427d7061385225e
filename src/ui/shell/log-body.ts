import type { LogFollow, LogFollowOptions } from '../../live/log-follow.ts';
import type { LifeOrigin, ProcessName } from '../../live/previous-life.ts';
import type { RackSession } from '../../live/rack-session.ts';
import type { LogSource } from '../../protocol/log-stream.ts';
import type { Place } from '../../resources/define-resource.ts';
import type { TerminalLook } from '../dashboard-services.ts';
import type { Hint } from '../keys/hint.ts';
import { keyLabel } from '../keys/key-label.ts';
import type { KeyMap } from '../keys/key-map.ts';
import type { LogHost } from '../log/log-host.ts';
import { LogView } from '../log/log-view.ts';
import type { Asked } from '../log/log-view-state.ts';
import type { PanelHint } from '../log/panel-content.ts';
import type { RackShare } from '../table/row-feed.ts';
import type { Line } from '../text/line.ts';
import type { StyledLine } from '../text/styled-line.ts';
import type { BodyView, Message } from './body-view.ts';
import { contextHints } from './context-hints.ts';
import { readLastDeploy } from './read-last-deploy.ts';
import type { TableHost } from './table-host.ts';

const WINDOW_MS = 10 * 60_000;
/** A build is wanted from its first line, however long ago it ran. */
const BUILD_WINDOW_MS = 30 * 86_400_000;

/** An earlier life is looked for this far back in the app log. */
const LIFE_WINDOW_MS = 60 * 60_000;

const ASKED: Readonly<Record<Asked, string>> = {
  search: '/',
  filter: '&',
  since: 'since: ',
  jump: 'go to time: ',
  top: 'values: ',
  export: 'export: ',
};

const EXAMPLES: Readonly<Record<Asked, string>> = {
  search: 'refused, level:error, status>=500, !health, /regex/',
  filter: 'refused, level:error, status>=500, !health, /regex/',
  since: '5m, 2h30m, 24h',
  jump: '02:40, -20m, yesterday 23:10',
  top: 'top 5 path where status>=500',
  export: 'visible text, marked json, all json gz',
};

const ORIGIN: Readonly<Record<LifeOrigin, string>> = {
  'service-log': 'before its last restart',
  'app-log': 'all of it in the app log',
  watched: 'last lines watched here',
};

export interface LogBodyHost extends TableHost {
  openText(title: string, lines: readonly StyledLine[]): void;
  save(suggestedName: string, lines: Iterable<string>): Promise<string>;
  /** On screen now. */
  body(): BodyView | undefined;
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
  readonly #place: Place;
  readonly #source: LogSource;
  readonly #follow: LogFollow;
  readonly #isPast: boolean;

  /** `life`: the earlier life of the place's process instead of the present one. */
  constructor(session: RackSession, place: Place, look: TerminalLook, host: LogBodyHost, life: 'present' | 'previous') {
    this.#source = logSource(place);
    this.#session = session;
    this.#place = place;
    this.#host = host;
    const name = life === 'previous' ? processOf(place) : undefined;
    this.#isPast = name !== undefined;
    const opened = openingOf(this.#source, this.#isPast);
    const past = name && session.followPreviousLife(name, opened);
    this.#follow = past ?? session.followLogs(this.#source, opened);
    const title = `logs ${sourceName(this.#source, session.target.name)}`;
    this.#view = new LogView({
      follow: this.#follow,
      opened,
      title: past ? () => pastTitle(past.origin()) : title,
      single: this.#source.kind === 'process' || this.#source.kind === 'build',
      look,
      now: () => host.clock(),
    });
    this.#view.attach(this.#logHost());
  }

  #logHost(): LogHost {
    const host = this.#host;
    const { app } = this.#place;
    return {
      ask: (what, initial) =>
        host.prompt({
          label: ASKED[what],
          initial,
          example: EXAMPLES[what],
          onChange: (text) => this.#view.typed(what, text),
          onSubmit: (text) => this.#view.submit(what, text),
          onCancel: () => this.#view.cancel(),
        }),
      openText: (title, lines) => host.openText(title, lines),
      copy: (text, what) => host.copy(text, what),
      save: (name, lines) => host.save(name, lines),
      previousLife: (process, service) => this.#openPreviousLife(process, service),
      ...(app === undefined ? {} : { lastDeploy: () => readLastDeploy(this.#session, app) }),
    };
  }

  subscribe(listener: () => void): () => void {
    const stops = [this.#view.subscribe(listener), this.#session.link.subscribe(listener)];
    return () => {
      for (const stop of stops) stop();
    };
  }

  command(id: string): boolean {
    // One process began after the deploy: what was usual before it stands in the log of the whole app.
    if (id === 'log.new-error' && this.#source.kind === 'process') return this.#newErrorOfApp(this.#source.app);
    // A process that died before it wrote anything has no line to ask by.
    if (id === 'log.previous-life' && this.#source.kind === 'process') return this.#ownPreviousLife();
    return this.#view.command(id);
  }

  /** To the line nearest to an instant, which a view beside this one speaks of. */
  showInstant(at: number): void {
    this.#view.showInstant(at);
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
    const own = this.#view.panelHints();
    if (own.length > 0) return panelHints(this.#host.keys, own);
    return contextHints(this.#host.keys, 'log', { offers: (id) => this.#offers(id) });
  }

  #offers(id: string): boolean {
    const isApp = this.#place.app !== undefined && this.#source.kind !== 'build';
    if (id === 'log.previous-life') return isApp && !this.#isPast;
    if (id === 'log.new-error') return isApp;
    if (id === 'log.processes') return this.#source.kind !== 'process' && this.#source.kind !== 'build';
    return this.#view.offers(id);
  }

  #openPreviousLife(process: string, service: string | undefined): string | undefined {
    const { app } = this.#place;
    if (this.#isPast) return 'This is the earlier life; esc goes back to the present one';
    if (app === undefined || this.#source.kind === 'build') return 'Only processes of an app have an earlier life';
    const place = { app, ...(service === undefined ? {} : { service }), process };
    this.#host.open({ view: 'previous-logs', rack: this.#session.target.name, place });
    return undefined;
  }

  #ownPreviousLife(): boolean {
    const { process = '', service } = this.#place;
    const problem = this.#openPreviousLife(process, service);
    if (problem !== undefined) this.#host.toast(problem, 'notice');
    return true;
  }

  #newErrorOfApp(app: string): boolean {
    this.#host.open({ view: 'logs', rack: this.#session.target.name, place: { app } });
    const body = this.#host.body();
    return body !== undefined && body !== this && body.command('log.new-error', '');
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

function openingOf(source: LogSource, isPast: boolean): LogFollowOptions {
  if (isPast) return { sinceMs: LIFE_WINDOW_MS, follow: false, previous: true };
  return { sinceMs: source.kind === 'build' ? BUILD_WINDOW_MS : WINDOW_MS, follow: true };
}

function processOf({ app, service, process }: Place): ProcessName | undefined {
  return app === undefined || process === undefined ? undefined : { app, service, process };
}

/** Whose it is stands in the frame's first line. */
function pastTitle(origin: LifeOrigin | undefined): string {
  return origin === undefined ? 'previous life' : `previous life: ${ORIGIN[origin]}`;
}

function panelHints(keys: KeyMap, own: readonly PanelHint[]): readonly Hint[] {
  const hints = [...own, ['app.back', 'close'] as const];
  return hints.flatMap(([id, label]) => {
    const bound = keys.get(id)?.keys ?? [];
    // In a panel the space bar does what it does in every list.
    const key = bound.includes('space') ? 'space' : bound[0];
    return key === undefined ? [] : [{ key: keyLabel(key), label }];
  });
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
