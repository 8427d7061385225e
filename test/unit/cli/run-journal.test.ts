import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../../src/cli/program.ts';
import { runJournal, runJournalVerify } from '../../../src/cli/run-journal.ts';
import { createJournal, type Journal } from '../../../src/live/journal.ts';
import { JournalMemory } from '../../../src/live/journal-memory.ts';
import { JournalFolder } from '../../../src/platform/journal-folder.ts';
import { CapturedOutput } from '../../support/captured-output.ts';
import { PROCESSES, sampleJournal } from '../../support/sample-journal.ts';

const NOW = Date.UTC(2026, 5, 1, 3, 0, 0);
const now = () => NOW;

async function print(
  common: { rack?: string; app?: string } = {},
  request: { json: boolean; filter?: string } = { json: false },
  journal?: Journal,
) {
  const output = new CapturedOutput();
  const code = await runJournal({ journal: journal ?? (await sampleJournal(NOW)), common, request, output, now });
  return { code, output };
}

describe('journal', () => {
  it('prints the newest first, racks named', async () => {
    const { code, output } = await print();
    expect(code).toBe(0);
    const lines = output.stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/WHEN\s+RACK\s+WHO\s+ACTION\s+SUBJECT\s+RESULT\s+VERIFIED\s+REASON/);
    expect(lines.slice(1).map((line) => line.split(/\s{2,}/)[1])).toEqual([
      expect.stringContaining('acme/prod'),
      expect.stringContaining('staging'),
      expect.stringContaining('acme/prod'),
    ]);
  });

  it.each<[string, { rack?: string; app?: string }, string | undefined, number]>([
    ['a rack', { rack: 'acme/prod' }, undefined, 2],
    ['a part of its name', { rack: 'stag' }, undefined, 1],
    ['a rack that did nothing', { rack: 'elsewhere' }, undefined, 0],
    ['an app', { app: 'shop' }, undefined, 2],
    ['a filter', {}, 'result:refused', 1],
    ['since when', {}, 'at<15m', 2],
  ])('%s', async (_what, common, filter, count) => {
    const { output } = await print(common, { json: true, ...(filter === undefined ? {} : { filter }) });
    const { items, schema } = JSON.parse(output.stdout) as { items: unknown[]; schema: string };
    expect(schema).toBe('rackdeck/journal@1');
    expect(items).toHaveLength(count);
  });

  it('tells a script everything', async () => {
    const { output } = await print({ rack: 'staging' }, { json: true });
    const { rack, items } = JSON.parse(output.stdout) as { rack: string; items: object[] };
    expect(rack).toBe('staging');
    expect(items[0]).toMatchObject({
      action: 'app.delete',
      app: 'blog',
      result: 'refused',
      failure: { kind: 'forbidden', status: 403, requestId: 'req-2' },
      requestIds: ['req-2'],
      verification: null,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('refuses a name that could be several racks', async () => {
    await expect(print({ rack: 'a' })).rejects.toMatchObject({
      kind: 'usage',
      what: expect.stringContaining('Several'),
    });
  });

  it('says that nothing was done yet', async () => {
    const journal = createJournal({ store: new JournalMemory(), processes: PROCESSES, now });
    const { code, output } = await print({}, { json: false }, journal);
    expect([code, output.stdout, output.stderr]).toEqual([0, '', 'Nothing was done here with rackdeck yet.\n']);
  });
});

describe('journal verify', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rackdeck-journal-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function check(change: (text: string) => string, json = false) {
    const environment = {
      env: { RACKDECK_STATE_DIR: folder },
      home: folder,
      cwd: folder,
      platform: 'linux' as const,
      hostname: 'here',
      now,
      random: () => 0,
    };
    const store = new JournalFolder(environment);
    const path = join(store.place, '2026-06.jsonl');
    const journal = await sampleJournal(NOW, store);
    writeFileSync(path, change(readFileSync(path, 'utf8')));
    const output = new CapturedOutput();
    const code = await runJournalVerify({ journal, json, output, now });
    return { code, output, path };
  }

  it('0 and one sentence where it holds', async () => {
    const { code, output } = await check((text) => text);
    expect(code).toBe(0);
    expect(output.stdout).toBe('The journal holds: 6 lines in 1 file, none changed, moved or taken out.\n');
    expect(output.stderr).toBe('');
  });

  it('tells of a line that a crash cut off, which is no fault', async () => {
    const { code, output } = await check((text) => `${text}{"half`);
    expect(code).toBe(0);
    expect(output.stdout).toMatch(/1 line was cut off by a crash/);
  });

  it('1, file and line where one was changed', async () => {
    const { code, output, path } = await check((text) => text.replace('it hangs', 'it sings'));
    expect(code).toBe(1);
    expect(output.stderr).toBe(`${path}:1: it was changed, or is no line of the journal\n`);
    expect(output.stdout).toMatch(/^The journal does NOT hold: 1 problem/);
  });

  it('as JSON', async () => {
    const { code, output } = await check((text) => text.split('\n').toSpliced(1, 1).join('\n'), true);
    expect(code).toBe(1);
    expect(JSON.parse(output.stdout)).toMatchObject({
      schema: 'rackdeck/journal-verify@1',
      holds: false,
      lines: 5,
      problems: [{ file: '2026-06.jsonl', line: 2, what: 'number 2 is missing' }],
    });
  });
});

describe('the command line', () => {
  it.each<[string[], object]>([
    [['journal'], { command: 'view', view: { view: 'journal', json: false } }],
    [
      ['journal', '--json', '--since', '2h', '-f', 'result:failed'],
      { view: { json: true, filter: 'at<7200s result:failed' } },
    ],
    [['journal', '--rack', 'prod', '--app', 'shop'], { common: { rack: 'prod', app: 'shop' } }],
    [['journal', 'verify'], { command: 'journal-verify', json: false }],
    [['journal', 'verify', '--json'], { command: 'journal-verify', json: true }],
  ])('%j', (argv, expected) => {
    expect(parseCommandLine(argv, '0.1.0')).toMatchObject(expected);
  });

  it.each([
    [['journal', 'prove'], /verify/],
    [['journal', 'verify', '--rack', 'prod'], /whole journal/],
    [['journal', '--since', 'never'], /duration/],
  ])('%j is refused', (argv, words) => {
    expect(() => parseCommandLine(argv, '0.1.0')).toThrow(words);
  });
});
