import { beforeEach, describe, expect, it } from 'vitest';
import { Failure, type FailureKind } from '../../../src/domain/failure.ts';
import { SlowReads } from '../../../src/live/lately.ts';
import type { RackReads } from '../../../src/protocol/rack-api.ts';
import { anInstance } from '../resources/fake-context.ts';

const MINUTE = 60_000;
let now = 0;
let open = true;
let calls: string[] = [];
let fails: FailureKind | undefined;
let lately: SlowReads;

function answer<T>(call: string, value: T): Promise<T> {
  calls.push(call);
  return fails === undefined ? Promise.resolve(value) : Promise.reject(new Failure({ kind: fails, what: 'no' }));
}

/** Every answer that is on its way has come. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

beforeEach(() => {
  now = 1_700_000_000_000;
  open = true;
  calls = [];
  fails = undefined;
  const reads = {
    instances: () => answer('instances', [anInstance()]),
    certificates: () => answer('certificates', []),
    releases: (app: string, query: { limit?: number }) => answer(`releases ${app} ${query.limit}`, []),
  } as unknown as RackReads;
  lately = new SlowReads({ now: () => now, reads: () => reads, open: () => open });
});

describe('nodes and certificates', () => {
  it('are never waited for, and read again once they are old, not before', async () => {
    expect(lately.instances()).toBeUndefined();
    expect(lately.instances()).toBeUndefined();
    await settled();
    for (let poll = 0; poll < 300; poll += 1) {
      now += 2_000;
      expect(lately.instances()).toHaveLength(1);
      expect(lately.certificates() ?? []).toEqual([]);
      await settled();
    }
    // Ten minutes.
    expect(calls.filter((call) => call === 'instances').length).toBeLessThanOrEqual(14);
    expect(calls.filter((call) => call === 'instances').length).toBeGreaterThanOrEqual(12);
    expect(calls.filter((call) => call === 'certificates')).toHaveLength(1);
  });

  it.each<readonly [FailureKind, number | undefined]>([
    ['forbidden', undefined],
    ['server', undefined],
    // The way to the rack says nothing about its nodes: they are believed for a while.
    ['unreachable', 1],
  ])('%s: what was known before is %s', async (kind, expected) => {
    lately.instances();
    await settled();
    fails = kind;
    now += MINUTE;
    lately.instances();
    await settled();
    expect(lately.instances()?.length).toBe(expected);
    now += 5 * MINUTE;
    open = false;
    expect(lately.instances()).toBeUndefined();
  });

  it('are not asked for while the link is closed, and asked anew over a new connection', async () => {
    open = false;
    lately.instances();
    expect(calls).toEqual([]);
    open = true;
    lately.instances();
    await settled();
    lately.forget();
    expect(lately.instances()).toBeUndefined();
    expect(calls).toEqual(['instances', 'instances']);
  });

  it('are asked again when the clock was set back', async () => {
    lately.instances();
    await settled();
    now -= 60 * MINUTE;
    lately.instances();
    expect(calls).toEqual(['instances', 'instances']);
  });
});

describe('releases of apps', () => {
  it('once for each release that is new, three apps a minute', async () => {
    const ask = () => {
      for (const app of ['a', 'b', 'c', 'd', 'e']) lately.releases(app, 'R1');
    };
    for (let poll = 0; poll < 20; poll += 1) {
      ask();
      now += 2_000;
    }
    expect(calls).toEqual(['releases a 5', 'releases b 5', 'releases c 5']);
    now += MINUTE;
    for (let poll = 0; poll < 20; poll += 1) ask();
    expect(calls.slice(3)).toEqual(['releases d 5', 'releases e 5']);
    lately.releases('a', 'R2');
    expect(calls.at(-1)).toBe('releases a 5');
    expect(calls).toHaveLength(6);
  });

  it.each<readonly [FailureKind, number]>([
    ['unreachable', 2],
    ['forbidden', 1],
  ])('%s: asked %i times', async (kind, times) => {
    fails = kind;
    lately.releases('a', 'R1');
    await settled();
    lately.releases('a', 'R1');
    await settled();
    expect(calls).toHaveLength(times);
  });
});
