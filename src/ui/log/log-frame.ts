import type { LogLine } from '../../domain/log-line.ts';
import type { LogQuery } from '../../domain/log-query.ts';
import type { LogMeter } from '../../live/log-follow.ts';
import { breakRows } from '../text/cells.ts';
import { drawRow } from '../text/draw-row.ts';
import { bodyColumns } from '../text/gutter.ts';
import { truncateLine } from '../text/line.ts';
import { type WindowRow, windowRows } from '../text/row-window.ts';
import type { ScreenStyles } from '../text/screen-styles.ts';
import { drawSideways } from '../text/sideways-row.ts';
import { joinStyled, plainText, type StyleSpan } from '../text/styled-line.ts';
import { stateGlyph } from '../theme/glyphs.ts';
import type { Theme } from '../theme/theme.ts';
import type { LineShaper, ShapedLine } from './line-shaper.ts';
import { headerLine, sinceText } from './log-meter-line.ts';
import { isFiltering } from './log-reducer.ts';
import type { LogViewState, LogWorld } from './log-view-state.ts';
import { isChosen, showsAll } from './process-choice.ts';
import type { ProcessRegister } from './process-register.ts';

export interface LogPicture {
  readonly state: LogViewState;
  readonly world: LogWorld;
  readonly line: (sequence: number) => LogLine | undefined;
  readonly meter: LogMeter;
  readonly title: string;
  readonly now: number;
  readonly theme: Theme;
  readonly styles: ScreenStyles;
  readonly shaper: LineShaper;
  readonly register: ProcessRegister;
}

/** What is wrong with the link, under the header: what happened, why, and what to do; at most `most` rows. */
export function noticeRows(meter: LogMeter, width: number, most: number): readonly string[] {
  const { link } = meter;
  if (most <= 0 || (link.kind !== 'failed' && link.kind !== 'reconnecting')) return [];
  const { what, why, next } = link.failure;
  const sentence = plainText([why ? `${what}: ${why}` : what, next].filter((part) => part !== undefined).join('. '));
  const text = `${stateGlyph(link.kind === 'failed' ? 'critical' : 'warning')} ${sentence}`;
  return breakRows(text, Math.max(1, width - 2), 'words')
    .slice(0, most)
    .map((row) => ` ${text.slice(row.from, row.to).trimEnd()}`);
}

/** Exactly `height` rows, each a string with its styles closed, none wider than `width` cells. */
export function drawLog(picture: LogPicture, width: number, height: number): readonly string[] {
  if (height <= 0) return [];
  const { state, meter, theme } = picture;
  const rows = [theme.paint(header(picture, width))];
  const tone = meter.link.kind === 'failed' ? 'critical' : 'warning';
  for (const text of noticeRows(meter, width, noticeRoom(height))) {
    rows.push(theme.paint(truncateLine([{ text, role: tone }], width, picture.styles.ellipsis)));
  }
  if (legendRoom(state, height) > 0) rows.push(legendRow(picture, width));
  const body = windowRows(picture.world.items(state), state.top, Math.max(0, height - rows.length));
  if (body.length === 0) rows.push(...emptyBody(picture, width));
  let previous = -1;
  for (const row of body) {
    rows.push(bodyRow(picture, row, row.id !== previous, width));
    previous = row.id;
  }
  while (rows.length < height) rows.push('');
  return rows.slice(0, height);
}

/** A small window keeps its lines: there the reason gets one row, or none. */
export function noticeRoom(height: number): number {
  return height >= 10 ? 3 : height >= 5 ? 1 : 0;
}

/** Letters alone need a line that says whose they are. */
export function legendRoom(state: LogViewState, height: number): number {
  return state.prefix === 'letter' && height >= 5 ? 1 : 0;
}

function legendRow({ state, register, styles }: LogPicture, width: number): string {
  const parts = register.list().flatMap((each): (readonly [string, string?])[] => {
    const isOn = isChosen(state.processes, each.writer);
    return [[`${each.letter} ${each.name}${isOn ? '' : ' (off)'}`, isOn ? each.style : styles.role('muted')], ['  ']];
  });
  const line = joinStyled([['  '], ...parts.slice(0, -1)]);
  return drawSideways(line, 0, width, styles.ellipsis, []);
}

