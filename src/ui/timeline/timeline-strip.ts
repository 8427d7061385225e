import type { TimelineEvent } from '../../domain/timeline-event.ts';
import { type UsageMeasure, type UsageUnit, usageText } from '../../domain/usage.ts';
import { bucketOf, knownValues, pointAt, resample, type TimeWindow } from '../../domain/usage-series.ts';
import { niceTop } from '../metrics/chart.ts';
import type { SubjectUsage } from '../metrics/subject-usage.ts';
import { axisLine, marksLine } from '../metrics/time-axis.ts';
import { type Line, type Span, span } from '../text/line.ts';
import { fitText } from '../text/text-width.ts';
import type { Glyphs } from '../theme/glyphs.ts';
import type { Role } from '../theme/role.ts';
import { signOf } from './event-line.ts';

/** Cells left of the strip: name and value of each measure. */
const LABEL = 15;
export const STRIP_ROWS = 4;

export interface StripPicture {
  readonly usage: SubjectUsage;
  readonly unit: UsageUnit;
  readonly events: readonly TimelineEvent[];
  readonly window: TimeWindow;
  /** The instant that the strip speaks of: that of the event under the cursor, or now. */
  readonly at: number;
  readonly width: number;
  readonly glyphs: Glyphs;
}

/** CPU and memory, one row each, over the events as signs at their time. The numbers are those of the instant. */
export function stripLines(picture: StripPicture): readonly Line[] {
  const { events, window, width, glyphs, at } = picture;
  const columns = Math.max(10, width - LABEL - 1);
  const cursor = bucketOf(at, window, columns);
  const marks = events.map((event) => ({ at: event.at, ...signOf(event) }));
  const label = span(' '.repeat(LABEL));
  return [
    measureLine(picture, 'cpu', columns, cursor),
    measureLine(picture, 'memory', columns, cursor),
    [label, ...marksLine(marks, window, columns, glyphs.box.horizontal, cursor)],
    [label, ...axisLine(window, columns)],
  ];
}

function measureLine(picture: StripPicture, measure: UsageMeasure, columns: number, cursor: number): Line {
  const { usage, unit, window, glyphs, at } = picture;
  const values = resample(usage.points, measure, { ...window, buckets: columns, holdMs: usage.holdMs });
  const most = Math.max(0, ...knownValues(usage.points, measure));
  const top = unit === 'share' && most <= 1 ? 1 : niceTop(most);
  const steps = glyphs.spark.length;
  const cells = values.map((value) => {
    if (value === undefined) return glyphs.noSpark;
    return glyphs.spark[Math.min(steps - 1, Math.floor(Math.min(1, Math.max(0, value / top)) * steps))] ?? ' ';
  });
  const then = pointAt(usage.points, at, usage.holdMs);
  const text = usageText(then?.[measure], measure, unit);
  const role: Role = measure === 'cpu' ? 'good' : 'notice';
  const name: Span = span(` ${measure === 'cpu' ? 'cpu' : 'mem'} `, 'column-header');
  return [
    name,
    span(`${fitText(text, LABEL - 6, 'right')} `),
    span(cells.slice(0, cursor).join(''), role),
    span(glyphs.box.vertical, 'cursor'),
    span(cells.slice(cursor + 1).join(''), role),
  ];
}
