import fc from 'fast-check';
import stringWidth from 'string-width';

/** Pieces that log lines are made of at their worst: wide, combining, joined, coloured, hostile. */
const PIECE = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 24 }) },
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '日本語ログ',
      '👩‍👩‍👧‍👦',
      '🇩🇪',
      'e\u0301',
      '\u0301\u0301',
      '\u{1f3fb}',
      '\u200d',
      '\ufe0f',
      '한국어',
      'ﾊﾞ',
      '\u0e33',
      '\u0600',
      '\u1100\u1161',
      '\u1161',
      '\ufff0',
      '\u3164',
      '\u0903',
      'a'.repeat(90),
      'x\u0336'.repeat(20),
      '\ud800',
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '\u001b[31m',
      '\u001b[1;38;5;208m',
      '\u001b[48;2;1;2;3m',
      '\u001b[4:3m',
      '\u001b[38:2::9:8:7m',
      '\u001b[0m',
      '\u001b[m',
      '\u001b[7m',
      '\u001b[8m',
      '\u001b[5m',
      '\u001b[2J',
      '\u001b]0;title\u0007',
      '\u001b',
      '\u009b31m',
      '\t',
      '\r',
      '\n',
      '\u202e',
      '\u2028',
    ),
  },
);

export const hostileText = fc.array(PIECE, { maxLength: 10 }).map((pieces) => pieces.join(''));

const ESC = '\u001b';
const SGR = new RegExp(`${ESC}\\[([0-9;]*)m`, 'g');

/** What is wrong with a drawn row; undefined where nothing is. */
export function rowProblem(row: string, width: number): string | undefined {
  const bare = row.replace(SGR, '');
  if (/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(bare)) return 'holds a control character';
  if (stringWidth(bare) > width) return `is ${stringWidth(bare)} cells wide, not ${width}`;
  const codes = [...row.matchAll(SGR)].map((match) => match[1] ?? '');
  if (leftOn(codes).length > 0) return `leaves ${leftOn(codes).join()} on`;
  if (codes.some((code) => /(^|;)[58](;|$)/.test(code.replace(/[34]8;(5;\d+|2;\d+;\d+;\d+)/g, '')))) {
    return 'blinks or hides';
  }
  return undefined;
}

const ENDS: Readonly<Record<string, RegExp>> = {
  '22': /^[12]$/,
  '23': /^3$/,
  '24': /^4$/,
  '27': /^7$/,
  '29': /^9$/,
  '39': /^(3[0-8]|9[0-7])(;|$)/,
  '49': /^(4[0-8]|10[0-7])(;|$)/,
};

/** Styles that are still on after these sequences, as a terminal sees it. */
function leftOn(sequences: readonly string[]): readonly string[] {
  let on: string[] = [];
  for (const code of sequences.flatMap((sequence) => sequence.match(/[34]8;5;\d+|[34]8;2;\d+;\d+;\d+|\d+/g) ?? ['0'])) {
    const ended = ENDS[code];
    if (code === '0') on = [];
    else if (ended) on = on.filter((each) => !ended.test(each));
    else on.push(code);
  }
  return on;
}
