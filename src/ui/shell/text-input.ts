import type { KeyPress } from '../keys/key-press.ts';

/** One line of input; `cursor` counts characters (code points), so that no key splits a surrogate pair. */
export interface TextInput {
  readonly text: string;
  readonly cursor: number;
  /** All of it is: what is typed takes its place, any other key starts to edit it. */
  readonly isSelected?: true;
}

const MAX_INPUT = 2_000;

export function textInput(text = ''): TextInput {
  return { text, cursor: [...text].length };
}

/** A value to be replaced rather than to be continued: `4` typed on `1` means 4, not 14. */
export function selectedInput(text: string): TextInput {
  return text === '' ? textInput() : { ...textInput(text), isSelected: true };
}

const DELETES: ReadonlySet<string> = new Set(['backspace', 'ctrl+h', 'delete', 'ctrl+d']);

/** The input after a key; undefined for a key that edits nothing. */
export function editInput(input: TextInput, press: KeyPress): TextInput | undefined {
  if (press.text !== '') return insertText(input, press.text);
  if (input.isSelected) {
    const { text, cursor } = input;
    return DELETES.has(press.name) ? textInput() : editInput({ text, cursor }, press);
  }
  const characters = [...input.text];
  const { cursor } = input;
  switch (press.name) {
    case 'backspace':
    case 'ctrl+h':
      return cursor === 0 ? input : cut(characters, cursor - 1, cursor);
    case 'delete':
    case 'ctrl+d':
      return cut(characters, cursor, cursor + 1);
    case 'ctrl+u':
      return cut(characters, 0, cursor);
    case 'ctrl+k':
      return cut(characters, cursor, characters.length);
    case 'ctrl+w':
    case 'alt+backspace':
      return cut(characters, wordStart(characters, cursor), cursor);
    case 'alt+b':
      return { ...input, cursor: wordStart(characters, cursor) };
    case 'alt+f':
      return { ...input, cursor: wordEnd(characters, cursor) };
    case 'alt+d':
      return cut(characters, cursor, wordEnd(characters, cursor));
    case 'left':
    case 'ctrl+b':
      return { ...input, cursor: Math.max(0, cursor - 1) };
    case 'right':
    case 'ctrl+f':
      return { ...input, cursor: Math.min(characters.length, cursor + 1) };
    case 'home':
    case 'ctrl+a':
      return { ...input, cursor: 0 };
    case 'end':
    case 'ctrl+e':
      return { ...input, cursor: characters.length };
    default:
      return undefined;
  }
}

/** Typed or pasted text; line ends become spaces, other control characters are left out. */
export function insertText(input: TextInput, text: string, most = MAX_INPUT): TextInput {
  if (input.isSelected) return insertText(textInput(), text, most);
  const clean = [...text.replace(/[\r\n\t]+/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '')];
  const characters = [...input.text];
  const room = Math.max(0, most - characters.length);
  const added = clean.slice(0, room);
  characters.splice(input.cursor, 0, ...added);
  return { text: characters.join(''), cursor: input.cursor + added.length };
}

function cut(characters: readonly string[], from: number, to: number): TextInput {
  return { text: [...characters.slice(0, from), ...characters.slice(to)].join(''), cursor: from };
}

function wordStart(characters: readonly string[], cursor: number): number {
  let at = cursor;
  while (at > 0 && characters[at - 1] === ' ') at -= 1;
  while (at > 0 && characters[at - 1] !== ' ') at -= 1;
  return at;
}

function wordEnd(characters: readonly string[], cursor: number): number {
  let at = cursor;
  while (at < characters.length && characters[at] === ' ') at += 1;
  while (at < characters.length && characters[at] !== ' ') at += 1;
  return at;
}
