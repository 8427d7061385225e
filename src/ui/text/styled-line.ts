import type { ColorDepth } from './sgr-color.ts';
import { applySgr, NO_SGR, sgrCodes } from './sgr-state.ts';

/**
 * Part of a text in one style; offsets in UTF-16 units, `to` exclusive. A style is a string of SGR parameters (`1;31`):
 * two styles on the same text are joined with `;`, and the terminal lets the later one win.
 */
export interface StyleSpan {
  readonly from: number;
  readonly to: number;
  readonly style: string;
}

/**
 * One line of plain text (no control character, no escape sequence) and how its parts look; spans ascend and never
 * overlap. Unlike {@link Line} of the frame it keeps one text with offsets, which is what search hits, wrapping and
 * copying need.
 */
export interface StyledLine {
  readonly text: string;
  readonly spans: readonly StyleSpan[];
}

export const EMPTY_LINE: StyledLine = { text: '', spans: [] };

/** Longest line that is measured and drawn, UTF-16 units; what is beyond it is counted in a note at its end. */
export const MAX_DRAWN = 16_384;

const NOT_PRINTABLE_ASCII = /[^\u0020-\u007e]/;
const SGR = /\u001b\[([0-9;:]*)m/g;
// Everything that a terminal may act on or that takes no cell of its own: what is left out only when a row is drawn would bring
// together what was measured apart (U+1161, U+FFF0, U+0E33). Marks stay with their letter, the zero-width joiner with its emoji.
const UNPRINTABLE = /(?![\u200d\p{Mn}])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const LONE_SURROGATE = /\p{Cs}/gu;
// What would attach itself to whatever happens to stand before it on the screen.
const LEADING_MARK = /^[\p{M}\p{Grapheme_Extend}\p{Emoji_Modifier}\u200d]/u;
const DOTTED_CIRCLE = '\u25cc';

/** Is every character one cell wide and one unit long? The common case, which must cost next to nothing. */
export function isPrintableAscii(text: string): boolean {
  return !NOT_PRINTABLE_ASCII.test(text);
}

/** The text alone: SGR and anything else unprintable taken out. For matching, copying, saving. */
export function plainText(text: string): string {
  return isPrintableAscii(text) ? text : printable(text.replace(SGR, ''));
}

function printable(text: string): string {
  return text.replace(/\t/g, '    ').replace(UNPRINTABLE, '').replace(LONE_SURROGATE, '\ufffd');
}

/** Reads a line with SGR colour into text and spans; colours end with the line, whatever it says. */
export function parseStyled(line: string, depth: ColorDepth): StyledLine {
  const bounded = bound(line);
  if (isPrintableAscii(bounded)) return { text: bounded, spans: [] };
  const spans: StyleSpan[] = [];
  let text = '';
  let state = NO_SGR;
  let last = 0;
  const add = (part: string) => {
    const from = text.length;
    text += printable(part);
    const style = sgrCodes(state, depth);
    if (style !== '' && text.length > from) spans.push({ from, to: text.length, style });
  };
  for (const match of bounded.matchAll(SGR)) {
    add(bounded.slice(last, match.index));
    state = applySgr(state, match[1] ?? '');
    last = match.index + match[0].length;
  }
  add(bounded.slice(last));
  return withBase({ text, spans });
}

function bound(line: string): string {
  if (line.length <= MAX_DRAWN) return line;
  return `${line.slice(0, MAX_DRAWN)} … (${line.length - MAX_DRAWN} more characters)`;
}

/** A mark without a letter gets one, so that it neither joins what stands before it nor counts as no cell. */
export function withBase(line: StyledLine): StyledLine {
  if (!LEADING_MARK.test(line.text)) return line;
  return joinStyled([[DOTTED_CIRCLE], line]);
}

/** A line out of parts: finished lines, or a text with its style. */
export function joinStyled(parts: readonly (StyledLine | readonly [text: string, style?: string])[]): StyledLine {
  let text = '';
  const spans: StyleSpan[] = [];
  for (const part of parts) {
    const at = text.length;
    if ('spans' in part) {
      text += part.text;
      for (const span of part.spans) spans.push({ ...span, from: span.from + at, to: span.to + at });
    } else {
      text += part[0];
      if (part[1] && part[0] !== '') spans.push({ from: at, to: text.length, style: part[1] });
    }
  }
  return { text, spans };
}

/** Puts a style under the whole line: parts with a style of their own keep it. */
export function underlay(line: StyledLine, style: string): StyledLine {
  if (line.text === '' || style === '') return line;
  const spans: StyleSpan[] = [];
  let at = 0;
  for (const span of line.spans) {
    if (span.from > at) spans.push({ from: at, to: span.from, style });
    spans.push({ ...span, style: `${style};${span.style}` });
    at = span.to;
  }
  if (at < line.text.length) spans.push({ from: at, to: line.text.length, style });
  return { text: line.text, spans };
}
