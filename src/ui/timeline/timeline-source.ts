import { impliedDeploys } from '../../domain/deploy-marks.ts';
import { asFailure } from '../../domain/failure.ts';
import { mergeTimeline } from '../../domain/timeline.ts';
import type { TimelineEvent } from '../../domain/timeline-event.ts';
import { baseInterval } from '../../live/poll-pace.ts';
import type { RackSession } from '../../live/rack-session.ts';
import type { Watch } from '../../live/watch.ts';
import type { Place } from '../../resources/define-resource.ts';
import type { RackUsageHistory } from '../../resources/rack-usage-history.ts';
import { timeline } from '../../resources/timeline.ts';
import { type AuditTelling, auditTimeline } from '../../resources/timeline-sources.ts';
import { INSIGHT_PACE, type Insight, watchInsight } from '../metrics/insight-watch.ts';
import type { RackShare } from '../table/row-feed.ts';

/** As far back as the gateway's audit log is asked, ms. */
const REACH_MS = 24 * 3_600_000;
const NO_AUDIT: AuditTelling = { events: [], missing: undefined };

/** Every event of a place from all sources, kept fresh; the audit log is asked when opened and on request only. */
export class TimelineSource {
  readonly #session: RackSession;
  readonly #place: Place;
  readonly #clock: () => number;
  readonly #changed: () => void;
  readonly #insight: Watch<Insight>;
  readonly #stops: readonly (() => void)[];
  #audit: AuditTelling = NO_AUDIT;
  #abort = new AbortController();
  #merged: { sources: readonly unknown[]; events: readonly TimelineEvent[] } | undefined;

  constructor(session: RackSession, place: Place, clock: () => number, changed: () => void) {
    this.#session = session;
    this.#place = place;
    this.#clock = clock;
    this.#changed = changed;
    this.#insight = watchInsight(session, place.app, clock);
    this.#stops = [
      this.#insight.subscribe(changed),
      session.history.version.subscribe(changed),
      session.link.subscribe(changed),
    ];
    void session.history.load();
    this.#askAudit();
  }

  get own(): RackUsageHistory | undefined {
    return this.#insight.get().data?.own;
  }

  get shares(): readonly RackShare[] {
    const { target, link } = this.#session;
    const { fetchedAt, failure } = this.#insight.get();
    const staleAfterMs = 3 * INSIGHT_PACE * baseInterval(target.kind) + 5_000;
    const shown = failure?.kind === 'cancelled' ? undefined : failure;
    return [{ rack: target.name, link: link.get(), rows: [], fetchedAt, failure: shown, staleAfterMs }];
  }

  /** Oldest first; the same list while nothing new is known. */
  events(): readonly TimelineEvent[] {
    const { history } = this.#session;
    const sources = [this.#insight.get().data, this.#audit, history.version.get()];
    if (this.#merged?.sources.every((source, at) => source === sources[at])) return this.#merged.events;
    const now = this.#clock();
    const window = { from: now - REACH_MS, to: now };
    const told = [...(this.#insight.get().data?.events ?? []), ...this.#audit.events];
    const seen = history.events(window.from, window.to);
    const lists = [told, seen, impliedDeploys([...told, ...seen])];
    const { app, service, process } = this.#place;
    this.#merged = { sources, events: mergeTimeline(lists, { app, service, process, ...window }) };
    return this.#merged.events;
  }

  /** The rack still lists the event's process: its own log can be asked for. */
  isAlive({ process }: TimelineEvent): boolean {
    if (process === undefined) return false;
    const told = this.#insight.get().data?.events ?? [];
    return told.some((event) => event.kind === 'started' && event.process === process);
  }

  /** Why there is nothing. */
  emptyText(): string {
    const { data, failure } = this.#insight.get();
    if (data === undefined && failure) return `${failure.what}${failure.why ? `: ${failure.why}` : ''}`;
    return data === undefined ? 'Asking ...' : timeline.empty;
  }

  /** What the list lacks, in words. */
  remarks(): readonly string[] {
    const { skipped, problem } = this.#session.history.stored;
    const unread = skipped > 0 ? `${skipped} lines of the history file could not be read` : undefined;
    const audit = this.#audit.missing === undefined ? undefined : `without the audit log: ${this.#audit.missing}`;
    return [audit, problem ?? unread].filter((remark) => remark !== undefined);
  }

  refresh(): void {
    void this.#insight.refresh();
    this.#askAudit();
  }

  show(visible: boolean): void {
    this.#insight.setVisibility(visible ? 'visible' : 'hidden');
  }

  dispose(): void {
    this.#abort.abort();
    for (const stop of this.#stops) stop();
    this.#insight.dispose();
  }

  /** The gateway writes each such question down (gateway.md 7.4). */
  #askAudit(): void {
    const { gateway, access, history } = this.#session;
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    auditTimeline({ gateway, access: access.get(), history, signal }).then(
      (told) => this.#told(told, signal),
      (error: unknown) => this.#told({ events: this.#audit.events, missing: asFailure(error).what }, signal),
    );
  }

  #told(told: AuditTelling, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#audit = told;
    this.#changed();
  }
}
