import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ComposeAddition, JournalFolder, linesOf } from '../../../src/platform/journal-folder.ts';
import { isGone, ownMark, systemProcesses } from '../../../src/platform/process-mark.ts';

const HEAD = { seq: 1, hash: 'a'.repeat(64) };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rackdeck-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () =>
  new JournalFolder({
    env: { RACKDECK_STATE_DIR: folder },
    home: folder,
    cwd: folder,
    platform: 'linux',
    hostname: 'here',
    now: () => Date.UTC(2026, 5, 30),
    random: () => 0.5,
  });
const path = () => join(folder, 'journal', '2026-06.jsonl');
const adding =
  (...lines: string[]): ComposeAddition =>
  () => ({ lines, head: HEAD });

describe('JournalFolder', () => {
  it('takes the access of others away from a file that is there', async () => {
    await open().append(adding('one'));
    chmodSync(path(), 0o644);
    await open().append(adding('two'));
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(readFileSync(path(), 'utf8')).toBe('one\ntwo\n');
  });

  it('writes nothing onto what another has written meanwhile, but looks again', async () => {
    const store = open();
    await store.append(adding('one'));
    const seen: string[][] = [];
    await store.append(({ lines }) => {
      seen.push(lines.map(({ text }) => text));
      // As if the lock had been taken over while this program slept.
      if (seen.length === 1) appendFileSync(path(), 'another\n');
      return { lines: [`after ${lines.at(-1)?.text}`], head: HEAD };
    });
    expect(seen).toEqual([['one'], ['one', 'another']]);
    expect(readFileSync(path(), 'utf8')).toBe('one\nanother\nafter another\n');
  });

  it('shows the end of a long file, and all of it where that does not tell', async () => {
    const long = Array.from({ length: 400 }, (_, index) => `${index} ${'x'.repeat(2_000)}`);
    await open().append(adding(...long));
    const shown: (readonly [boolean, number])[] = [];
    await open().append(({ lines, whole }) => {
      shown.push([whole, lines.length]);
      return whole ? { lines: ['end'], head: HEAD } : undefined;
    });
    expect(shown[0]?.[0]).toBe(false);
    expect(shown[0]?.[1]).toBeLessThan(200);
    expect(shown[1]).toEqual([true, 400]);
  });

  it('shows the last line even where it is longer than any end', async () => {
    const giant = `{"${'y'.repeat(600_000)}`;
    await open().append(adding('first', giant));
    const shown: (string | undefined)[] = [];
    await open().append(({ lines }) => {
      shown.push(lines.at(-1)?.text);
      return { lines: ['end'], head: HEAD };
    });
    expect(shown).toEqual([giant]);
  });
});

describe('linesOf', () => {
  it('gives every line of a text, and says whether it was ended', () => {
    const line = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\n') && text.isWellFormed());
    fc.assert(
      fc.property(fc.array(line), line, (lines, last) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join('') + last);
        const expected = lines.map((text) => ({ text, complete: true }));
        expect(linesOf(bytes)).toEqual(last === '' ? expected : [...expected, { text: last, complete: false }]);
      }),
    );
  });

  it('never gives the same text for different bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 8 }), fc.uint8Array({ maxLength: 8 }), (a, b) => {
        const [one, two] = [Buffer.from(a), Buffer.from(b)];
        fc.pre(!one.equals(two) && !one.includes(0) && !two.includes(0));
        expect(linesOf(one)).not.toEqual(linesOf(two));
      }),
    );
  });
});

describe('the mark of this process', () => {
  it('is alive, and a later one with its number is another', () => {
    const table = systemProcesses('here');
    const mark = ownMark(table);
    expect(mark).toMatchObject({ pid: process.pid, host: 'here' });
    expect(isGone(mark, 0, table)).toBe(false);
    if (mark.started !== undefined) expect(isGone({ ...mark, started: '1' }, 0, table)).toBe(true);
  });
});
