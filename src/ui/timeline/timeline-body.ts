import { impliedDeploys } from '../../domain/deploy-marks.ts';
import { asFailure } from '../../domain/failure.ts';
import { mergeTimeline } from '../../domain/timeline.ts';
import type { TimelineEvent } from '../../domain/timeline-event.ts';
import { unitOf } from '../../domain/usage.ts';
import { baseInterval } from '../../live/poll-pace.ts';
import type { RackSession } from '../../live/rack-session.ts';
import type { Watch } from '../../live/watch.ts';
import type { Place } from '../../resources/define-resource.ts';
import { describeEvent, timeline } from '../../resources/timeline.ts';
import { type AuditTelling, auditTimeline } from '../../resources/timeline-sources.ts';
import type { TerminalLook } from '../dashboard-services.ts';
import type { Hint } from '../keys/hint.ts';
import { INSIGHT_PACE, type Insight, watchInsight } from '../metrics/insight-watch.ts';
import { widerPlace } from '../metrics/metrics-body.ts';
import { subjectOfPlace, subjectUsage } from '../metrics/subject-usage.ts';
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
import { STRIP_ROWS, stripLines } from './timeline-strip.ts';
import { cursorIndex, isShown, stripWindow, type TimelineViewState } from './timeline-view-state.ts';

/** As far back as the gateway's audit log is asked, ms. */
const REACH_MS = 24 * 3_600_000;
const NO_AUDIT: AuditTelling = { events: [], missing: undefined };

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
  readonly #insight: Watch<Insight>;
  #state: TimelineViewState;
  #audit: AuditTelling = NO_AUDIT;
  #abort = new AbortController();
  #rowsShown = 1;
  #merged: { sources: readonly unknown[]; events: readonly TimelineEvent[] } | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #stops: readonly (() => void)[];

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
    this.#insight = watchInsight(session, place.app, () => host.clock());
    const changed = (): void => this.#changed();
    this.#stops = [
      this.#insight.subscribe(changed),
      session.history.version.subscribe(changed),
      session.link.subscribe(changed),
    ];
    void session.history.load();
    this.#askAudit();
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
    const { skipped, problem } = this.#options.session.history.stored;
    const remarks = [
      this.#audit.missing === undefined ? undefined : `without the audit log: ${this.#audit.missing}`,
      problem ?? (skipped > 0 ? `${skipped} lines of the history file could not be read` : undefined),
    ].filter((remark) => remark !== undefined);
    const only = show === 'all' ? '' : `  only ${show}`;
    const line: Line = [
      span(` ${cursorIndex(events, this.#state) + 1}/${events.length}${only}`, 'muted'),
      ...remarks.map((remark) => span(`   ${remark}`, 'muted')),
    ];
    return truncateLine(line, width, this.#options.theme.glyphs.ellipsis);
  }

  hints(): readonly Hint[] {
    const offers = (id: string): boolean => id !== 'timeline.wider' || widerPlace(this.#options.place) !== undefined;
    return contextHints(this.#options.host.keys, 'timeline', { offers });
  }

  shares(): readonly RackShare[] {
    const { session } = this.#options;
    const { fetchedAt, failure } = this.#insight.get();
    const staleAfterMs = 3 * INSIGHT_PACE * baseInterval(session.target.kind) + 5_000;
    const shown = failure?.kind === 'cancelled' ? undefined : failure;
    return [{ rack: session.target.name, link: session.link.get(), rows: [], fetchedAt, failure: shown, staleAfterMs }];
  }

  focus(): { readonly rack: string; readonly app?: string } {
    const { session, place } = this.#options;
    const app = place.app ?? this.#current()?.app;
    return { rack: session.target.name, ...(app === undefined || app === '' ? {} : { app }) };
  }

  refresh(): void {
    void this.#insight.refresh();
    this.#askAudit();
  }

  show(visible: boolean): void {
    this.#insight.setVisibility(visible ? 'visible' : 'hidden');
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
    this.#abort.abort();
    for (const stop of this.#stops) stop();
    this.#insight.dispose();
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
    const usage = subjectUsage(subject, session.history, this.#insight.get().data?.own, window);
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
    const { data, failure } = this.#insight.get();
    if (this.#state.show !== 'all') return `Nothing here but what is hidden: ${this.#all().length} events in all.`;
    if (data === undefined && failure) return `${failure.what}${failure.why ? `: ${failure.why}` : ''}`;
    return data === undefined ? 'Asking ...' : timeline.empty;
  }

  #current(): TimelineEvent | undefined {
    const events = this.#events();
    return events[cursorIndex(events, this.#state)];
  }

  #events(): readonly TimelineEvent[] {
    const all = this.#all();
    return this.#state.show === 'all' ? all : all.filter((event) => isShown(event, this.#state.show));
  }

  #all(): readonly TimelineEvent[] {
    const { session, place, host } = this.#options;
    const { history } = session;
    const sources = [this.#insight.get().data, this.#audit, history.version.get()];
    if (this.#merged?.sources.every((source, at) => source === sources[at])) return this.#merged.events;
    const now = host.clock();
    const window = { from: now - REACH_MS, to: now };
    const told = [...(this.#insight.get().data?.events ?? []), ...this.#audit.events];
    const seen = history.events(window.from, window.to);
    const lists = [told, seen, impliedDeploys([...told, ...seen])];
    const { app, service, process } = place;
    this.#merged = { sources, events: mergeTimeline(lists, { app, service, process, ...window }) };
    return this.#merged.events;
  }

  /** Once when opened and when asked for: the gateway writes each such question down (gateway.md 7.4). */
  #askAudit(): void {
    const { session } = this.#options;
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    auditTimeline({ gateway: session.gateway, access: session.access.get(), signal }).then(
      (told) => this.#told(told, signal),
      (error: unknown) => this.#told({ events: this.#audit.events, missing: asFailure(error).what }, signal),
    );
  }

  #told(told: AuditTelling, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#audit = told;
    this.#changed();
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
        const thing = thingOf(event, rack, place, this.#isAlive(event));
        if (thing) host.open(thing);
        else this.#describe(event);
        return true;
      }
      case 'timeline.logs':
        host.open(logsAround(event, rack, place, this.#isAlive(event)));
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

  /** The rack still lists it: its own log can be asked for. */
  #isAlive({ process }: TimelineEvent): boolean {
    if (process === undefined) return false;
    return (
      this.#insight.get().data?.events.some((event) => event.kind === 'started' && event.process === process) ?? false
    );
  }

  #describe(event: TimelineEvent): void {
    const { host, look } = this.#options;
    host.openText(event.what, pairLines(describeEvent(event), screenStyles(look)));
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
