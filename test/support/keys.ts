/** What a terminal sends for a key, by the names that the key table uses. */
const NAMED: Readonly<Record<string, string>> = {
  enter: '\r',
  escape: '\u001b',
  tab: '\t',
  space: ' ',
  backspace: '\u007f',
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  home: '\u001b[H',
  end: '\u001b[F',
  pageup: '\u001b[5~',
  pagedown: '\u001b[6~',
  'shift+tab': '\u001b[Z',
};

export function keyBytes(key: string): string {
  const named = NAMED[key];
  if (named !== undefined) return named;
  const control = /^ctrl\+([a-z])$/.exec(key);
  if (control?.[1]) return String.fromCharCode(control[1].charCodeAt(0) - 96);
  if ([...key].length === 1) return key;
  throw new Error(`No such key: ${key}`);
}
