import type { Environment } from './environment.ts';

/** What the terminal can show. */
export interface TerminalCapabilities {
  readonly isTTY: boolean;
  /** 0: none; 1: 16 colours; 2: 256; 3: truecolour. */
  readonly colorDepth: 0 | 1 | 2 | 3;
  /** False: ASCII only. */
  readonly unicode: boolean;
  readonly screenReader: boolean;
}

export interface TerminalFlags {
  readonly isTTY: boolean;
  /** False after `--no-color`. */
  readonly color?: boolean;
  readonly screenReader?: boolean;
}

type Depth = TerminalCapabilities['colorDepth'];

export function terminalCapabilities(environment: Environment, flags: TerminalFlags): TerminalCapabilities {
  const { env } = environment;
  return {
    isTTY: flags.isTTY,
    colorDepth: colorDepth(environment, flags),
    unicode: canUnicode(environment),
    screenReader: flags.screenReader === true || env.INK_SCREEN_READER === 'true',
  };
}

/** Flag, then NO_COLOR (any text, no-color.org), then FORCE_COLOR, then what the terminal says of itself. */
function colorDepth({ env, platform }: Environment, { isTTY, color }: TerminalFlags): Depth {
  if (color === false || filled(env.NO_COLOR)) return 0;
  const forced = forcedDepth(env.FORCE_COLOR);
  if (forced !== undefined) return forced;
  if (!isTTY || env.TERM === 'dumb') return 0;
  if (env.COLORTERM === 'truecolor' || env.COLORTERM === '24bit') return 3;
  const term = env.TERM ?? '';
  if (/(?:-direct|kitty|ghostty|alacritty|wezterm)/.test(term)) return 3;
  // Every Windows console that current Node runs on has truecolour.
  if (platform === 'win32' || filled(env.WT_SESSION)) return 3;
  if (env.TERM_PROGRAM === 'iTerm.app' || env.TERM_PROGRAM === 'vscode') return 3;
  if (/256/.test(term) || env.TERM_PROGRAM === 'Apple_Terminal') return 2;
  return term === '' ? 0 : 1;
}

function forcedDepth(text: string | undefined): Depth | undefined {
  switch (text) {
    case undefined:
      return undefined;
    case '0':
    case 'false':
      return 0;
    case '2':
      return 2;
    case '3':
      return 3;
    default:
      return 1;
  }
}

/** The locale decides, in the order in which the system looks (LC_ALL, LC_CTYPE, LANG); the Linux console has few glyphs. */
function canUnicode({ env, platform }: Environment): boolean {
  if (env.TERM === 'linux' || env.TERM === 'dumb') return false;
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find(filled);
  if (locale !== undefined) return /utf-?8/i.test(locale);
  if (platform === 'win32') return filled(env.WT_SESSION) || filled(env.TERM_PROGRAM) || filled(env.ConEmuTask);
  return platform === 'darwin';
}

function filled(text: string | undefined): boolean {
  return text !== undefined && text !== '';
}
