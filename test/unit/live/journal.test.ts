import { execFile } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asFailure, Failure } from '../../../src/domain/failure.ts';
import { createJournal, type Journal, type NewIntent } from '../../../src/live/journal.ts';
import { JournalMemory } from '../../../src/live/journal-memory.ts';
import type { Environment } from '../../../src/platform/environment.ts';
import { JournalFolder } from '../../../src/platform/journal-folder.ts';
import { type ProcessTable, systemProcesses } from '../../../src/platform/process-mark.ts';

const WRITER = fileURLToPath(new URL('../../support/journal-writer.ts', import.meta.url));
const NODE = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url));
const NOW = Date.UTC(2026, 5, 30, 23, 59, 0);
const HOUR = 3_600_000;

let folder: string;
let now = NOW;
let nextRun = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rackdeck-journal-'));
  now = NOW;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const environment = (): Environment => ({
  env: { RACKDECK_STATE_DIR: folder },
  home: folder,
  cwd: folder,
  platform: 'linux',
  hostname: 'here',
  now: () => now,
  random: () => 0.5,
});

const processes = (changes: Partial<ProcessTable> = {}): ProcessTable => ({
  pid: 4711,
  host: 'here',
  boot: () => 'boot-1',
  isAlive: () => true,
  started: () => '100',
  user: () => 'ada',
  ...changes,
});

function open(changes: Partial<ProcessTable> = {}): Journal {
  return createJournal({
    store: new JournalFolder(environment()),
    processes: processes(changes),
    now: () => now,
    newId: () => `run-${nextRun++}`,
  });
}

const intent = (changes: Partial<NewIntent> = {}): NewIntent => ({
  rack: { id: 'gateway:acme/prod', name: 'acme/prod' },
  user: 'ops@example.com',
  actionId: 'process.stop',
  subjects: [{ id: 'web-1', app: 'shop', service: 'web' }],
  preview: 'sha256-of-preview',
  headline: 'Stop the process web-1 of shop on acme/prod',
  confirmation: 'key',
  echo: 'convox ps stop web-1 -a shop',
  ...changes,
});

const journalPath = (name = '') => join(folder, 'journal', name);
const linesOf = (name: string) => readFileSync(journalPath(name), 'utf8').trimEnd().split('\n');

async function threeRuns(journal: Journal): Promise<void> {
  for (let nth = 0; nth < 3; nth += 1) {
    const run = await journal.begin(intent());
    await run.result({ outcome: 'ok', words: `Stopped ${nth}` });
  }
}

