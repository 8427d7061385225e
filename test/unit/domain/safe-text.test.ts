import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_LOG_LINE, MAX_TEXT, safeBlock, safeLogLine, safeText } from '../../../src/domain/safe-text.ts';
import { ownTime } from '../../support/own-time.ts';

const ESC = '\u001b';

// An independent reading of what may never reach a terminal, by code point.
function isHostile(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code <= 0x9f) ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069) ||
    [0x200b, 0x200e, 0x200f, 0x2028, 0x2029, 0xfeff, 0x061c].includes(code) ||
    (code >= 0xd800 && code <= 0xdfff) ||
    (code >= 0xe0000 && code <= 0xe007f)
  );
}

function hostileCodes(text: string): number[] {
  return [...text].map((character) => character.codePointAt(0) ?? 0).filter(isHostile);
}

// Dense in everything dangerous, so that random texts actually meet the rules.
const nasty = fc.array(
  fc.oneof(
    fc.constantFrom(
      ESC,
      `${ESC}[`,
      `${ESC}]0;`,
      `${ESC}P`,
      '\u0007',
      '\u009b',
      '\u009d',
      '\u009c',
      `${ESC}\\`,
      '2J',
      '31m',
      '8m',
      '\r',
      '\n',
      '\t',
      '\u202e',
      '\ue000',
      '\ud83d',
      '\ude00',
      'ab',
      'é',
      '😀',
      '\u{e0041}',
    ),
    fc.string({ unit: 'binary', maxLength: 4 }),
  ),
  { maxLength: 40 },
);

