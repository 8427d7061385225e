import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editInput, insertText, type TextInput, textInput } from '../../../../src/ui/shell/text-input.ts';

function typed(before: string, ...keys: string[]): TextInput {
  return keys.reduce<TextInput>((input, name) => {
    const text = [...name].length === 1 ? name : '';
    return editInput(input, { name, text }) ?? input;
  }, textInput(before));
}

describe('text input', () => {
  it.each<[string, readonly string[], string, number]>([
    ['ab', ['c'], 'abc', 3],
    ['ab', ['backspace'], 'a', 1],
    ['ab', ['home', 'x'], 'xab', 1],
    ['ab', ['left', 'x'], 'axb', 2],
    ['ab', ['ctrl+a', 'delete'], 'b', 0],
    ['one two', ['ctrl+w'], 'one ', 4],
    ['one two', ['alt+b', 'ctrl+k'], 'one ', 4],
    ['one two', ['ctrl+a', 'alt+d'], ' two', 0],
    ['one two', ['left', 'ctrl+u'], 'o', 0],
    ['', ['backspace', 'left', 'delete'], '', 0],
    ['a🚀', ['backspace'], 'a', 1],
  ])('%j then %j', (text, keys, expected, cursor) => {
    expect(typed(text, ...keys)).toEqual({ text: expected, cursor });
  });

  it('takes pasted text without line ends and control characters', () => {
    expect(insertText(textInput('a'), 'b\r\nc\u001b[31md')).toEqual({ text: 'ab c[31md', cursor: 9 });
  });

  it('keeps the cursor inside whatever is pressed', () => {
    const keys = [
      'a',
      '日',
      'backspace',
      'delete',
      'left',
      'right',
      'home',
      'end',
      'ctrl+w',
      'ctrl+u',
      'ctrl+k',
      'alt+b',
      'alt+f',
      'alt+d',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...keys), { maxLength: 40 }), (pressed) => {
        const { text, cursor } = typed('', ...pressed);
        expect(cursor).toBeGreaterThanOrEqual(0);
        expect(cursor).toBeLessThanOrEqual([...text].length);
      }),
    );
  });
});
