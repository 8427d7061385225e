import type { KeyPress } from '../keys/key-press.ts';
import { editInput, type TextInput } from '../shell/text-input.ts';

/** More than any environment or key file; a paste beyond it is refused rather than cut. */
export const MOST_CHARACTERS = 262_144;

interface Place {
  readonly lines: readonly string[];
  readonly row: number;
  /** In characters (code points). */
  readonly column: number;
}

/** Several lines of input after a key; undefined for a key that means nothing in them. */
export function editLines(input: TextInput, press: KeyPress): TextInput | undefined {
  const at = placeOf(input);
  const line = at.lines[at.row] ?? '';
  const length = [...line].length;
  switch (press.name) {
    case 'enter':
      return pasteLines(input, '\n');
    case 'up':
    case 'down':
      return moved(at, press.name === 'up' ? -1 : 1);
    case 'pageup':
    case 'pagedown':
      return moved(at, press.name === 'pageup' ? -10 : 10);
    case 'left':
      if (at.column === 0) return at.row === 0 ? input : { ...input, cursor: input.cursor - 1 };
      break;
    case 'right':
      if (at.column === length) return { ...input, cursor: Math.min([...input.text].length, input.cursor + 1) };
      break;
    case 'backspace':
    case 'ctrl+h':
      if (at.column === 0) return at.row === 0 ? input : joined(at, at.row - 1);
      break;
    case 'delete':
    case 'ctrl+d':
      if (at.column === length) return at.row + 1 >= at.lines.length ? input : joined(at, at.row);
      break;
  }
  const edited = editInput({ text: line, cursor: at.column }, press);
  return edited && withLine(at, edited);
}

/** Pasted text keeps its lines and tabs; other control characters are left out. Undefined: it would be too long. */
export function pasteLines(input: TextInput, text: string): TextInput | undefined {
  const clean = [...text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')];
  const characters = [...input.text];
  if (characters.length + clean.length > MOST_CHARACTERS) return undefined;
  const before = characters.slice(0, input.cursor);
  const after = characters.slice(input.cursor);
  return { text: [...before, ...clean, ...after].join(''), cursor: input.cursor + clean.length };
}

/** Row and column of the cursor, with the lines around them. */
export function placeOf({ text, cursor }: TextInput): Place {
  const lines = text.split('\n');
  let left = cursor;
  for (const [row, line] of lines.entries()) {
    const { length } = [...line];
    if (left <= length) return { lines, row, column: left };
    left -= length + 1;
  }
  const last = lines.at(-1) ?? '';
  return { lines, row: lines.length - 1, column: [...last].length };
}

function inputAt({ lines, row, column }: Place): TextInput {
  let cursor = column;
  for (const line of lines.slice(0, row)) cursor += [...line].length + 1;
  return { text: lines.join('\n'), cursor };
}

function withLine({ lines, row }: Place, line: TextInput): TextInput {
  return inputAt({ lines: lines.with(row, line.text), row, column: line.cursor });
}

function moved({ lines, row, column }: Place, by: number): TextInput {
  const to = Math.max(0, Math.min(lines.length - 1, row + by));
  return inputAt({ lines, row: to, column: Math.min(column, [...(lines[to] ?? '')].length) });
}

/** The line after `row` is joined to it. */
function joined({ lines }: Place, row: number): TextInput {
  const first = lines[row] ?? '';
  const whole = lines.toSpliced(row, 2, first + (lines[row + 1] ?? ''));
  return inputAt({ lines: whole, row, column: [...first].length });
}