describe('a run', () => {
  it('is on the disk before it begins and after it ends, for its owner only', async () => {
    const journal = open();
    const run = await journal.begin(intent({ reason: 'it hangs', input: { count: '3' } }));
    expect(linesOf('2026-06.jsonl')).toHaveLength(1);
    now += 1_000;
    await run.result({ outcome: 'failed', words: 'No', failure: { kind: 'server', status: 500, requestId: 'req-1' } });
    await run.verification({ state: 'unknown', words: 'Could not be read back' });
    expect(linesOf('2026-06.jsonl')).toHaveLength(3);
    for (const name of ['2026-06.jsonl', 'head.json']) expect(statSync(journalPath(name)).mode & 0o777).toBe(0o600);
    expect(statSync(journalPath()).mode & 0o777).toBe(0o700);
    expect(existsSync(journalPath('lock'))).toBe(false);
    const { runs, unreadable } = await open().read();
    expect(unreadable).toBe(0);
    expect(runs).toEqual([
      {
        seq: 1,
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        intent: {
          ...intent({ reason: 'it hangs', input: { count: '3' } }),
          kind: 'intent',
          run: run.id,
          at: NOW,
          machineUser: 'ada',
          process: { pid: 4711, host: 'here', boot: 'boot-1', started: '100' },
        },
        result: {
          kind: 'result',
          run: run.id,
          at: NOW + 1_000,
          outcome: 'failed',
          words: 'No',
          failure: { kind: 'server', status: 500, requestId: 'req-1' },
        },
        verification: {
          kind: 'verification',
          run: run.id,
          at: NOW + 1_000,
          state: 'unknown',
          words: 'Could not be read back',
        },
        recovered: undefined,
      },
    ]);
  });

  it('keeps no secret and no escape sequence, whatever it is told', async () => {
    const journal = open();
    const run = await journal.begin(
      intent({
        headline: 'Set env\u001b[2J',
        reason: 'the password=hunter2-hunter2 leaked',
        echo: 'convox env set API_KEY=sk_live_abcdefgh12345678 -a shop',
        input: { token: 'plain-old-value', count: '3' },
        rack: { id: 'direct:https://convox:pw-secret@rack.example.com', name: 'x' },
      }),
    );
    await run.result({ outcome: 'failed', words: 'Bearer abcdefgh.ijklmnop was refused' });
    await run.verification({ state: 'failed', words: 'postgres://app:dbsecret99@db' });
    const text = readFileSync(journalPath('2026-06.jsonl'), 'utf8');
    expect(text).not.toMatch(/hunter2|sk_live|plain-old|pw-secret|abcdefgh\.|dbsecret99|\\u001b/);
    expect(text).toContain('"count":"3"');
  });

  it('goes on in the file of the next month, and in the newest where the clock went back', async () => {
    const journal = open();
    const run = await journal.begin(intent());
    now += HOUR;
    await run.result({ outcome: 'ok', words: 'Stopped' });
    now -= 40 * 24 * HOUR;
    await open().begin(intent());
    expect([linesOf('2026-06.jsonl').length, linesOf('2026-07.jsonl').length]).toEqual([1, 2]);
    expect(await open().verify()).toEqual({ files: 2, lines: 3, torn: 0, problems: [] });
    expect((await open().read()).runs).toHaveLength(2);
  });

  it('an empty journal is nothing wrong, and reading makes no file', async () => {
    expect(await open().verify()).toEqual({ files: 0, lines: 0, torn: 0, problems: [] });
    expect(await open().read()).toEqual({ runs: [], unreadable: 0 });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('sees what another program adds, without reading again what did not change', async () => {
    const [mine, other] = [open(), open()];
    await threeRuns(mine);
    expect((await mine.read()).runs).toHaveLength(3);
    await other.begin(intent());
    expect((await mine.read()).runs).toHaveLength(4);
    expect(await mine.entries()).toHaveLength(7);
  });

  it('lives in memory for the demo', async () => {
    const journal = createJournal({ store: new JournalMemory(), processes: processes(), now: () => now });
    await threeRuns(journal);
    expect((await journal.read()).runs.map(({ result }) => result?.words)).toEqual([
      'Stopped 0',
      'Stopped 1',
      'Stopped 2',
    ]);
    expect(await journal.verify()).toMatchObject({ lines: 6, problems: [] });
  });
});

describe('runs that nobody ended', () => {
  it.each<[string, Partial<ProcessTable>, number, boolean]>([
    ['the same process', {}, 0, false],
    ['another one beside it', { pid: 1 }, 0, false],
    ['after it died', { isAlive: () => false }, 0, true],
    ['after the machine was started again', { boot: () => 'boot-2' }, 0, true],
    ['after its number went to another process', { started: () => '999' }, 0, true],
    [
      'where the system tells nothing and the number is alive',
      { boot: () => undefined, started: () => undefined },
      0,
      false,
    ],
    ['on another machine, soon after', { host: 'there', isAlive: () => false }, HOUR, false],
    ['on another machine, days after', { host: 'there' }, 48 * HOUR, true],
  ])('seen from %s', async (_who, table, later, found) => {
    const run = await open().begin(intent());
    now += later;
    const openRuns = await open(table).openRuns();
    expect(openRuns.map(({ intent: { run: id } }) => id)).toEqual(found ? [run.id] : []);
  });

  it('are settled by a result, a verification of an unclear one, or what a later start found', async () => {
    const dead = () => open({ isAlive: () => false });
    const journal = open();
    const ended = await journal.begin(intent());
    await ended.result({ outcome: 'refused', words: 'No' });
    const unclear = await journal.begin(intent());
    await unclear.result({ outcome: 'unclear', words: 'Timed out' });
    const crashed = await journal.begin(intent());
    const ids = async () => (await dead().openRuns()).map((run) => run.intent.run);
    expect(await ids()).toEqual([unclear.id, crashed.id]);
    await unclear.verification({ state: 'unknown', words: 'It could not be read back' });
    expect(await ids()).toEqual([unclear.id, crashed.id]);
    await unclear.verification({ state: 'verified', words: 'It is gone' });
    expect(await ids()).toEqual([crashed.id]);
    await dead().recovered(crashed.id, { state: 'pending', words: 'Still under way' });
    expect(await ids()).toEqual([crashed.id]);
    await dead().recovered(crashed.id, { state: 'absent', words: 'It did not take place' });
    expect(await ids()).toEqual([]);
    expect((await dead().read()).runs[2]?.recovered?.words).toBe('It did not take place');
  });
});

describe('a torn line', () => {
  it.each([
    ['half a line', (text: string) => text.slice(0, 40)],
    ['half a letter', (text: string) => Buffer.concat([Buffer.from(text.slice(0, 40)), Buffer.from([0xe2, 0x82])])],
  ])('%s stays, and the chain goes on with a note', async (_what, cut) => {
    await threeRuns(open());
    const before = readFileSync(journalPath('2026-06.jsonl'));
    const piece = cut('{"actionId":"process.stop","at":1781827200000,"kind":"intent"');
    appendFileSync(journalPath('2026-06.jsonl'), piece);
    expect(await open().verify()).toMatchObject({ lines: 6, torn: 1, problems: [] });
    await open().begin(intent());
    const after = readFileSync(journalPath('2026-06.jsonl'));
    expect(after.subarray(0, before.length + piece.length)).toEqual(Buffer.concat([before, Buffer.from(piece)]));
    expect(await open().verify()).toEqual({ files: 1, lines: 8, torn: 1, problems: [] });
    expect(await open().read()).toMatchObject({ unreadable: 1 });
    expect((await open().read()).runs).toHaveLength(4);
  });

  it('that lacks its newline only is a line', async () => {
    await threeRuns(open());
    truncateSync(journalPath('2026-06.jsonl'), statSync(journalPath('2026-06.jsonl')).size - 1);
    await open().begin(intent());
    expect(await open().verify()).toEqual({ files: 1, lines: 7, torn: 0, problems: [] });
  });

  it('at the end of a month is told of in the next', async () => {
    await threeRuns(open());
    appendFileSync(journalPath('2026-06.jsonl'), '{"half');
    now += HOUR;
    await open().begin(intent());
    expect(await open().verify()).toEqual({ files: 2, lines: 8, torn: 1, problems: [] });
  });
});

describe('tampering', () => {
  it.each<[string, (lines: string[]) => string[], RegExp]>([
    [
      'a changed word',
      (lines) => lines.with(3, (lines[3] ?? '').replace('Stopped 1', 'Stopped 9')),
      /2026-06\.jsonl:4 .*changed/,
    ],
    ['a line taken out', (lines) => lines.toSpliced(2, 1), /:3 number 3 is missing/],
    ['the last line taken out', (lines) => lines.slice(0, -1), /:5 number 6 is missing/],
  ])('%s is found with its place, now and after more was written', async (_what, change, words) => {
    await threeRuns(open());
    const path = journalPath('2026-06.jsonl');
    writeFileSync(path, `${change(linesOf('2026-06.jsonl')).join('\n')}\n`);
    const told = async () => (await open().verify()).problems.map(({ file, line, what }) => `${file}:${line} ${what}`);
    expect(await told()).toEqual([expect.stringMatching(words)]);
    await open().begin(intent());
    expect(await told()).toHaveLength(1);
  });

  it('bytes that are no text are found', async () => {
    await (await open().begin(intent({ reason: 'a\ufffdb' }))).result({ outcome: 'ok', words: '' });
    const path = journalPath('2026-06.jsonl');
    const bytes = readFileSync(path);
    const at = bytes.indexOf('\ufffd');
    writeFileSync(path, Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff]), bytes.subarray(at + 3)]));
    expect((await open().verify()).problems).toMatchObject([{ line: 1 }]);
  });

  it('a spoilt note of the end is kept and told of; writing goes on', async () => {
    await threeRuns(open());
    writeFileSync(journalPath('head.json'), 'mine');
    await open().begin(intent());
    expect(readFileSync(journalPath('head.json'), 'utf8')).toBe('mine');
    expect((await open().verify()).problems).toMatchObject([{ what: expect.stringMatching(/cannot be read/) }]);
  });
});

