import { type ColorDepth, colorCodes, TRUE_COLOR } from './sgr-color.ts';

/**
 * What SGR sequences of a remote line have switched on so far. Blink and conceal are left out on purpose: a log may not
 * flash at its reader nor hide text from them.
 */
export interface SgrState {
  readonly attributes: ReadonlySet<number>;
  readonly fg: number | undefined;
  readonly bg: number | undefined;
}

export const NO_SGR: SgrState = { attributes: new Set(), fg: undefined, bg: undefined };

const ATTRIBUTES: ReadonlySet<number> = new Set([1, 2, 3, 4, 7, 9]);
const ENDS: Readonly<Record<number, readonly number[]>> = { 22: [1, 2], 23: [3], 24: [4], 27: [7], 29: [9] };

/** The state after one sequence; `parameters` is what stands between `ESC [` and `m`. */
export function applySgr(state: SgrState, parameters: string): SgrState {
  const attributes = new Set(state.attributes);
  let { fg, bg } = state;
  const codes = parameters.split(';').map((code) => code.split(':').map(Number));
  for (let at = 0; at < codes.length; at++) {
    const [code = 0, ...colons] = codes[at] ?? [];
    if (code === 0) {
      attributes.clear();
      fg = undefined;
      bg = undefined;
    } else if (code === 38 || code === 48) {
      const values = colons.length > 0 ? colons : codes.slice(at + 1, at + 5).map(([value = 0]) => value);
      const { color, used } = extendedColor(values, colons.length > 0);
      if (color !== undefined && code === 38) fg = color;
      if (color !== undefined && code === 48) bg = color;
      if (colons.length === 0) at += used;
    } else if (ATTRIBUTES.has(code)) {
      if (code === 4 && colons[0] === 0) attributes.delete(4);
      else attributes.add(code);
    } else if (ENDS[code]) {
      for (const ended of ENDS[code]) attributes.delete(ended);
    } else {
      fg = plainColor(code, 30, fg);
      bg = plainColor(code, 40, bg);
    }
  }
  return { attributes, fg, bg };
}

function plainColor(code: number, base: 30 | 40, present: number | undefined): number | undefined {
  if (code === base + 9) return undefined;
  if (code >= base && code < base + 8) return code - base;
  return code >= base + 60 && code < base + 68 ? code - base - 52 : present;
}

function extendedColor(values: readonly number[], colons: boolean): { color: number | undefined; used: number } {
  if (values[0] === 5) return { color: channel(values[1]), used: 2 };
  if (values[0] !== 2) return { color: undefined, used: 1 };
  // With colons a colour space id may stand before the channels: 38:2::R:G:B.
  const [red, green, blue] = (colons && values.length > 4 ? values.slice(2) : values.slice(1)).map(channel);
  if (red === undefined || green === undefined || blue === undefined) return { color: undefined, used: 4 };
  return { color: TRUE_COLOR + (red << 16) + (green << 8) + blue, used: 4 };
}

function channel(value: number | undefined): number | undefined {
  return value !== undefined && Number.isInteger(value) && value >= 0 && value <= 255 ? value : undefined;
}

/** The parameters that bring a terminal from its default to this state; `''` without colour or where nothing is on. */
export function sgrCodes(state: SgrState, depth: ColorDepth): string {
  if (depth === 0) return '';
  const codes = [...state.attributes].map(String);
  if (state.fg !== undefined) codes.push(colorCodes(state.fg, depth, 'fg'));
  if (state.bg !== undefined) codes.push(colorCodes(state.bg, depth, 'bg'));
  return codes.join(';');
}
