import { bucketOf, type TimeWindow } from '../../domain/usage-series.ts';
import { minuteText } from '../text/clock-text.ts';
import type { Line } from '../text/line.ts';
import type { Role } from '../theme/role.ts';

const MINUTE = 60_000;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360].map((minutes) => minutes * MINUTE);
/** Cells that a label and the gap after it take. */
const LABEL_CELLS = 10;

/** Clock times under their columns, as many as stand apart. */
export function axisLine(window: TimeWindow, width: number): Line {
  const span = Math.max(1, window.to - window.from);
  const step = STEPS.find((each) => (each / span) * width >= LABEL_CELLS) ?? span;
  const cells = Array.from({ length: width }, () => ' ');
  // Local round times: a zone that is half an hour off still gets full hours.
  const zone = new Date(window.to).getTimezoneOffset() * MINUTE;
  for (let at = Math.ceil((window.from - zone) / step) * step + zone; at <= window.to; at += step) {
    const column = bucketOf(at, window, width);
    const label = minuteText(at);
    if (column + label.length <= width)
      for (let index = 0; index < label.length; index += 1) cells[column + index] = label[index] ?? ' ';
  }
  return [{ text: cells.join(''), role: 'muted' }];
}

export interface AxisMark {
  readonly at: number;
  /** One cell. */
  readonly sign: string;
  readonly role: Role;
  /** Where several fall into one column, the highest is shown. */
  readonly rank: number;
}

/** Signs at their columns on a line of `ground`; what lies outside the window is left out. */
export function marksLine(
  marks: readonly AxisMark[],
  window: TimeWindow,
  width: number,
  ground: string,
  cursor: number | undefined,
): Line {
  const columns = new Map<number, AxisMark>();
  for (const mark of marks) {
    if (mark.at < window.from || mark.at > window.to) continue;
    const column = bucketOf(mark.at, window, width);
    const known = columns.get(column);
    if (known === undefined || mark.rank >= known.rank) columns.set(column, mark);
  }
  return Array.from({ length: width }, (_, column) => {
    const mark = columns.get(column);
    const role = column === cursor ? 'cursor' : (mark?.role ?? 'border');
    return { text: mark?.sign ?? (column === cursor ? '|' : ground), role };
  }).reduce<{ text: string; role: Role }[]>((line, cell) => {
    const last = line.at(-1);
    if (last?.role === cell.role) last.text += cell.text;
    else line.push({ ...cell });
    return line;
  }, []);
}
