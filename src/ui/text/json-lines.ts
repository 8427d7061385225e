import type { ScreenStyles } from './screen-styles.ts';
import { joinStyled, plainText, type StyledLine } from './styled-line.ts';

// One token of a printed line: a key with its colon, a string, a number, a word.
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;

/** A value as pretty-printed JSON, keys and values told apart by colour. */
export function jsonLines(value: unknown, styles: ScreenStyles): readonly StyledLine[] {
  const printed = JSON.stringify(value, null, 2) ?? String(value);
  return printed.split('\n').map((line) => highlighted(plainText(line), styles));
}

function highlighted(line: string, styles: ScreenStyles): StyledLine {
  const parts: (readonly [string, string?])[] = [];
  let last = 0;
  for (const match of line.matchAll(TOKEN)) {
    const [token, string, colon, number] = match;
    parts.push([line.slice(last, match.index)]);
    if (string !== undefined && colon !== undefined) parts.push([string, styles.role('accent')], [colon]);
    else if (string !== undefined) parts.push([string, styles.role('good')]);
    else parts.push([token, styles.role(number === undefined ? 'warning' : 'notice')]);
    last = match.index + token.length;
  }
  parts.push([line.slice(last)]);
  return joinStyled(parts);
}

/** The first JSON object or array that a text contains whole, with what stands before it. */
export function findJson(text: string): { readonly before: string; readonly value: unknown } | undefined {
  for (const [open, close] of [
    ['{', '}'],
    ['[', ']'],
  ] as const) {
    const from = text.indexOf(open);
    const to = text.lastIndexOf(close);
    if (from < 0 || to <= from) continue;
    try {
      const value: unknown = JSON.parse(text.slice(from, to + 1));
      if (typeof value === 'object' && value !== null) return { before: text.slice(0, from).trim(), value };
    } catch {
      // Braces that are no JSON: the line is shown as it is.
    }
  }
  return undefined;
}
