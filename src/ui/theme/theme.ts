import type { TerminalLook } from '../dashboard-services.ts';
import type { Line } from '../text/line.ts';
import { sgrTransition } from '../text/sgr-transition.ts';
import { type Glyphs, glyphsFor } from './glyphs.ts';
import { type Palette, paletteFor } from './palette.ts';

/** How a line is painted as a whole: under the cursor, marked, or frozen because the link is gone. */
export interface LineStyle {
  readonly selected?: boolean;
  readonly frozen?: boolean;
}

export interface Theme {
  readonly glyphs: Glyphs;
  /** Turns a line into a string with SGR sequences; plain text where the terminal shows no colour. */
  paint(line: Line, style?: LineStyle): string;
}

/**
 * Colours are written by us rather than through Ink's `color`: that asks the process environment, and a depth handed in
 * is what a test, a pipe and `NO_COLOR` need. Sequences are in the form that Ink itself produces, which
 * spares it reading every row twice, and are closed at the end of the line.
 */
export function createTheme(look: Pick<TerminalLook, 'colorDepth' | 'unicode'>): Theme {
  const palette = paletteFor(look.colorDepth);
  return {
    glyphs: glyphsFor(look.unicode),
    paint: (line, style = {}) => (look.colorDepth === 0 ? plain(line) : painted(line, palette, style)),
  };
}

function plain(line: Line): string {
  let text = '';
  for (const part of line) text += part.text;
  return text;
}

function painted(line: Line, palette: Palette, style: LineStyle): string {
  let result = '';
  let open = '';
  for (const part of line) {
    if (part.text === '') continue;
    const codes = codesFor(part.role ?? 'plain', part.bold ?? false, palette, style);
    // A blank needs no colour of its own: fewer sequences, fewer bytes.
    if (codes !== open && !(open === '' && isBlank(part.text) && !showsOnBlank(codes))) {
      result += sgrTransition(open, codes);
      open = codes;
    }
    result += part.text;
  }
  return open === '' ? result.trimEnd() : result + sgrTransition(open, '');
}

function isBlank(text: string): boolean {
  return /^ *$/.test(text);
}

/** Backgrounds, inverse video and underlines are seen on spaces too. */
function showsOnBlank(codes: string): boolean {
  return /(?:^|;)(?:4|7|4\d|10[0-7])(?:;|$)/.test(codes);
}

function codesFor(role: keyof Palette['roles'], bold: boolean, palette: Palette, style: LineStyle): string {
  const own = style.frozen && role !== 'critical' && role !== 'warning' ? palette.roles.muted : palette.roles[role];
  const parts: string[] = [];
  if (style.selected) parts.push(palette.selection);
  if (own !== '' && !(style.selected && palette.selectionIsFinal)) parts.push(own);
  if (bold && !parts.some((codes) => codes.startsWith('1;') || codes === '1')) parts.push('1');
  return parts.join(';');
}
