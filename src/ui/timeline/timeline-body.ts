import type { TimelineEvent } from '../../domain/timeline-event.ts';
import { unitOf } from '../../domain/usage.ts';
import type { RackSession } from '../../live/rack-session.ts';
import type { Place } from '../../resources/define-resource.ts';
import { describeRow } from '../../resources/row-json.ts';
import { timeline } from '../../resources/timeline.ts';
import type { TerminalLook } from '../dashboard-services.ts';
import type { Hint } from '../keys/hint.ts';
import { subjectOfPlace, subjectUsage } from '../metrics/subject-usage.ts';
import { widerPlace } from '../metrics/wider-place.ts';
import type { BodyView } from '../shell/body-view.ts';
import { contextHints } from '../shell/context-hints.ts';
import type { LogBodyHost } from '../shell/log-body.ts';
import type { RackShare } from '../table/row-feed.ts';
import { moveCursor } from '../table/table-window.ts';
import { fitLine, type Line, lineText, span, truncateLine } from '../text/line.ts';
import { pairLines } from '../text/pair-lines.ts';
import { screenStyles } from '../text/screen-styles.ts';
import type { Theme } from '../theme/theme.ts';
import { logsAround, thingOf } from './event-destination.ts';
import { type EventLook, eventLine } from './event-line.ts';
import { STRIP_KEYS } from './timeline-bindings.ts';
import { TimelineSource } from './timeline-source.ts';
import { STRIP_ROWS, stripLines } from './timeline-strip.ts';
import { cursorIndex, isShown, stripWindow, type TimelineViewState } from './timeline-view-state.ts';

export interface TimelineBodyOptions {
  readonly session: RackSession;
  readonly place: Place;
  readonly host: LogBodyHost;
  readonly theme: Theme;
  readonly look: TerminalLook;
  /** An instant to open at. */
  readonly at: number | undefined;
}

/** What happened to an app or a rack, newest last, under a strip of its load; the strip follows the cursor. */
export class TimelineBody implements BodyView {
  readonly context = 'timeline' as const;
  readonly #options: TimelineBodyOptions;
  readonly #source: TimelineSource;
  #state: TimelineViewState;
  #rowsShown = 1;
  readonly #listeners = new Set<() => void>();

