import type { Key } from 'ink';

/** One key as the key table names it; `text` is what it would type into a prompt, `''` for keys that type nothing. */
export interface KeyPress {
  readonly name: string;
  readonly text: string;
}

const NAMED: readonly (readonly [keyof Key, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
];

const CONTROL: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u007f': 'backspace',
  '\b': 'backspace',
  '\u001b': 'escape',
  ' ': 'space',
};

/** Longest run of unbracketed input that still counts as typing; see {@link looksPasted}. */
const TYPED_AT_ONCE = 12;

/**
 * What Ink hands over for one chunk of input, as key presses. A slow link delivers several keys in one chunk
 * (`:proc` and enter together); Ink reports such a chunk as one input, so it is taken apart here.
 */
export function keyPresses(input: string, key: Key): readonly KeyPress[] {
  const named = NAMED.find(([flag]) => key[flag] === true)?.[1];
  if (named !== undefined) return [{ name: modified(named, key, named === 'tab' || named !== 'escape'), text: '' }];
  if (key.ctrl && input !== '') return [{ name: `ctrl+${input === ' ' ? 'space' : input.toLowerCase()}`, text: '' }];
  if (key.meta && input !== '') return [{ name: `alt+${input}`, text: '' }];
  return [...input].map(fromCharacter);
}

function modified(name: string, key: Key, mayShift: boolean): string {
  const ctrl = key.ctrl ? 'ctrl+' : '';
  const alt = key.meta && name !== 'escape' ? 'alt+' : '';
  const shift = key.shift && mayShift ? 'shift+' : '';
  return `${ctrl}${alt}${shift}${name}`;
}

function fromCharacter(character: string): KeyPress {
  const control = CONTROL[character];
  if (control !== undefined) return { name: control, text: character === ' ' ? ' ' : '' };
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return { name: `ctrl+${String.fromCharCode(code + 96)}`, text: '' };
  return { name: character, text: character };
}

/**
 * A long run of different characters in one chunk is a paste from a terminal without bracketed paste: outside a prompt
 * it must not be played as commands. A held key repeats one character and passes.
 */
export function looksPasted(presses: readonly KeyPress[]): boolean {
  return presses.length > TYPED_AT_ONCE && new Set(presses.map((press) => press.name)).size > 2;
}
