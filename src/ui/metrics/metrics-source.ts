import type { DeployMark } from '../../domain/deploy-effect.ts';
import { deployMarks } from '../../domain/deploy-marks.ts';
import { matches } from '../../domain/timeline.ts';
import type { UsageMeasure } from '../../domain/usage.ts';
import type { TimeWindow } from '../../domain/usage-series.ts';
import type { UsageKind, UsageSubject } from '../../domain/usage-subject.ts';
import type { RackSession } from '../../live/rack-session.ts';
import type { Watch } from '../../live/watch.ts';
import { type AnyResource, erase, type Place } from '../../resources/define-resource.ts';
import { type MetricRow, metrics } from '../../resources/metrics.ts';
import { createRowFeed, type RackShare, type RowFeed } from '../table/row-feed.ts';
import { type Insight, watchInsight } from './insight-watch.ts';
import { rankRows } from './metrics-list.ts';
import { usualWindow } from './metrics-view-state.ts';
import { type SubjectUsage, subjectOfPlace, subjectUsage } from './subject-usage.ts';

const METRICS: AnyResource = erase(metrics);
const HOUR_MS = 3_600_000;

/** Everything that a chart view shows, kept fresh: rows, samples, deploys. */
export class MetricsSource {
  readonly #session: RackSession;
  readonly #place: Place;
  readonly #feed: RowFeed;
  readonly #insight: Watch<Insight>;
  readonly #stops: readonly (() => void)[];
  #ranked: { source: unknown; list: string; rows: readonly MetricRow[] } | undefined;

  constructor(session: RackSession, place: Place, clock: () => number, changed: () => void) {
    this.#session = session;
    this.#place = place;
    const { process: _, ...around } = place;
    this.#feed = createRowFeed({ resource: METRICS, sessions: [session], place: around, now: clock });
    this.#insight = watchInsight(session, place.app, clock);
    this.#stops = [
      this.#feed.subscribe(changed),
      this.#insight.subscribe(changed),
      session.history.version.subscribe(changed),
    ];
    void session.history.load();
  }

  get shares(): readonly RackShare[] {
    return this.#feed.get().shares;
  }

  subject(): UsageSubject {
    return subjectOfPlace(this.#place, this.#session.history);
  }

  usage(window: TimeWindow): SubjectUsage {
    return subjectUsage(this.subject(), this.#session.history, this.#insight.get().data?.own, window);
  }

  /** What nobody chose: see {@link usualWindow}. */
  usualWindow(now: number): number {
    return usualWindow(now, this.usage({ from: now - HOUR_MS, to: now }).points[0]?.at);
  }

  marks({ from, to }: TimeWindow): readonly DeployMark[] {
    const { app } = this.subject();
    const seen = this.#session.history.events(from, to);
    const told = this.#insight.get().data?.events ?? [];
    const filter = { app: app === '' ? undefined : app };
    return deployMarks([...told, ...seen].filter((event) => matches(event, filter)));
  }

  rows(list: UsageKind, sort: UsageMeasure): readonly MetricRow[] {
    const { rows } = this.#feed.get();
    const key = `${list} ${sort}`;
    if (this.#ranked?.source !== rows || this.#ranked.list !== key) {
      // Rows of this feed are rows of this resource.
      const own = rows.map(({ row }) => row as unknown as MetricRow);
      this.#ranked = { source: rows, list: key, rows: rankRows(own, list, sort) };
    }
    return this.#ranked.rows;
  }

  /** Why there are no rows. */
  emptyText(): string {
    const [share] = this.shares;
    if (share?.failure) return `${share.failure.what}${share.failure.why ? `: ${share.failure.why}` : ''}`;
    return share?.rows === undefined ? 'Asking ...' : metrics.empty;
  }

  refresh(): void {
    void this.#feed.refresh();
    void this.#insight.refresh();
  }

  show(visible: boolean): void {
    this.#feed.setVisibility(visible ? 'visible' : 'hidden');
    this.#insight.setVisibility(visible ? 'visible' : 'hidden');
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    this.#feed.dispose();
    this.#insight.dispose();
  }
}
