import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { crashedEvent } from '../../../src/domain/seen-events.ts';
import { type HistoryRecord, historyLine, parseHistoryLine, timeOfLine } from '../../../src/live/history-record.ts';
import { HistoryStore } from '../../../src/live/history-store.ts';
import { SessionHistory } from '../../../src/live/session-history.ts';
import type { Environment } from '../../../src/platform/environment.ts';
import { aProcess, SYSTEM } from '../resources/fake-context.ts';

const NOW = 1_772_334_000_000;
const MINUTE = 60_000;

let folder: string;
let now = NOW;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rackdeck-history-'));
  now = NOW;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function environment(): Environment {
  return {
    env: { RACKDECK_STATE_DIR: folder },
    home: folder,
    cwd: folder,
    platform: 'linux',
    hostname: 'here',
    now: () => now,
    random: () => 0.5,
  };
}

const open = (maxBytes?: number) =>
  new HistoryStore({
    environment: environment(),
    target: 'direct:acme/prod',
    timers: { setTimeout: () => 0, clearTimeout: () => {} },
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });

const usage = (at: number, cpu: number): HistoryRecord => ({
  kind: 'usage',
  at,
  usage: new Map([['app:shop', { cpu, memory: 100 }]]),
});
const crash = (at: number, id = 'web-1'): HistoryRecord => ({
  kind: 'event',
  at,
  event: crashedEvent(aProcess({ id, status: 'crashed' }), at),
});

async function read(store: HistoryStore) {
  const records: HistoryRecord[] = [];
  const load = await store.load((record) => records.push(record));
  return { records, ...load };
}

describe('HistoryStore', () => {
  it('gives back what was put in, from a file that only its owner can read', async () => {
    const store = open();
    store.append(usage(NOW - MINUTE, 1.25));
    store.append(crash(NOW - 30_000));
    await store.close();
    expect(statSync(store.path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(store.path)).mode & 0o777).toBe(0o700);
    expect(existsSync(`${store.path}.lock`)).toBe(false);
    const { records, read: count, skipped } = await read(open());
    expect({ count, skipped }).toEqual({ count: 2, skipped: 0 });
    expect(records).toEqual([usage(NOW - MINUTE, 1.25), crash(NOW - 30_000)]);
  });

  it('nothing kept yet is nothing read, and no file is made for nothing', async () => {
    expect(await read(open())).toEqual({ records: [], read: 0, skipped: 0 });
    await open().close();
    expect(existsSync(open().path)).toBe(false);
  });

  it('skips and counts what it cannot read, and leaves it where it is', async () => {
    const store = open();
    store.append(usage(NOW - MINUTE, 1));
    await store.close();
    appendFileSync(store.path, 'torn {"v":1,"at":17723\n{"v":9,"at":1772333990000,"u":{}}\n{"v":1,"at":1772333');
    // A line that another program could not finish does not swallow the next one.
    store.append(usage(NOW, 2));
    await store.close();
    const { records, skipped } = await read(open());
    expect(records.map(({ at }) => at)).toEqual([NOW - MINUTE, NOW]);
    expect(skipped).toBe(3);
    expect(readFileSync(store.path, 'utf8')).toContain('torn {"v":1');
  });

  it('two programs write one file', async () => {
    const [one, two] = [open(), open()];
    for (let at = 0; at < 20; at += 1) {
      one.append(crash(NOW - at * 1_000, `one-${at}`));
      two.append(crash(NOW - at * 1_000, `two-${at}`));
    }
    await Promise.all([one.close(), two.close()]);
    const { records, skipped } = await read(open());
    expect(records).toHaveLength(40);
    expect(skipped).toBe(0);
  });

  it('stays within its size, keeps the newest, and a foreign line survives', async () => {
    const store = open(20_000);
    store.append(usage(NOW - 100 * MINUTE, 0));
    await store.close();
    appendFileSync(store.path, 'somebody wrote this\n');
    for (let at = 1; at <= 400; at += 1) {
      now = NOW + at * 1_000;
      store.append(crash(now, `web-${at}`));
      if (at % 20 === 0) await store.flush();
      if (existsSync(store.path)) expect(statSync(store.path).size).toBeLessThan(30_000);
    }
    await store.close();
    const { records, skipped } = await read(open());
    expect(records.at(-1)?.at).toBe(NOW + 400_000);
    expect(records.length).toBeGreaterThan(20);
    expect(records.length).toBeLessThan(400);
    expect(skipped).toBe(1);
    expect(statSync(store.path).mode & 0o777).toBe(0o600);
  });

  it('does not give back what is too old for any screen, nor what is from the future', async () => {
    const store = open();
    store.append(usage(NOW - 4 * 60 * MINUTE, 1));
    store.append(crash(NOW - 4 * 60 * MINUTE));
    store.append(crash(NOW - 8 * 24 * 60 * MINUTE));
    store.append(usage(NOW + 5 * MINUTE, 1));
    await store.close();
    const { records, skipped } = await read(open());
    expect(records.map(({ kind }) => kind)).toEqual(['event']);
    expect(skipped).toBe(0);
  });

  it('a folder that cannot be written costs the history, not the program', async () => {
    writeFileSync(join(folder, 'history'), 'a file is in the way');
    const store = open();
    store.append(usage(NOW, 1));
    await store.close();
    expect(store.problem).toMatch(/folder|file|write|lock/i);
    expect((await read(store)).records).toEqual([]);
    rmSync(join(folder, 'history'));
    await store.close();
    expect((await read(open())).records).toHaveLength(1);
  });

  it('two targets with similar names have files of their own', () => {
    const path = (target: string) => new HistoryStore({ environment: environment(), target }).path;
    expect(path('direct:acme/prod')).not.toBe(path('direct:acme-prod'));
    expect(path('../../etc/passwd')).toMatch(new RegExp(`^${folder}/history/[A-Za-z0-9-]+\\.jsonl$`));
  });
});

