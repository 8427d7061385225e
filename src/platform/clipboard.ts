import type { Environment } from './environment.ts';

/** Largest text that terminals take at once (xterm and tmux cut or drop longer ones), in base64 characters. */
const MAX_BASE64 = 74_994;
/** Longest device control string that GNU screen passes on, in bytes. */
const SCREEN_CHUNK = 76;

const ESC = '\u001b';
const ST = `${ESC}\\`;

/**
 * The bytes that put `text` into the clipboard of the terminal that the person sits at (OSC 52), also over SSH and through
 * tmux or screen; undefined where the text is too long. A terminal without the feature ignores them.
 */
export function clipboardSequence(text: string, { env }: Pick<Environment, 'env'>): string | undefined {
  const encoded = Buffer.from(text, 'utf8').toString('base64');
  if (encoded.length > MAX_BASE64) return undefined;
  const sequence = `${ESC}]52;c;${encoded}\u0007`;
  if (env.TMUX) return throughTmux(sequence);
  if (env.STY || env.TERM?.startsWith('screen')) return throughScreen(sequence);
  return sequence;
}

/** tmux: passed on with every ESC doubled. */
function throughTmux(sequence: string): string {
  return `${ESC}Ptmux;${sequence.replaceAll(ESC, ESC + ESC)}${ST}`;
}

/** screen: passed on in short device control strings, which the terminal behind it sees joined. */
function throughScreen(sequence: string): string {
  let passed = '';
  for (let start = 0; start < sequence.length; start += SCREEN_CHUNK) {
    passed += `${ESC}P${sequence.slice(start, start + SCREEN_CHUNK)}${ST}`;
  }
  return passed;
}
