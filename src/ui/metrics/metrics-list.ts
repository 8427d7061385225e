import { percentText } from '../../domain/cpu.ts';
import { type UsageMeasure, usageText } from '../../domain/usage.ts';
import { resample, type TimeWindow } from '../../domain/usage-series.ts';
import type { UsageKind } from '../../domain/usage-subject.ts';
import type { RackHistory } from '../../live/rack-history.ts';
import { type MetricRow, subjectName } from '../../resources/metrics.ts';
import { type Line, span } from '../text/line.ts';
import { fitText } from '../text/text-width.ts';
import type { Glyphs } from '../theme/glyphs.ts';
import type { Role } from '../theme/role.ts';
import { sparkline } from '../theme/sparkline.ts';

/** Rows of one kind, those that use most first; what is not known comes last. */
export function rankRows(rows: readonly MetricRow[], kind: UsageKind, measure: UsageMeasure): readonly MetricRow[] {
  return rows
    .filter((row) => row.subject.kind === kind)
    .sort((a, b) => (b[measure] ?? -1) - (a[measure] ?? -1) || (a.key < b.key ? -1 : 1));
}

export const LIST_TITLE: Readonly<Record<UsageKind, string>> = {
  rack: 'RACK',
  node: 'NODES',
  app: 'APPS',
  service: 'SERVICES',
  process: 'PROCESSES',
};

export interface ListLook {
  readonly width: number;
  readonly sort: UsageMeasure;
  readonly window: TimeWindow;
  readonly rack: string;
  /** Rows come from several apps: say which. */
  readonly withApp: boolean;
  readonly history: RackHistory;
  readonly glyphs: Glyphs;
}

const NUMBER = 9;
const PERCENT = 6;
const LEAST_TREND = 6;

interface Widths {
  readonly name: number;
  readonly app: number;
  readonly trend: number;
}

function widthsOf(look: ListLook, rows: readonly MetricRow[]): Widths {
  const fixed = 2 + 2 * (NUMBER + PERCENT) + 2;
  const app = look.withApp ? Math.min(16, Math.max(4, ...rows.map((row) => row.subject.app.length + 1))) : 0;
  const room = look.width - fixed - app;
  const wanted = Math.max(12, ...rows.map((row) => nameOf(row, look).length + 1));
  const name = Math.max(12, Math.min(wanted, room - LEAST_TREND));
  return { name, app, trend: Math.max(0, Math.min(60, room - name)) };
}

export function listHeader(kind: UsageKind, rows: readonly MetricRow[], look: ListLook): Line {
  const { name, app, trend } = widthsOf(look, rows);
  const arrow = look.glyphs.descending;
  const head = (text: string, width: number, sorted: boolean): string =>
    fitText(sorted ? `${arrow}${text}` : text, width, 'right');
  return [
    span(`  ${fitText(`${LIST_TITLE[kind]} (${rows.length})`, name)}`, 'column-header'),
    ...(app > 0 ? [span(fitText('APP', app), 'column-header')] : []),
    span(head('CPU', NUMBER, look.sort === 'cpu') + fitText('%', PERCENT, 'right'), 'column-header'),
    span(head('MEM', NUMBER, look.sort === 'memory') + fitText('%', PERCENT, 'right'), 'column-header'),
    span(
      trend >= LEAST_TREND ? `  ${fitText(look.sort === 'cpu' ? 'CPU OVER TIME' : 'MEM OVER TIME', trend)}` : '',
      'column-header',
    ),
  ];
}

export function listRow(row: MetricRow, rows: readonly MetricRow[], selected: boolean, look: ListLook): Line {
  const { name, app, trend } = widthsOf(look, rows);
  const number = (measure: UsageMeasure): string =>
    fitText(usageText(row[measure], measure, row.unit), NUMBER, 'right');
  return [
    span(selected ? `${look.glyphs.cursor} ` : '  '),
    span(fitText(nameOf(row, look), name, 'left', look.glyphs.ellipsis), 'accent'),
    ...(app > 0 ? [span(fitText(row.subject.app, app, 'left', look.glyphs.ellipsis))] : []),
    span(number('cpu')),
    span(fitText(row.unit === 'share' ? '' : percentText(row.cpuShare), PERCENT, 'right'), loadRole(row.cpuShare)),
    span(number('memory')),
    span(
      fitText(row.unit === 'share' ? '' : percentText(row.memoryShare), PERCENT, 'right'),
      loadRole(row.memoryShare),
    ),
    span(trend >= LEAST_TREND ? `  ${trendOf(row, trend, look)}` : '', 'good'),
  ];
}

function nameOf(row: MetricRow, look: ListLook): string {
  return row.subject.kind === 'rack' ? subjectName(row.subject, look.rack) : row.subject.name;
}

function trendOf(row: MetricRow, width: number, { sort, window, history, glyphs }: ListLook): string {
  const points = history.points(row.key, window.from, window.to);
  const values = resample(points, sort, { ...window, buckets: width, holdMs: 60_000 });
  const most = Math.max(0, ...values.filter((value) => value !== undefined));
  return sparkline(
    values.map((value) => value ?? Number.NaN),
    width,
    glyphs,
    most,
  );
}

/** Full is bad for memory and for a share of what is requested alike. */
function loadRole(share: number | undefined): Role {
  if (share === undefined) return 'muted';
  if (share >= 0.95) return 'critical';
  return share >= 0.85 ? 'warning' : 'plain';
}