function header(picture: LogPicture, width: number) {
  const { state, world, meter, title, now } = picture;
  const shown = world.shown(state);
  const counts = {
    kept: world.end - world.first,
    passed: shown.passed,
    around: shown.size - shown.passed,
    cleared: Math.max(0, Math.min(world.end, state.clearedBefore) - world.first),
    filtering: isFiltering(state),
  };
  return headerLine(title, state.sinceMs, meter, counts, now, width);
}

function bodyRow(picture: LogPicture, row: WindowRow, begins: boolean, width: number): string {
  const { state, world, styles } = picture;
  const line = picture.line(row.id);
  const columns = bodyColumns(width);
  if (!line) return '';
  const shaped = picture.shaper.shape(row.id, line, { ...state, columns });
  const layers = [
    world.shown(state).isContext(row.id) ? whole(shaped, styles.role('muted')) : [],
    highlights(shaped, state.filter, styles.depth === 0 ? '' : '4'),
    searchHighlights(picture, row, shaped),
  ];
  const text = state.wrap
    ? drawRow(shaped.line, shaped.rows[row.row] ?? { from: 0, to: 0 }, columns, layers)
    : drawSideways(
        shaped.line,
        state.left,
        columns,
        picture.theme.paint([{ text: styles.ellipsis, role: 'muted' }]),
        layers,
      );
  return columns === width ? text : gutter(picture, row, begins) + text;
}

function gutter(picture: LogPicture, row: WindowRow, begins: boolean): string {
  if (!begins) return '  ';
  const { state, theme, world } = picture;
  const here = !state.follow && row.id === state.cursor;
  const marked = state.marks.includes(row.id);
  const hit = world.hits(state)?.has(row.id) === true;
  // Most rows have neither: colours around two blanks would only cost.
  if (!here && !marked && !hit) return '  ';
  const cursor = here ? theme.glyphs.cursor : ' ';
  const sign = marked ? theme.glyphs.mark : hit ? '/' : ' ';
  return theme.paint([
    { text: cursor, role: 'accent', bold: true },
    { text: sign, role: marked ? 'notice' : 'match' },
  ]);
}

function searchHighlights(picture: LogPicture, row: WindowRow, shaped: ShapedLine): StyleSpan[] {
  const { state, styles } = picture;
  const here = row.id === state.cursor && !state.follow;
  const match = styles.role('match');
  return highlights(
    shaped,
    state.typing ?? state.search,
    here && match !== '' ? `${match};${styles.role('cursor')}` : match,
  );
}

function highlights(shaped: ShapedLine, matcher: LogQuery | undefined, style: string): StyleSpan[] {
  if (!matcher || style === '') return [];
  const { searchFrom } = shaped;
  const ranges = matcher.ranges(shaped.line.text.slice(searchFrom));
  return ranges.map(({ from, to }) => ({ from: from + searchFrom, to: to + searchFrom, style }));
}

function whole(shaped: ShapedLine, style: string): StyleSpan[] {
  return style === '' ? [] : [{ from: 0, to: shaped.line.text.length, style }];
}

function emptyBody(picture: LogPicture, width: number): readonly string[] {
  const text = emptyText(picture);
  const rows = breakRows(text, Math.max(1, width - 2), 'words').map((row) => text.slice(row.from, row.to).trimEnd());
  return ['', ...rows.map((row) => picture.theme.paint(truncateLine([{ text: `  ${row}`, role: 'muted' }], width)))];
}

function emptyText({ state, world, meter }: LogPicture): string {
  const kept = world.end - world.first;
  if (kept > 0 && state.clearedBefore >= world.end)
    return 'The view was cleared; new lines appear here. X shows the old ones again.';
  if (kept > 0) return `None of ${kept} lines passes ${filterText(state)}. esc shows them all.`;
  if (meter.link.kind === 'connecting') return 'Connecting ...';
  if (meter.link.kind === 'failed') return 'There are no lines. The reason stands above.';
  const since = state.sinceMs <= 1_000 ? 'yet' : `in the last ${sinceText(state.sinceMs)}`;
  if (meter.link.kind === 'complete')
    return `The log ended without a line ${since === 'yet' ? '' : since}. T asks further back.`;
  return `No line ${since}. New ones appear here; T asks further back.`;
}

/** `/status=5/ at level warn`: what hides lines just now. */
export function filterText(state: LogViewState): string {
  const parts = [
    state.filter ? `'${state.filter.text}'` : '',
    state.level ? `level ${state.level}` : '',
    showsAll(state.processes) ? '' : 'the choice of processes',
  ];
  return parts.filter((part) => part !== '').join(' and ');
}
