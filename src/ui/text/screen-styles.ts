import type { TerminalLook } from '../dashboard-services.ts';
import { glyphsFor } from '../theme/glyphs.ts';
import { paletteFor } from '../theme/palette.ts';
import type { Role } from '../theme/role.ts';
import type { ColorDepth } from './sgr-color.ts';

/** The theme for text with offsets (styled-line.ts): roles as SGR parameters, `''` for none. */
export interface ScreenStyles {
  readonly depth: ColorDepth;
  readonly ellipsis: string;
  role(role: Role): string;
  /** Colours for names, none of which means good or bad; empty where the terminal shows no colour. */
  readonly hues: readonly string[];
  /** A colour that always belongs to this name, never one that means good or bad. */
  hue(name: string): string;
}

// Blues, violets, greens and greys of middling brightness: they read on dark and on light, and leave red, orange and
// yellow to errors and warnings.
const HUES_256 = [
  '38;5;37',
  '38;5;75',
  '38;5;141',
  '38;5;72',
  '38;5;110',
  '38;5;139',
  '38;5;107',
  '38;5;68',
  '38;5;176',
  '38;5;30',
];
const HUES_16 = ['36', '35', '34', '32', '96', '95', '94', '92'];

export function screenStyles(look: Pick<TerminalLook, 'colorDepth' | 'unicode'>): ScreenStyles {
  // The 256-colour twins of the truecolour roles are half as long, and a full screen of them is written at every frame.
  const { roles } = paletteFor(look.colorDepth === 3 ? 2 : look.colorDepth);
  const hues = look.colorDepth === 0 ? [] : look.colorDepth === 1 ? HUES_16 : HUES_256;
  return {
    depth: look.colorDepth,
    ellipsis: glyphsFor(look.unicode).ellipsis,
    hues,
    role: (role) => (look.colorDepth === 0 ? '' : roles[role]),
    hue: (name) => hues[hash(name) % hues.length] ?? '',
  };
}

/** FNV-1a: spreads names that differ in one character. */
function hash(name: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) value = Math.imul(value ^ name.charCodeAt(at), 0x01000193) >>> 0;
  return value;
}
