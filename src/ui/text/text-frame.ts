import type { Theme } from '../theme/theme.ts';
import { drawRow } from './draw-row.ts';
import { bodyColumns } from './gutter.ts';
import { type Line, type Span, span } from './line.ts';
import { windowRows } from './row-window.ts';
import type { ScreenStyles } from './screen-styles.ts';
import { drawSideways } from './sideways-row.ts';
import { EMPTY_LINE, type StyleSpan } from './styled-line.ts';
import { type TextViewState, textItems } from './text-view-state.ts';
import { wrappedRows } from './wrapped-rows.ts';

/** Exactly `height` rows of at most `width` cells; the state knows the size already. */
export function drawText(
  state: TextViewState,
  theme: Theme,
  styles: ScreenStyles,
  width: number,
  height: number,
): readonly string[] {
  const columns = bodyColumns(width);
  const ellipsis = theme.paint([{ text: styles.ellipsis, role: 'muted' }]);
  const hits = new Set(state.hits);
  let previous = -1;
  const rows = windowRows(textItems(state), state.top, height).map(({ id, row }) => {
    const line = state.lines[id] ?? EMPTY_LINE;
    const layers = [searchSpans(state, id, line.text, styles)];
    const rowSpan = state.wrap ? wrappedRows(line, columns)[row] : undefined;
    const text = state.wrap
      ? drawRow(line, rowSpan ?? { from: 0, to: 0 }, columns, layers)
      : drawSideways(line, state.left, columns, ellipsis, layers);
    const begins = id !== previous;
    previous = id;
    if (columns === width) return text;
    if (!begins || (id !== state.cursor && !hits.has(id))) return `  ${text}`;
    const cursor = id === state.cursor ? theme.glyphs.cursor : ' ';
    const sign = hits.has(id) ? '/' : ' ';
    return (
      theme.paint([
        { text: cursor, role: 'accent', bold: true },
        { text: sign, role: 'match' },
      ]) + text
    );
  });
  while (rows.length < height) rows.push('');
  return rows;
}

function searchSpans(state: TextViewState, id: number, text: string, styles: ScreenStyles): StyleSpan[] {
  const phrase = state.typing ?? state.search;
  const match = styles.role('match');
  if (!phrase || match === '') return [];
  const style = id === state.cursor ? `${match};${styles.role('cursor')}` : match;
  return phrase.ranges(text).map((range) => ({ ...range, style }));
}

/** Left part of the frame's status line: position, search. */
export function textStatus(state: TextViewState): Line {
  const total = state.lines.length;
  const parts: Span[] = [span(`${Math.min(total, state.cursor + 1)}/${total}`, 'muted')];
  if (state.search) {
    const at = state.hits.indexOf(state.cursor);
    const hits = state.hits.length === 0 ? 'no hit' : `${at < 0 ? '-' : at + 1}/${state.hits.length}`;
    parts.push(span(`/${state.search.text} ${hits}`, 'match'));
  }
  if (!state.wrap) parts.push(span(state.left > 0 ? `no wrap, from column ${state.left + 1}` : 'no wrap', 'muted'));
  return parts.flatMap((part, index) => (index === 0 ? [part] : [span('  '), part]));
}