describe('one run after another', () => {
  it('looks back at what the run before saw', async () => {
    const first = new SessionHistory(open());
    first.take('system', [], SYSTEM, NOW);
    const process = (cpu: number, status = 'running') => [aProcess({ id: 'web-1', cpu, memory: 64, status })];
    for (let minute = 0; minute < 20; minute += 1) {
      now = NOW + minute * MINUTE;
      first.take('systemProcesses', [{ all: true }], process(minute + 1), now);
    }
    first.take('systemProcesses', [{ all: true }], process(0, 'crashed'), now + 1_000);
    await first.close();

    now = NOW + 30 * MINUTE;
    const second = new SessionHistory(open());
    await second.load();
    expect(second.points('app:shop', NOW, now).map(({ cpu }) => cpu)).toEqual(
      Array.from({ length: 20 }, (_, at) => at + 1),
    );
    expect(second.points('process:shop/web/web-1', NOW, now)).toHaveLength(20);
    expect(second.events(0, now).map(({ what }) => what)).toEqual(['web-1 crashed on RNEW']);
    expect(second.stored).toMatchObject({ loaded: true, skipped: 0, problem: undefined });
    // Reading it twice changes nothing.
    await second.load();
    expect(second.events(0, now)).toHaveLength(1);
  });

  it('writes the heaviest processes of a crowd, not all of them', async () => {
    const history = new SessionHistory(open());
    history.take('system', [], SYSTEM, NOW);
    const crowd = Array.from({ length: 500 }, (_, at) => aProcess({ id: `web-${at}`, cpu: at, memory: at }));
    history.take('systemProcesses', [{ all: true }], crowd, NOW);
    await history.close();
    const { records } = await read(open());
    const [record] = records;
    const subjects = record?.kind === 'usage' ? [...record.usage.keys()] : [];
    expect(subjects).toContain('app:shop');
    expect(subjects).toContain('process:shop/web/web-499');
    expect(subjects.length).toBeLessThan(50);
  });
});

describe('lines', () => {
  const text = fc.string({ maxLength: 40, unit: 'grapheme-ascii' });
  it('whatever stands in a line, reading it neither throws nor lets an escape through', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .record({ v: fc.constant(1), at: fc.oneof(fc.integer(), fc.string()), u: fc.dictionary(text, fc.anything()) })
        .map((value) => JSON.stringify(value)),
      fc
        .record({ v: fc.constant(1), at: fc.nat(), e: fc.dictionary(text, fc.anything()) })
        .map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(hostile, (line) => {
        const record = parseHistoryLine(line);
        if (record === undefined) return;
        expect(Number.isFinite(record.at)).toBe(true);
        timeOfLine(line);
      }),
    );
    const event = { ...crashedEvent(aProcess({ id: 'x' }), NOW), what: '\u001b]0;title\u0007gone\u001b[2J' };
    const record = parseHistoryLine(historyLine({ kind: 'event', at: NOW, event }));
    expect(record?.kind === 'event' && record.event.what).toBe('gone');
  });

  it('a record survives the way to disk and back, to four figures', () => {
    const subject = fc.constantFrom('rack', 'node:n1', 'app:shop', 'service:shop/web', 'process:shop/web/web-1');
    const value = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(fc.nat(), fc.dictionary(subject, fc.record({ cpu: value, memory: value })), (at, table) => {
        const line = historyLine({ kind: 'usage', at, usage: new Map(Object.entries(table)) });
        expect(line).not.toContain('\n');
        expect(timeOfLine(line)).toBe(at);
        const record = parseHistoryLine(line);
        expect(record?.kind).toBe('usage');
        if (record?.kind !== 'usage') return;
        expect([...record.usage.keys()].sort()).toEqual(Object.keys(table).sort());
        for (const [key, { cpu }] of record.usage) {
          const before = table[key]?.cpu;
          if (before === undefined) expect(cpu).toBeUndefined();
          else expect(Math.abs((cpu ?? 0) - before)).toBeLessThanOrEqual(before * 1e-3);
        }
      }),
    );
  });
});
