import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ChainEnd,
  type ChainFile,
  canonicalJson,
  chainEnd,
  checkChain,
  EMPTY_CHAIN,
  type FileLine,
  NO_HASH,
  readSealed,
  sealLine,
} from '../../../src/domain/journal-chain.ts';

const digest = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

function chain(entries: readonly object[], from: ChainEnd = EMPTY_CHAIN): { lines: string[]; head: ChainEnd } {
  const lines: string[] = [];
  let head = from;
  for (const entry of entries) {
    const { text, seq, hash } = sealLine(entry, head, digest);
    lines.push(text);
    head = { seq, hash };
  }
  return { lines, head };
}

const whole = (texts: readonly string[]): FileLine[] => texts.map((text) => ({ text, complete: true }));
const inOne = (texts: readonly string[]): ChainFile[] => [{ name: '2026-06.jsonl', lines: whole(texts) }];
const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ kind: 'x', words: `line ${index}` }));

describe('canonicalJson', () => {
  it('is one text per value: keys sorted, nothing undefined', () => {
    expect(canonicalJson({ b: 1, a: { d: undefined, c: [1, null, 'x'] } })).toBe('{"a":{"c":[1,null,"x"]},"b":1}');
  });

  it('survives reading and writing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });
});

describe('a line', () => {
  it('has a number, the hash before and its own', () => {
    const { text } = sealLine({ kind: 'intent', run: 'r' }, EMPTY_CHAIN, digest);
    const parsed = JSON.parse(text) as Record<string, unknown>;
    expect(parsed).toMatchObject({ v: 1, seq: 1, prev: NO_HASH, kind: 'intent', run: 'r' });
    const { hash, ...body } = parsed;
    expect(hash).toBe(digest(canonicalJson(body)));
    expect(readSealed(text, digest)).toMatchObject({ seq: 1, prev: NO_HASH, entry: { kind: 'intent', run: 'r' } });
  });

  it.each([
    ['a value', (text: string) => text.replace('"run":"r"', '"run":"s"')],
    ['a space', (text: string) => text.replace('":', '": ')],
    ['a carriage return', (text: string) => `${text}\r`],
    ['a second member of the same name', (text: string) => text.replace('{', '{"v":1,')],
    ['its end', (text: string) => text.slice(0, -1)],
    ['an entry that could say its own number', (text: string) => text.replace('"seq":1', '"seq":2')],
    ['nonsense', () => 'null'],
    ['a deep pit', () => '['.repeat(100_000)],
  ])('is not believed with %s changed', (_what, change) => {
    const { text } = sealLine({ kind: 'intent', run: 'r' }, EMPTY_CHAIN, digest);
    expect(readSealed(change(text), digest)).toBeUndefined();
  });
});

describe('checkChain', () => {
  it.each([0, 1, 7])('finds nothing in %i lines as they were written', (count) => {
    const { lines, head } = chain(numbered(count));
    const report = checkChain(inOne(lines), count === 0 ? undefined : head, digest);
    expect(report).toEqual({ files: 1, lines: count, torn: 0, problems: [] });
  });

  it('goes on over files, and is content with a note that lags behind', () => {
    const { lines } = chain(numbered(5));
    const behind = chain(numbered(3)).head;
    const files = [
      { name: '2026-05.jsonl', lines: whole(lines.slice(0, 2)) },
      { name: '2026-06.jsonl', lines: whole(lines.slice(2)) },
    ];
    expect(checkChain(files, behind, digest)).toEqual({ files: 2, lines: 5, torn: 0, problems: [] });
  });

  const FIVE = chain(numbered(5));
  const other = chain([{ kind: 'x', words: 'forged' }]).lines[0] ?? '';
  it.each<[string, string[], ChainEnd | 'unreadable' | undefined, number, RegExp]>([
    ['a line taken out', FIVE.lines.toSpliced(2, 1), FIVE.head, 3, /number 3 is missing/],
    ['the first lines taken out', FIVE.lines.slice(2), FIVE.head, 1, /numbers 1 to 2 are missing/],
    ['the last line taken out', FIVE.lines.slice(0, 4), FIVE.head, 4, /number 5 is missing/],
    ['all lines taken out', [], FIVE.head, 0, /numbers 1 to 5 are missing/],
    ['a line put in twice', FIVE.lines.toSpliced(2, 0, FIVE.lines[1] ?? ''), FIVE.head, 3, /moved or repeated/],
    ['a foreign line', FIVE.lines.toSpliced(2, 0, '# a remark'), FIVE.head, 3, /changed, or is no line/],
    ['a line changed', FIVE.lines.with(2, (FIVE.lines[2] ?? '').replace('line 2', 'line 3')), FIVE.head, 3, /changed/],
    ['a line sealed anew', FIVE.lines.with(0, other), FIVE.head, 2, /does not follow the line before/],
    ['a whole new chain', chain([...numbered(4), { kind: 'y' }]).lines, FIVE.head, 5, /not the line that was written/],
    ['no note of the end', FIVE.lines, undefined, 5, /note of where the journal ends is missing/],
    ['a spoilt note', FIVE.lines, 'unreadable', 5, /cannot be read/],
  ])('finds %s', (_what, lines, head, at, words) => {
    const { problems } = checkChain(inOne(lines), head, digest);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toEqual({
      file: at === 0 ? '' : '2026-06.jsonl',
      line: at,
      what: expect.stringMatching(words),
    });
  });

  it('believes a torn line that the next one tells of, and no other', () => {
    const first = chain(numbered(2));
    const torn = '{"half":';
    const rest = chain([{ kind: 'note', about: 'torn-line', digest: digest(torn) }, ...numbered(1)], first.head);
    const lines = [...first.lines, torn, ...rest.lines];
    expect(checkChain(inOne(lines), rest.head, digest)).toEqual({ files: 1, lines: 4, torn: 1, problems: [] });
    const changed = checkChain(inOne(lines.with(2, '{"halb":')), rest.head, digest);
    expect(changed.problems).toEqual([{ file: '2026-06.jsonl', line: 3, what: expect.stringMatching(/changed/) }]);
  });

  it('a last line without its newline is a crash, unless it was once whole', () => {
    const { lines, head } = chain(numbered(3));
    const cut = [...whole(lines.slice(0, 2)), { text: (lines[2] ?? '').slice(0, 20), complete: false }];
    const file = [{ name: 'f', lines: cut }];
    expect(checkChain(file, chain(numbered(2)).head, digest)).toMatchObject({ torn: 1, problems: [] });
    expect(checkChain(file, head, digest).problems).toMatchObject([{ what: 'number 3 is missing' }]);
  });

  it('finds every edit, removal, repetition and reordering', () => {
    const bytes = fc.array(fc.record({ kind: fc.constant('x'), words: fc.string({ unit: 'grapheme' }) }), {
      minLength: 1,
      maxLength: 12,
    });
    const change = fc.record({
      what: fc.constantFrom('edit', 'remove', 'repeat', 'swap', 'cut'),
      at: fc.nat(),
      other: fc.nat(),
      put: fc.string({ unit: 'grapheme', maxLength: 3 }),
    });
    fc.assert(
      fc.property(bytes, fc.nat(), change, (entries, split, { what, at, other, put }) => {
        const { lines, head } = chain(entries);
        const index = at % lines.length;
        const line = lines[index] ?? '';
        const changed = changedLines(lines, what, index, other, put);
        fc.pre(changed.join('\n') !== lines.join('\n') && !line.includes('\0'));
        const border = split % (changed.length + 1);
        const files = [
          { name: 'a', lines: whole(changed.slice(0, border)) },
          { name: 'b', lines: whole(changed.slice(border)) },
        ];
        expect(checkChain(files, head, digest).problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 600 },
    );
  });
});

function changedLines(lines: readonly string[], what: string, at: number, other: number, put: string): string[] {
  const line = lines[at] ?? '';
  const place = other % (line.length + 1);
  switch (what) {
    case 'edit':
      return lines.with(at, line.slice(0, place) + put + line.slice(place + put.length));
    case 'remove':
      return lines.toSpliced(at, 1);
    case 'repeat':
      return lines.toSpliced(other % (lines.length + 1), 0, line);
    case 'cut':
      return lines.slice(0, at);
    default: {
      const second = other % lines.length;
      return lines.with(at, lines[second] ?? '').with(second, line);
    }
  }
}

describe('chainEnd', () => {
  const { lines, head } = chain(numbered(3));
  const behind = chain(numbered(2)).head;

  it.each([
    ['the last whole line', whole(lines), undefined, head],
    ['the last whole line where the note lags', whole(lines), behind, head],
    ['the note where lines are missing', whole(lines.slice(0, 1)), head, head],
    ['the line before a torn one', [...whole(lines), { text: '{"v', complete: false }], head, head],
    ['nothing where no line is whole', whole(['junk']), head, undefined],
  ])('%s', (_what, of, noted, expected) => {
    expect(chainEnd(of, noted, digest)).toEqual(expected);
  });
});
