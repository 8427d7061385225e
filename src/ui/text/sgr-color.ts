import type { TerminalLook } from '../dashboard-services.ts';

export type ColorDepth = TerminalLook['colorDepth'];

/** 0-15: the terminal's own sixteen; 16-255: the fixed palette; {@link TRUE_COLOR} + 0xRRGGBB: any other. */
export type Color = number;

export const TRUE_COLOR = 0x1000000;

/** SGR parameters that set a colour, brought down to what the terminal can show; `''` where it shows none. */
export function colorCodes(color: Color, depth: ColorDepth, layer: 'fg' | 'bg'): string {
  if (depth === 0) return '';
  const base = layer === 'fg' ? 30 : 40;
  if (color < 16) return String(color < 8 ? base + color : base + 52 + color);
  if (depth === 1) return colorCodes(nearestOfSixteen(rgbOf(color)), 1, layer);
  if (color < TRUE_COLOR) return `${base + 8};5;${color}`;
  const [red, green, blue] = rgbOf(color);
  if (depth === 3) return `${base + 8};2;${red};${green};${blue}`;
  return `${base + 8};5;${16 + 36 * cubeStep(red) + 6 * cubeStep(green) + cubeStep(blue)}`;
}

type Rgb = readonly [red: number, green: number, blue: number];

function rgbOf(color: Color): Rgb {
  if (color >= TRUE_COLOR) return [(color >> 16) & 0xff, (color >> 8) & 0xff, color & 0xff];
  if (color >= 232) {
    const grey = 8 + (color - 232) * 10;
    return [grey, grey, grey];
  }
  const cube = color - 16;
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  return [level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)];
}

function cubeStep(channel: number): number {
  return channel < 48 ? 0 : channel < 115 ? 1 : Math.floor((channel - 35) / 40);
}

function nearestOfSixteen([red, green, blue]: Rgb): Color {
  const brightest = Math.max(red, green, blue);
  if (brightest < 48) return 8; // plain black would vanish on a dark terminal
  const half = brightest / 2;
  const hue = (red > half ? 1 : 0) | (green > half ? 2 : 0) | (blue > half ? 4 : 0);
  return brightest > 191 ? hue + 8 : hue;
}