describe('where it cannot be written', () => {
  it('a file in the place of the folder: the action must not start', async () => {
    writeFileSync(join(folder, 'journal'), '');
    const failure = await failureOf(open().begin(intent()));
    expect(failure).toMatchObject({
      kind: 'server',
      what: 'The action was not started, because it could not be written into the journal',
      why: expect.stringContaining('Could not create the folder'),
      next: expect.stringContaining('RACKDECK_STATE_DIR'),
    });
  });

  it('a folder in the place of the file', async () => {
    mkdirSync(journalPath('2026-06.jsonl'), { recursive: true });
    expect((await failureOf(open().begin(intent()))).why).toMatch(/it is a folder/);
  });

  it.skipIf(process.getuid?.() === 0)('a folder that may not be written', async () => {
    mkdirSync(journalPath());
    chmodSync(folder, 0o500);
    const failure = await failureOf(open().begin(intent()));
    chmodSync(folder, 0o700);
    expect(failure).toBeInstanceOf(Failure);
  });

  it('somebody who holds the lock for ever: says whose file it is', async () => {
    await threeRuns(open());
    writeFileSync(journalPath('lock'), `${process.pid} here ${now} x\n`);
    let clock = now;
    const environmentThatWaits = { ...environment(), now: () => (clock += 4_000) };
    const journal = createJournal({
      store: new JournalFolder(environmentThatWaits),
      processes: processes(),
      now: () => now,
    });
    const failure = await failureOf(journal.begin(intent()));
    expect(failure).toMatchObject({ kind: 'conflict', next: expect.stringContaining('lock') });
  });

  it('a disk that is full in the middle of a line: refused, and whole again later', async () => {
    // The limit of a process for its files stands for the disk: the system cuts the write off in the same way.
    const script = `ulimit -f 5; exec "$0" "$@"`;
    const { stdout } = await run('bash', ['-c', script, NODE, WRITER, 'full', '50']);
    const lines = stdout.trim().split('\n');
    expect(lines.at(-1)).toMatch(/^refused .*journal: Could not write .*may not become larger/);
    expect(lines.length).toBeGreaterThan(2);
    const name = readdirSync(journalPath()).find((file) => file.endsWith('.jsonl')) ?? '';
    expect(readFileSync(journalPath(name), 'utf8').endsWith('\n')).toBe(false);
    expect(await open().verify()).toMatchObject({ torn: 1, problems: [] });
    now = Date.now();
    await open().begin(intent());
    expect(await open().verify()).toMatchObject({ torn: 1, problems: [] });
  });
});

