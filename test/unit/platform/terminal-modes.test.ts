import { Terminal } from '@xterm/headless';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TerminalModes } from '../../../src/platform/terminal-modes.ts';

const ALWAYS = '\u001b[0m\u001b(B\u000f';

function after(...output: string[]): string {
  const modes = new TerminalModes();
  for (const part of output) modes.push(Buffer.from(part));
  const text = modes.restore();
  expect(modes.restore()).toBe(ALWAYS);
  return text.slice(0, -ALWAYS.length);
}

test.each<[string, string[], string]>([
  ['nothing', ['plain text\r\n'], ''],
  [
    'an editor that was cut off',
    ['\u001b[?1049h\u001b[?1h\u001b=\u001b[?25l'],
    '\u001b[?25h\u001b[?1l\u001b[?1049l\u001b>',
  ],
  ['an editor that left', ['\u001b[?1049h\u001b[?25l', '\u001b[?25h\u001b[?1049l'], ''],
  ['mouse and paste, in one sequence', ['\u001b[?1000;1006;2004h'], '\u001b[?2004l\u001b[?1006l\u001b[?1000l'],
  ['cut in the middle of a sequence', ['\u001b[', '?200', '4', 'h'], '\u001b[?2004l'],
  ['an unfinished title', ['\u001b]0;half a title'], '\u0018\u001b\\'],
  ['a finished title', ['\u001b]0;title\u0007', '\u001b]0;title\u001b\\'], ''],
  ['what only looks like a mode inside a string', ['\u001bP?1049h\u001b\\'], ''],
  ['a scroll region', ['\u001b[2;10r'], '\u001b7\u001b[r\u001b8'],
  ['keyboards', ['\u001b[>1u\u001b[>5u\u001b[<u'], '\u001b[<1u'],
  ['a reset', ['\u001b[?1000h\u001b=\u001bc'], ''],
])('%s', (_name, output, restored) => {
  expect(after(...output)).toBe(restored);
});

test('a real terminal is at rest afterwards, whatever came', async () => {
  const piece = fc.constantFrom(
    '\u001b[?1049h',
    '\u001b[?25l',
    '\u001b[?1h',
    '\u001b=',
    '\u001b[?1000h',
    '\u001b[?1006h',
    '\u001b[?2004h',
    '\u001b[?7l',
    '\u001b[?1049l',
    '\u001b[?25h',
    'text',
    '\r\n',
    '\u001b[3;9r',
    '\u001b]0;t',
    '\u001b[',
    '\u0018',
    '\u001b[31m',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 14 }), async (parts) => {
      const terminal = new Terminal({ cols: 40, rows: 12, allowProposedApi: true });
      const modes = new TerminalModes();
      for (const part of parts) modes.push(Buffer.from(part));
      await new Promise<void>((resolve) => terminal.write(`${parts.join('')}${modes.restore()}after`, resolve));
      const {
        bracketedPasteMode,
        mouseTrackingMode,
        applicationCursorKeysMode,
        applicationKeypadMode,
        wraparoundMode,
      } = terminal.modes;
      expect({
        bracketedPasteMode,
        mouseTrackingMode,
        applicationCursorKeysMode,
        applicationKeypadMode,
        wraparoundMode,
      }).toEqual({
        bracketedPasteMode: false,
        mouseTrackingMode: 'none',
        applicationCursorKeysMode: false,
        applicationKeypadMode: false,
        wraparoundMode: true,
      });
      expect(terminal.buffer.active.type).toBe('normal');
      const { baseY, cursorY } = terminal.buffer.active;
      const lines = [cursorY - 1, cursorY].map(
        (y) => terminal.buffer.active.getLine(baseY + y)?.translateToString(true) ?? '',
      );
      expect(lines.join('')).toContain('after');
      terminal.dispose();
    }),
    { numRuns: 60 },
  );
});
