import { ageText, untilText } from '../domain/age.ts';
import { coresText, percentText } from '../domain/cpu.ts';
import { durationText } from '../domain/duration-text.ts';
import { mebibytesText } from '../domain/memory.ts';
import { type Severity, severityRank } from '../domain/severity.ts';
import type { Cell, Column, Tone } from './column.ts';

/** What a view may still say about a column built here. */
interface Shape {
  readonly id?: string;
  readonly grow?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly priority?: number;
  readonly align?: 'left' | 'right';
  readonly inTable?: boolean;
}

const TONE: Readonly<Record<Severity, Tone>> = {
  ok: 'good',
  unknown: 'plain',
  info: 'notice',
  warning: 'warning',
  critical: 'critical',
};

const GLYPH: Readonly<Record<Severity, string>> = { ok: '+', unknown: '?', info: '~', warning: '!', critical: 'x' };

export function toneOf(severity: Severity): Tone {
  return TONE[severity];
}

/** State is always glyph + word + colour (screens.md 1). */
export function statusCell(word: string, severity: Severity): Cell {
  return { text: `${GLYPH[severity]} ${word === '' ? 'unknown' : word}`, tone: TONE[severity] };
}

export function text<Row>(
  header: string,
  value: (row: Row) => string,
  shape: Shape & { tone?: Tone } = {},
): Column<Row> {
  const { tone, ...rest } = shape;
  return {
    id: idOf(header),
    header,
    type: 'text',
    value,
    cell: (row) => (tone ? { text: value(row), tone } : { text: value(row) }),
    ...rest,
  };
}

/** The name a row is known by: bright, never dropped. */
export function name<Row>(header: string, value: (row: Row) => string, shape: Shape = {}): Column<Row> {
  return { ...text(header, value, { tone: 'accent', ...shape }), priority: 0 };
}

export function status<Row>(
  header: string,
  word: (row: Row) => string,
  severity: (row: Row) => Severity,
  shape: Shape = {},
): Column<Row> {
  return {
    id: idOf(header),
    header,
    type: 'status',
    value: word,
    cell: (row) => statusCell(word(row), severity(row)),
    priority: 0,
    ...shape,
  };
}

/** Not shown, but sorted by: worst first. */
export function severityColumn<Row>(severity: (row: Row) => Severity): Column<Row> {
  return {
    id: 'severity',
    header: 'SEVERITY',
    type: 'number',
    inTable: false,
    value: (row) => severityRank(severity(row)),
    json: severity,
    cell: (row) => ({ text: severity(row), tone: TONE[severity(row)] }),
  };
}

export function count<Row>(header: string, value: (row: Row) => number | undefined, shape: Shape = {}): Column<Row> {
  return {
    id: idOf(header),
    header,
    type: 'number',
    align: 'right',
    value: (row) => value(row) ?? null,
    cell: (row) => ({ text: value(row)?.toString() ?? '-' }),
    ...shape,
  };
}

/** Value: epoch ms (RFC 3339 in JSON). Cell: compact age. */
export function age<Row>(header: string, since: (row: Row) => number | undefined, shape: Shape = {}): Column<Row> {
  return {
    id: idOf(header),
    header,
    type: 'time',
    align: 'right',
    value: (row) => since(row) ?? null,
    cell: (row, now) => ({ text: ageText(since(row), now) }),
    ...shape,
  };
}

export function until<Row>(header: string, time: (row: Row) => number | undefined, shape: Shape = {}): Column<Row> {
  return {
    ...age(header, time, shape),
    cell: (row, now) => ({ text: untilText(time(row), now) }),
  };
}

/** Milliseconds something took. */
export function duration<Row>(header: string, ms: (row: Row) => number | undefined, shape: Shape = {}): Column<Row> {
  return {
    id: idOf(header),
    header,
    type: 'duration',
    align: 'right',
    value: (row) => ms(row) ?? null,
    cell: (row) => ({ text: durationText(ms(row)) }),
    ...shape,
  };
}

/** Cores; on v2 racks a percentage of the reservation, which `percentOnly` rows say (convox-api.md 5.1). */
export function cpu<Row>(
  header: string,
  cores: (row: Row) => number | undefined,
  percentOnly: (row: Row) => boolean,
  shape: Shape = {},
): Column<Row> {
  return {
    id: idOf(header),
    header,
    type: 'cpu',
    align: 'right',
    value: (row) => cores(row) ?? null,
    cell: (row) => ({ text: percentOnly(row) ? wholePercent(cores(row)) : coresText(cores(row)) }),
    ...shape,
  };
}

/** MiB; on v2 racks a percentage of the reservation. */
export function memory<Row>(
  header: string,
  mib: (row: Row) => number | undefined,
  percentOnly: (row: Row) => boolean,
  shape: Shape = {},
): Column<Row> {
  return {
    id: idOf(header),
    header,
    type: 'memory',
    align: 'right',
    value: (row) => mib(row) ?? null,
    cell: (row) => ({ text: percentOnly(row) ? wholePercent(mib(row)) : mebibytesText(mib(row)) }),
    ...shape,
  };
}

/** A share of 1, with a small bar: `61% ▅`. */
export function share<Row>(header: string, value: (row: Row) => number | undefined, shape: Shape = {}): Column<Row> {
  return {
    id: idOf(header),
    header,
    type: 'percent',
    align: 'right',
    value: (row) => value(row) ?? null,
    cell: (row) => {
      const used = value(row);
      return { text: percentText(used), tone: used === undefined ? 'muted' : toneOf(loadSeverity(used)) };
    },
    ...shape,
  };
}

/** Load of a node or rack, as a share of 1. */
export function loadSeverity(used: number): Severity {
  if (used >= 0.95) return 'critical';
  return used >= 0.85 ? 'warning' : 'ok';
}

function wholePercent(value: number | undefined): string {
  return value === undefined ? '-' : `${Math.round(value)}%`;
}

function idOf(header: string): string {
  return header.toLowerCase().replace(/[^a-z0-9]+(.)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? '');
}