describe('several programs at once', () => {
  it('make one chain, and a killed one is found by the next', async () => {
    const runs = 12;
    const written = await Promise.all([
      run(NODE, [WRITER, 'one', `${runs}`]),
      run(NODE, [WRITER, 'two', `${runs}`]),
      run(NODE, [WRITER, 'three', `${runs}`, 'die']),
    ]);
    const ids = written.flatMap(({ stdout }) => stdout.trim().split('\n'));
    expect(ids).toHaveLength(3 * runs + 1);
    now = Date.now();
    const report = await open().verify();
    expect(report).toMatchObject({ lines: 9 * runs + 1, torn: 0, problems: [] });
    const { runs: all } = await open().read();
    expect(new Set(all.map(({ intent: { run: id } }) => id))).toEqual(new Set(ids));
    // Real processes, so the real table of them; its host is the machine's.
    const next = createJournal({
      store: new JournalFolder(environment()),
      processes: systemProcesses(hostname()),
      now: Date.now,
    });
    expect((await next.openRuns()).map(({ intent: { run: id } }) => id)).toEqual([ids.at(-1)]);
  }, 60_000);
});

function run(program: string, args: readonly string[]): Promise<{ stdout: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, RACKDECK_STATE_DIR: folder };
    execFile(program, [...args], { env }, (_error, stdout) => resolve({ stdout }));
  });
}

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise;
  } catch (error) {
    return asFailure(error);
  }
  throw new Error('nothing failed');
}
