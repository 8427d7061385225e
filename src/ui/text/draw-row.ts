import { clusters, type RowSpan } from './cells.ts';
import { sgrTransition } from './sgr-transition.ts';
import { isPrintableAscii, type StyledLine, type StyleSpan } from './styled-line.ts';

/**
 * One row as a string for a single `<Text>`: at most `width` cells, every style closed at its end. Layers lie on top of
 * the line's own spans, later ones on earlier ones (search hits over filter hits over colours).
 */
export function drawRow(
  line: StyledLine,
  row: RowSpan,
  width: number,
  layers: readonly (readonly StyleSpan[])[] = [],
): string {
  const stacks = [line.spans, ...layers].map((spans) => spans.filter((s) => s.to > row.from && s.from < row.to));
  const ascii = isPrintableAscii(line.text);
  if (ascii && stacks.every((spans) => spans.length === 0)) return line.text.slice(row.from, row.to).slice(0, width);
  const drawn = ascii ? asciiPieces(line.text, row, width) : clusterPieces(line.text, row, width);
  return paint(drawn, stacks, row);
}

/** Characters of the row: where each begins, and what is printed for it. */
type Pieces = Iterable<{ readonly from: number; readonly text: string }>;

function* asciiPieces(text: string, row: RowSpan, width: number): Pieces {
  const to = Math.min(row.to, row.from + width);
  for (let at = row.from; at < to; at++) yield { from: at, text: text.charAt(at) };
}

function* clusterPieces(text: string, row: RowSpan, width: number): Pieces {
  let cells = 0;
  for (const cluster of clusters(text, row.from, row.to)) {
    if (cluster.cells === 0) continue;
    if (cells + cluster.cells > width) {
      // Only a character wider than a whole row comes here: say that something stands there.
      if (cells === 0 && width > 0) yield { from: cluster.from, text: '?' };
      return;
    }
    cells += cluster.cells;
    yield { from: cluster.from, text: cluster.text };
  }
}

function paint(pieces: Pieces, stacks: readonly (readonly StyleSpan[])[], row: RowSpan): string {
  const edges = styleEdges(stacks, row);
  let out = '';
  let open = '';
  let next = 0;
  let style = '';
  for (const piece of pieces) {
    // A style that begins inside a cluster (between a letter and its mark) begins after it.
    for (let edge = edges[next]; edge !== undefined && edge.at <= piece.from; edge = edges[++next]) {
      style = edge.style;
    }
    if (style !== open) {
      out += sgrTransition(open, style);
      open = style;
    }
    out += piece.text;
  }
  return out + sgrTransition(open, '');
}

/** Where the merged style changes, ascending, from the row's begin on. */
function styleEdges(stacks: readonly (readonly StyleSpan[])[], row: RowSpan): { at: number; style: string }[] {
  const offsets = new Set<number>([row.from]);
  for (const spans of stacks) {
    for (const span of spans) {
      offsets.add(Math.max(row.from, span.from));
      offsets.add(span.to);
    }
  }
  const cursors = stacks.map(() => 0);
  return [...offsets].sort((a, b) => a - b).map((at) => ({ at, style: mergedStyle(stacks, cursors, at) }));
}

/** `cursors` remembers, per layer, the first span that may still matter: offsets only ascend. */
function mergedStyle(stacks: readonly (readonly StyleSpan[])[], cursors: number[], at: number): string {
  let style = '';
  for (const [layer, spans] of stacks.entries()) {
    let index = cursors[layer] ?? 0;
    while ((spans[index]?.to ?? Number.POSITIVE_INFINITY) <= at) index++;
    cursors[layer] = index;
    const span = spans[index];
    if (span && span.from <= at) style = style === '' ? span.style : `${style};${span.style}`;
  }
  return style;
}
