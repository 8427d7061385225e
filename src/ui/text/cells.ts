import stringWidth from 'string-width';
import { isPrintableAscii } from './styled-line.ts';

/** What stands together on the screen: a letter with its marks, an emoji sequence. Offsets in UTF-16 units. */
export interface Cluster {
  readonly from: number;
  readonly to: number;
  /** 1 or 2 (a few sequences more); clusters of no cell are never drawn. */
  readonly cells: number;
  readonly text: string;
}

/** Part of a text that stands on one row; `to` exclusive. */
export interface RowSpan {
  readonly from: number;
  readonly to: number;
}

export type WrapMode = 'cells' | 'words';

const segmenter = new Intl.Segmenter();
// Dozens of marks on one letter are noise or mischief, and terminals choke on them.
const MAX_CLUSTER = 32;

/** Clusters of a text from an offset that begins one. */
export function* clusters(text: string, from = 0, to = text.length): Generator<Cluster> {
  for (const { segment, index } of segmenter.segment(from === 0 && to === text.length ? text : text.slice(from, to))) {
    const drawn = segment.length > MAX_CLUSTER ? shortened(segment) : segment;
    yield { from: from + index, to: from + index + segment.length, cells: stringWidth(drawn), text: drawn };
  }
}

function shortened(cluster: string): string {
  return Array.from(cluster.slice(0, MAX_CLUSTER)).slice(0, 8).join('');
}

/** Breaks a text into rows of at most `width` cells; at least one row. Widths below 1 count as 1. */
export function breakRows(text: string, width: number, mode: WrapMode = 'cells'): readonly RowSpan[] {
  const columns = Math.max(1, width);
  if (text.length <= columns && isPrintableAscii(text)) return [{ from: 0, to: text.length }];
  return mode === 'cells' && isPrintableAscii(text) ? breakAscii(text, columns) : breakClusters(text, columns, mode);
}

function breakAscii(text: string, columns: number): RowSpan[] {
  const rows: RowSpan[] = [];
  for (let from = 0; from < text.length; from += columns)
    rows.push({ from, to: Math.min(text.length, from + columns) });
  return rows;
}

function breakClusters(text: string, columns: number, mode: WrapMode): RowSpan[] {
  const rows: RowSpan[] = [];
  let from = 0;
  let cells = 0;
  let space: { to: number; cells: number } | undefined;
  for (const cluster of clusters(text)) {
    if (cells + cluster.cells > columns && cluster.from > from) {
      // A word is kept whole where that does not leave most of the row empty.
      const cut = mode === 'words' && space && space.cells * 2 > columns ? space : undefined;
      rows.push({ from, to: cut?.to ?? cluster.from });
      cells = cut ? cells - cut.cells : 0;
      from = cut?.to ?? cluster.from;
      space = undefined;
    }
    cells += cluster.cells;
    if (cluster.text === ' ') space = { to: cluster.to, cells };
  }
  rows.push({ from, to: text.length });
  return rows;
}

/** The part of a text in the cells [left, left + width): for rows that scroll sideways. */
export function cellRange(text: string, left: number, width: number): RowSpan & { readonly pad: number } {
  if (isPrintableAscii(text)) {
    return { from: Math.min(left, text.length), to: Math.min(left + width, text.length), pad: 0 };
  }
  let at = 0;
  let from: number | undefined;
  let pad = 0;
  for (const cluster of clusters(text)) {
    const end = at + cluster.cells;
    if (from === undefined && at >= left) {
      from = cluster.from;
      pad = at - left; // a wide character cut in half by the left edge leaves a blank cell
    }
    if (end > left + width) return { from: from ?? cluster.from, to: cluster.from, pad: from === undefined ? 0 : pad };
    at = end;
  }
  return { from: from ?? text.length, to: text.length, pad };
}
