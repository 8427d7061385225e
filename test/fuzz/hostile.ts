import fc from 'fast-check';

const ESC = '\u001b';

/** What a server may put into a text to get at the terminal behind it. */
const ATTACKS: readonly string[] = [
  `${ESC}[2J`,
  `${ESC}[31mred`,
  `${ESC}[8mhidden`,
  `${ESC}]0;title\u0007`,
  `${ESC}]52;c;aGk=\u0007`,
  `${ESC}]8;;https://evil.example${ESC}\\link`,
  `${ESC}P+q544e${ESC}\\`,
  `${ESC}_Gi=1;AAAA${ESC}\\`,
  `${ESC}c`,
  `${ESC}(0`,
  `${ESC}`,
  `${ESC}[`,
  `${ESC}[38;5;1;8m`,
  '\u009b2J',
  '\u009d0;title\u009c',
  '\u0090q\u009c',
  '\u0085',
  '\u0000',
  '\u0007',
  '\u0008\u0008\u0008',
  '\r',
  '\n',
  '\t',
  '\u007f',
  '\u202e',
  '\u2066\u2069',
  '\u200b\u200e\u2060',
  '\u2028\u2029',
  '\ufeff',
  '\u{e0041}\u{e007f}',
  '\ud800',
  '\udfff',
  'a\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301',
  '日本語',
  '👩‍👩‍👧‍👦',
  '\ue000',
  '\uffff',
  '__proto__',
  'constructor',
  'toString',
];

export const hostileText = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...ATTACKS) },
      { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
      { weight: 2, arbitrary: fc.string({ maxLength: 12 }) },
    ),
    { maxLength: 10 },
  )
  .map((parts) => parts.join(''));

/** A megabyte of one attack, for what must stay bounded. */
export const FLOODS: readonly string[] = ATTACKS.map((attack) => attack.repeat(Math.ceil(1_048_576 / attack.length)));

// Controls, line separators, bidi, zero-width, tags, lone surrogates: an independent list by property.
const FORBIDDEN =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/u;

/** What is wrong with a text that is to be printed; undefined where nothing is. `lines`: newlines are its structure. */
export function textProblem(text: string, lines = false): string | undefined {
  const found = FORBIDDEN.exec(lines ? text.replaceAll('\n', '') : text);
  if (found) return `holds U+${(found[0].codePointAt(0) ?? 0).toString(16)} at ${found.index}`;
  if (/\p{M}{9}/u.test(text)) return 'holds a flood of marks';
  return undefined;
}

export const SGR = new RegExp(`${ESC}\\[[0-9;:]*m`, 'g');