describe('safeText', () => {
  test('every sign there is: hostile ones go, marks pile up six high at most', () => {
    for (let code = 0; code <= 0xffff; code += 1) {
      const sign = String.fromCharCode(code);
      for (const shown of [safeText(`a${sign.repeat(9)}b`), safeLogLine(`a${sign.repeat(9)}b`)]) {
        expect(hostileCodes(shown), code.toString(16)).toEqual([]);
        expect(/\p{M}{7}/u.test(shown), code.toString(16)).toBe(false);
      }
    }
  });

  test.each([
    ['plain text', 'web-6d9f', 'web-6d9f'],
    ['colour', `${ESC}[31mred${ESC}[0m`, 'red'],
    ['cursor movement', `a${ESC}[2J${ESC}[1;1Hb`, 'ab'],
    ['a title', `${ESC}]0;owned\u0007done`, 'done'],
    ['a title ended by ST', `${ESC}]0;owned${ESC}\\done`, 'done'],
    ['a clipboard write', `x${ESC}]52;c;ZXZpbA==\u0007y`, 'xy'],
    ['a device control string', `x${ESC}Pq#0${ESC}\\y`, 'xy'],
    ['8-bit CSI', 'a\u009b31mb', 'ab'],
    ['an 8-bit OSC with its terminator', 'a\u009d0;owned\u009cb', 'ab'],
    ['a stray 8-bit OSC: only itself', 'it\u009ds fine', 'its fine'],
    ['an escape nested into an escape', `${ESC}${ESC}[31m[2Jx`, '[2Jx'],
    ['newline and tab', 'one\r\n\ttwo', 'one two'],
    ['a bidi override', 'user\u202egnp.exe', 'usergnp.exe'],
    ['zero width and BOM', '\ufeffa\u200bb', 'ab'],
    ['a lone surrogate', 'a\ud83db', 'a\ufffdb'],
    ['an emoji', 'ok 😀 é', 'ok 😀 é'],
    ['tag characters', 'a\u{e0041}b', 'ab'],
  ])('%s', (_, remote, expected) => {
    expect(safeText(remote)).toBe(expected);
  });

  test('is cut with an ellipsis, never through a character', () => {
    expect(safeText('x'.repeat(MAX_TEXT))).toHaveLength(MAX_TEXT);
    expect(safeText('x'.repeat(MAX_TEXT + 1))).toBe(`${'x'.repeat(MAX_TEXT - 1)}…`);
    expect(safeText(`${'x'.repeat(8)}😀yy`, 10)).toBe('xxxxxxxx…');
  });

  test('never lets anything hostile through, whatever comes', () => {
    fc.assert(
      fc.property(nasty, (parts) => {
        const safe = safeText(parts.join(''));
        expect(hostileCodes(safe)).toEqual([]);
        expect(safeText(safe)).toBe(safe);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a hostile megabyte takes no time to speak of', () => {
    const started = ownTime();
    for (const unit of [ESC, `${ESC}[`, '\u009d', '\u009d\u0007', `${ESC}]`, '\u202e', '\ud800', `${ESC}[1;`]) {
      safeText(unit.repeat(1_000_000 / unit.length));
      safeLogLine(unit.repeat(1_000_000 / unit.length));
    }
    expect(ownTime() - started).toBeLessThan(1_000);
  });
});

describe('safeBlock', () => {
  test('keeps lines, cleans each', () => {
    expect(safeBlock(`a:\r\n\tb: ${ESC}[31mc\n\n\u0000d`)).toBe('a:\n  b: c\n\nd');
  });

  test('is bounded', () => {
    expect(safeBlock('ab\ncd', 3)).toBe('ab\n\n…');
  });
});

describe('safeLogLine', () => {
  test.each([
    ['plain', 'GET /', 'GET /'],
    ['colour stays and is closed', `${ESC}[31mred`, `${ESC}[31mred${ESC}[0m`],
    [
      'palette and true colour stay',
      `${ESC}[38;5;8mx${ESC}[48;2;5;6;8my`,
      `${ESC}[38;5;8mx${ESC}[48;2;5;6;8my${ESC}[0m`,
    ],
    ['conceal and blink go', `${ESC}[8mhidden${ESC}[5mblink`, 'hiddenblink'],
    ['everything but colour goes', `${ESC}[2J${ESC}[?25la${ESC}]0;t\u0007b`, 'ab'],
    ['private parameters are no colour', `${ESC}[>4;2mx`, 'x'],
    ['tab', 'a\tb', 'a    b'],
    ['a private-use character is no colour', `\ue000${ESC}[1mx`, `\ufffd${ESC}[1mx${ESC}[0m`],
    ['carriage return', 'progress 10%\rprogress 20%', 'progress 10%progress 20%'],
  ])('%s', (_, remote, expected) => {
    expect(safeLogLine(remote)).toBe(expected);
  });

  test('only colour survives', () => {
    fc.assert(
      fc.property(nasty, (parts) => {
        const safe = safeLogLine(parts.join(''));
        const rest = safe.replace(new RegExp(`${ESC}\\[[0-9;:]*m`, 'g'), '');
        expect(hostileCodes(rest)).toEqual([]);
        expect(safe.includes(ESC)).toBe(safe.endsWith(`${ESC}[0m`));
      }),
      { numRuns: 2_000 },
    );
  });

  test('is bounded', () => {
    expect(safeLogLine('x'.repeat(MAX_LOG_LINE * 3))).toHaveLength(MAX_LOG_LINE);
  });
});

describe('what hides or spills', () => {
  test.each([
    ['conceal behind a palette colour', '\u001b[38;5;1;8mhidden', 'hidden'],
    ['conceal behind a true colour', '\u001b[38;2;1;2;3;8mhidden', 'hidden'],
    ['blink behind a background', '\u001b[48;5;8;5mnag', 'nag'],
  ])('a log line loses %s', (_name, raw, seen) => {
    expect(safeLogLine(raw)).toBe(seen);
  });

  test.each(['\u001b[38;5;8m', '\u001b[38;2;8;5;6m', '\u001b[1;48;5;8;4m', '\u001b[4:3m', '\u001b[38:2::8:8:8m'])(
    'a colour whose channel looks like such a code stays: %j',
    (sgr) => {
      expect(safeLogLine(`${sgr}text`)).toBe(`${sgr}text\u001b[0m`);
    },
  );

  test('fillers and soft hyphens do not make two names look alike', () => {
    expect(safeText('pro\u00add\u3164\u115f\u1160\uffa0\u034f\u180b\u{1d173}\u{e0100}')).toBe('prod');
  });

  test('a flood of marks keeps a few, letters with many marks of their own stay whole', () => {
    expect(safeText(`a${'\u0301'.repeat(500)}b`)).toBe(`a${'\u0301'.repeat(6)}b`);
    expect(safeLogLine(`a${'\u0336'.repeat(500)}b`)).toBe(`a${'\u0336'.repeat(6)}b`);
    for (const text of ['สวัสดีครับ', 'Tiếng Việt', 'नमस्ते', 'བོད་སྐད', '👩‍👩‍👧‍👦', '❤️']) expect(safeText(text)).toBe(text);
  });
});
