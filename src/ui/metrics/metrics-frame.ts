import { percentText } from '../../domain/cpu.ts';
import { changeOf, type DeployEffect, type DeployMark, deployEffects } from '../../domain/deploy-effect.ts';
import { shareOfLimit, type UsageLimit, type UsageMeasure, type UsageUnit, usageText } from '../../domain/usage.ts';
import { bucketOf, knownValues, pointAt, resample, statisticsOf, type TimeWindow } from '../../domain/usage-series.ts';
import type { UsageSubject } from '../../domain/usage-subject.ts';
import { subjectName } from '../../resources/metrics.ts';
import { minuteText, secondText } from '../text/clock-text.ts';
import { type Line, type Span, span, truncateLine } from '../text/line.ts';
import { fitText } from '../text/text-width.ts';
import type { Glyphs } from '../theme/glyphs.ts';
import { chartLines, niceTop } from './chart.ts';
import type { SubjectUsage } from './subject-usage.ts';
import { axisLine, marksLine } from './time-axis.ts';

/** Cells left of the charts, for the scale. */
export const SCALE = 10;

export interface ChartPicture {
  readonly subject: UsageSubject;
  readonly rack: string;
  readonly unit: UsageUnit;
  readonly usage: SubjectUsage;
  readonly limit: UsageLimit | undefined;
  readonly marks: readonly DeployMark[];
  readonly window: TimeWindow;
  readonly cursorAt: number | undefined;
  readonly width: number;
  /** Rows of the two charts together. */
  readonly chartRows: number;
  /** Lines for deploys at most. */
  readonly deployRows: number;
  readonly glyphs: Glyphs;
}

/** Title, the two charts with their numbers, the time axis with deploys, and what each deploy changed. */
export function chartFrame(picture: ChartPicture): readonly Line[] {
  const { window, width, glyphs, marks } = picture;
  const columns = plotWidth(width);
  const cursor = picture.cursorAt === undefined ? undefined : bucketOf(picture.cursorAt, window, columns);
  const cpuRows = Math.ceil(picture.chartRows / 2);
  const signs = marks.map((mark) => ({ at: mark.at, sign: 'P', role: 'notice' as const, rank: 1 }));
  const scale = span(' '.repeat(SCALE));
  const ground = glyphs.box.horizontal;
  return [
    titleLine(picture),
    ...chart(picture, 'cpu', cpuRows, cursor),
    ...chart(picture, 'memory', picture.chartRows - cpuRows, cursor),
    [scale, ...marksLine(signs, window, columns, ground, cursor)],
    [scale, ...axisLine(window, columns)],
    ...deployLines(picture),
  ].map((line) => truncateLine(line, width, glyphs.ellipsis));
}

export function plotWidth(width: number): number {
  return Math.max(10, width - SCALE - 1);
}

function titleLine({ subject, rack, usage, window }: ChartPicture): Line {
  const minutes = Math.round((window.to - window.from) / 60_000);
  const length = minutes < 60 ? `${minutes} minutes` : minutes < 120 ? '1 hour' : `${Math.round(minutes / 60)} hours`;
  return [
    { text: ` ${subjectName(subject, rack)}`, role: 'title' },
    { text: ` ${subject.kind}`, role: 'muted' },
    { text: `   ${length}   ` },
    { text: usage.source, role: 'muted' },
  ];
}

const LABEL: Readonly<Record<UsageMeasure, string>> = { cpu: 'cpu', memory: 'mem' };