  constructor(options: TimelineBodyOptions) {
    this.#options = options;
    const { session, host, place, at } = options;
    this.#state = {
      event: undefined,
      at,
      top: 0,
      stripMs: stripFor(at === undefined ? 0 : host.clock() - at),
      show: 'all',
    };
    this.#source = new TimelineSource(
      session,
      place,
      () => host.clock(),
      () => this.#changed(),
    );
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  command(id: string): boolean {
    const strip = STRIP_KEYS[id];
    if (strip !== undefined) return this.#set({ stripMs: strip });
    if (id === 'timeline.unhealthy') return this.#toggle('unhealthy');
    if (id === 'timeline.deploys') return this.#toggle('deploys');
    return this.#moveCommand(id) || this.#openCommand(id);
  }

  rows(width: number, height: number): readonly string[] {
    const { theme } = this.#options;
    const events = this.#events();
    const cursor = cursorIndex(events, this.#state);
    const lines = [...this.#strip(events[cursor], width)];
    this.#rowsShown = Math.max(1, height - lines.length);
    const painted = lines.map((line) => theme.paint(truncateLine(line, width, theme.glyphs.ellipsis)));
    painted.push(...(events.length === 0 ? this.#emptyRows(width) : this.#eventRows(events, cursor, width)));
    while (painted.length < height) painted.push('');
    return painted.slice(0, height);
  }

  status(width: number): Line {
    const events = this.#events();
    const { show } = this.#state;
    const only = show === 'all' ? '' : `  only ${show}`;
    const line: Line = [
      span(` ${cursorIndex(events, this.#state) + 1}/${events.length}${only}`, 'muted'),
      ...this.#source.remarks().map((remark) => span(`   ${remark}`, 'muted')),
    ];
    return truncateLine(line, width, this.#options.theme.glyphs.ellipsis);
  }

  hints(): readonly Hint[] {
    const offers = (id: string): boolean => id !== 'timeline.wider' || widerPlace(this.#options.place) !== undefined;
    return contextHints(this.#options.host.keys, 'timeline', { offers });
  }

  shares(): readonly RackShare[] {
    return this.#source.shares;
  }

  focus(): { readonly rack: string; readonly app?: string } {
    const { session, place } = this.#options;
    const app = place.app ?? this.#current()?.app;
    return { rack: session.target.name, ...(app === undefined || app === '' ? {} : { app }) };
  }

  refresh(): void {
    this.#source.refresh();
  }

  show(visible: boolean): void {
    this.#source.show(visible);
  }

  tick(): void {}

  linear(): readonly string[] {
    const events = this.#events();
    const at = cursorIndex(events, this.#state);
    const event = events[at];
    if (event === undefined) return [this.#emptyText()];
    const look: EventLook = {
      width: 200,
      now: this.#options.host.now(),
      withApp: true,
      withBy: event.by !== undefined,
      glyphs: this.#options.theme.glyphs,
    };
    const text = lineText(eventLine(event, false, look))
      .replace(/\s+/g, ' ')
      .trim();
    return [`event ${at + 1} of ${events.length}: ${text}`];
  }

  dispose(): void {
    this.#source.dispose();
    this.#listeners.clear();
  }

  #strip(event: TimelineEvent | undefined, width: number): readonly Line[] {
    const { session, host, place, theme } = this.#options;
    const now = host.now();
    // The newest event under a cursor that nobody moved: the strip speaks of now.
    const at =
      this.#state.event === undefined && this.#state.at === undefined ? now : (event?.at ?? this.#state.at ?? now);
    const window = stripWindow(now, at, this.#state.stripMs);
    const subject = subjectOfPlace(place, session.history);
    const usage = subjectUsage(subject, session.history, this.#source.own, window);
    const unit = unitOf(subject.kind, session.history.percentOnly ?? false);
    const lines = stripLines({ usage, unit, events: this.#events(), window, at, width, glyphs: theme.glyphs });
    const source: Line = [span(` ${usage.source}`, 'muted')];
    return [...lines.slice(0, STRIP_ROWS), source];
  }

  #eventRows(events: readonly TimelineEvent[], cursor: number, width: number): readonly string[] {
    const { theme, host, place } = this.#options;
    const window = moveCursor({ cursor, top: this.#topFor(events.length) }, cursor, events.length, this.#rowsShown);
    const look: EventLook = {
      width,
      now: host.now(),
      withApp: place.app === undefined,
      withBy: events.some(({ by }) => by !== undefined),
      glyphs: theme.glyphs,
    };
    return events.slice(window.top, window.top + this.#rowsShown).map((event, at) => {
      const selected = window.top + at === cursor;
      const line = truncateLine(eventLine(event, selected, look), width, theme.glyphs.ellipsis);
      return theme.paint(selected ? fitLine(line, width) : line, { selected });
    });
  }

  /** Newest last: without a cursor of its own the list hangs at its end. */
  #topFor(length: number): number {
    return this.#state.event === undefined ? Math.max(0, length - this.#rowsShown) : this.#state.top;
  }

  #emptyRows(width: number): readonly string[] {
    const { theme } = this.#options;
    return [theme.paint(truncateLine([span(` ${this.#emptyText()}`, 'muted')], width, theme.glyphs.ellipsis))];
  }

  #emptyText(): string {
    if (this.#state.show !== 'all')
      return `Nothing here but what is hidden: ${this.#source.events().length} events in all.`;
    return this.#source.emptyText();
  }

  #current(): TimelineEvent | undefined {
    const events = this.#events();
    return events[cursorIndex(events, this.#state)];
  }

  #events(): readonly TimelineEvent[] {
    const all = this.#source.events();
    return this.#state.show === 'all' ? all : all.filter((event) => isShown(event, this.#state.show));
  }

  #moveCommand(id: string): boolean {
    const events = this.#events();
    const at = cursorIndex(events, this.#state);
    const page = Math.max(1, this.#rowsShown - 1);
    const to: Readonly<Record<string, number>> = {
      'timeline.down': at + 1,
      'timeline.up': at - 1,
      'timeline.page-down': at + page,
      'timeline.page-up': at - page,
      'timeline.top': 0,
      'timeline.bottom': events.length - 1,
    };
    const wanted = to[id];
    if (wanted === undefined) return false;
    const from = { cursor: at, top: this.#topFor(events.length) };
    const window = moveCursor(from, wanted, events.length, this.#rowsShown);
    // At the end it follows what comes next.
    if (id === 'timeline.bottom') return this.#set({ event: undefined, at: undefined });
    const event = events[window.cursor];
    return this.#set({ event: event?.id, at: event?.at, top: window.top });
  }

  #openCommand(id: string): boolean {
    const { host, session, place } = this.#options;
    const event = this.#current();
    const rack = session.target.name;
    if (id === 'timeline.wider') {
      const wider = widerPlace(place);
      if (wider) host.open({ view: 'timeline', rack, place: wider, ...(event ? { at: event.at } : {}) });
      else host.toast('This is the whole rack', 'muted');
      return true;
    }
    if (!id.startsWith('timeline.')) return false;
    if (event === undefined) {
      host.toast('Nothing happened yet', 'muted');
      return true;
    }
    switch (id) {
      case 'timeline.open': {
        const thing = thingOf(event, rack, place, this.#source.isAlive(event));
        if (thing) host.open(thing);
        else this.#describe(event);
        return true;
      }
      case 'timeline.logs':
        host.open(logsAround(event, rack, place, this.#source.isAlive(event)));
        return true;
      case 'timeline.metrics':
        host.open({
          view: 'metrics',
          rack,
          place: event.app === '' ? place : { ...place, app: event.app },
          at: event.at,
        });
        return true;
      case 'timeline.describe':
        this.#describe(event);
        return true;
      case 'timeline.copy':
        host.copy(`${new Date(event.at).toISOString()} ${event.what}${event.by ? ` (${event.by})` : ''}`, 'event');
        return true;
      default:
        return false;
    }
  }

  #describe(event: TimelineEvent): void {
    const { host, look } = this.#options;
    host.openText(event.what, pairLines(describeRow(timeline, event, host.now()), screenStyles(look)));
  }

  #toggle(show: TimelineViewState['show']): boolean {
    return this.#set({ show: this.#state.show === show ? 'all' : show });
  }

  #set(change: Partial<TimelineViewState>): true {
    this.#state = { ...this.#state, ...change };
    this.#changed();
    return true;
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** The shortest strip that has the instant in it. */
function stripFor(backMs: number): number {
  const strips = Object.values(STRIP_KEYS).filter((strip) => strip >= 3_600_000);
  return strips.find((strip) => strip >= backMs * 1.1) ?? strips.at(-1) ?? 3_600_000;
}