function chart(
  picture: ChartPicture,
  measure: UsageMeasure,
  height: number,
  cursor: number | undefined,
): readonly Line[] {
  const { usage, window, unit, width, glyphs } = picture;
  const values = resample(usage.points, measure, { ...window, buckets: plotWidth(width), holdMs: usage.holdMs });
  const inside = usage.points.filter((point) => point.at >= window.from && point.at <= window.to);
  const statistics = statisticsOf(inside, measure);
  const most = Math.max(0, ...knownValues(inside, measure));
  const top = unit === 'share' && most <= 1 ? 1 : niceTop(most);
  const rows = chartLines({ values, top, height, cursor, role: measure === 'cpu' ? 'good' : 'notice' }, glyphs);
  const text = (value: number | undefined): string => usageText(value, measure, unit);
  return [
    numbersLine(picture, measure, statistics),
    ...rows.map((row, at): Line => {
      const label = at === 0 ? text(top) : at === height - 1 ? '0' : '';
      return [span(`${fitText(label, SCALE - 1, 'right')} `, 'muted'), ...row];
    }),
  ];
}

/** ` cpu  0.42c  31% of request   median 0.40c  least 0.10c  most 0.92c`, or what it was under the cursor. */
function numbersLine(picture: ChartPicture, measure: UsageMeasure, statistics: ReturnType<typeof statisticsOf>): Line {
  const { unit, usage, cursorAt, limit } = picture;
  const text = (value: number | undefined): string => usageText(value, measure, unit);
  const then = cursorAt === undefined ? undefined : pointAt(usage.points, cursorAt, usage.holdMs);
  const value = cursorAt === undefined ? statistics.current : then?.[measure];
  const share = unit === 'share' ? undefined : shareOfLimit(value, limit?.[measure]);
  const of = share === undefined ? '' : `  ${percentText(share)} of ${limit?.of} ${text(limit?.[measure])}`;
  const when = cursorAt === undefined ? 'now' : secondText(cursorAt);
  return [
    span(` ${LABEL[measure]} `, 'column-header'),
    span(` ${when} `, 'muted'),
    { text: text(value), bold: true },
    span(of),
    span('   median ', 'muted'),
    span(text(statistics.median)),
    span('  least ', 'muted'),
    span(text(statistics.least)),
    span('  most ', 'muted'),
    span(text(statistics.most)),
  ];
}

/** The newest deploys of the window, each with the medians before and after it. */
function deployLines({ usage, marks, window, unit, deployRows, glyphs, subject }: ChartPicture): readonly Line[] {
  const inside = marks.filter(({ at }) => at >= window.from && at <= window.to);
  const effects = deployEffects(usage.points, inside, window);
  return effects
    .slice(-deployRows)
    .reverse()
    .map((effect) => deployLine(effect, unit, glyphs, subject.kind === 'rack' || subject.kind === 'node'));
}

function deployLine({ mark, before, after }: DeployEffect, unit: UsageUnit, glyphs: Glyphs, withApp: boolean): Line {
  const app = withApp ? `${mark.app} ` : '';
  const by = mark.by === undefined ? '' : `  by ${mark.by}`;
  const how = mark.source === 'started' ? ' (first process)' : '';
  return [
    span(' P ', 'notice'),
    span(minuteText(mark.at)),
    span(` ${app}${mark.release}${how}`),
    ...changeSpans('cpu', before.cpu, after.cpu, unit, glyphs),
    ...changeSpans('memory', before.memory, after.memory, unit, glyphs),
    span(by, 'muted'),
  ];
}

/** A change of this much and more is worth a colour. */
const NOTABLE = 0.25;

function changeSpans(
  measure: UsageMeasure,
  before: number | undefined,
  after: number | undefined,
  unit: UsageUnit,
  glyphs: Glyphs,
): readonly Span[] {
  const change = changeOf(before, after);
  const text = (value: number | undefined): string => usageText(value, measure, unit);
  const sign = change !== undefined && change >= 0 ? '+' : '';
  return [
    span(`  ${LABEL[measure]} `, 'muted'),
    span(`${text(before)} ${glyphs.separator} ${text(after)}`),
    ...(change === undefined
      ? []
      : [span(` ${sign}${percentText(change)}`, Math.abs(change) >= NOTABLE ? 'warning' : 'muted')]),
  ];
}
