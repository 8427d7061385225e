import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSinceBridge, logLineTime } from '../../../src/protocol/since-bridge.ts';
import { ownTime } from '../../support/own-time.ts';

const T0 = Date.UTC(2026, 4, 1, 10);
const MARGIN = 15_000;

interface Event {
  /** When the server stored it. */
  readonly at: number;
  /** A stamped line and the lines that continue it: a store never cuts an event. */
  readonly lines: readonly string[];
}

const second = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;

function event(at: number, message: string, more: readonly string[] = []): Event {
  return { at, lines: [`${second(at)} service/web/web-1 ${message}`, ...more] };
}

const allLines = (events: readonly Event[]) => events.flatMap((entry) => entry.lines);

describe('logLineTime', () => {
  test.each([
    ['2026-05-01T10:00:00Z service/web/web-1 hello', T0],
    ['2026-05-01T10:00:00.123456789Z service/web/web-1 hello', T0 + 123],
    ['[pod/web-1/web] 2026-05-01T10:00:00.5Z hello', T0 + 500],
    ['2026-05-01T12:00:00+02:00 x', T0],
    ['2026-05-01T10:00:00Z', T0],
    ['    at main.js:3', undefined],
    ['hello 2026-05-01T10:00:00Z', undefined],
    ['2026-05-01T10:00:00Zx', undefined],
    ['2026-99-01T10:00:00Z x', undefined],
    ['', undefined],
  ])('%j', (line, expected) => {
    expect(logLineTime(line)).toBe(expected);
  });
});

describe('sinceMs', () => {
  test('nothing has come: nothing to bridge', () => {
    const bridge = createSinceBridge();
    expect(bridge.sinceMs(T0)).toBeUndefined();
    expect(bridge.accept([], T0)).toEqual([]);
    expect(bridge.sinceMs(T0)).toBeUndefined();
  });

  test('reaches back to the newest line and a margin', () => {
    const bridge = createSinceBridge();
    bridge.accept(allLines([event(T0, 'a')]), T0 + 1_000);
    expect(bridge.sinceMs(T0 + 60_000)).toBe(60_000 + MARGIN);
  });

  test('a backlog that broke off: back to where it had come, not to when it broke', () => {
    const bridge = createSinceBridge();
    bridge.accept(allLines([event(T0 - 3_600_000, 'old')]), T0);
    expect(bridge.sinceMs(T0 + 1_000)).toBe(3_601_000 + MARGIN);
  });

  test('pods that replay side by side: back to the one that had come least far', () => {
    const bridge = createSinceBridge();
    bridge.accept(
      [
        '[pod/a/web] 2026-05-01T09:59:00Z a',
        '[pod/b/web] 2026-05-01T09:10:00Z b',
        '[pod/a/web] 2026-05-01T09:59:30Z c',
      ],
      T0,
    );
    expect(bridge.sinceMs(T0)).toBe(50 * 60_000 + MARGIN);
  });

  test('a server clock ahead of ours does not shorten the window', () => {
    const bridge = createSinceBridge();
    const ahead = 600_000;
    bridge.accept(allLines([event(T0 + ahead, 'a')]), T0);
    // The server will subtract from its own clock, T0 + 30 s + ahead.
    const from = T0 + 30_000 + ahead - (bridge.sinceMs(T0 + 30_000) ?? 0);
    expect(from).toBeLessThanOrEqual(T0 + ahead - MARGIN);
  });

  test('repetitions alone do not move the window forward', () => {
    const bridge = createSinceBridge();
    const lines = allLines([event(T0, 'a')]);
    bridge.accept(lines, T0);
    bridge.reopened();
    expect(bridge.accept(lines, T0 + 60_000)).toEqual([]);
    expect(bridge.sinceMs(T0 + 60_000)).toBe(60_000 + MARGIN);
  });
});

describe('repeated lines', () => {
  test('are dropped once each; the same text at another time is another line', () => {
    const bridge = createSinceBridge();
    bridge.accept(allLines([event(T0, 'tick'), event(T0 + 1_000, 'tick')]), T0 + 1_000);
    bridge.reopened();
    const replay = [event(T0, 'tick'), event(T0 + 1_000, 'tick'), event(T0 + 2_000, 'tick')];
    expect(bridge.accept(allLines(replay), T0 + 5_000)).toEqual(allLines(replay.slice(2)));
  });

  test('equal lines of one second: as many as the log has', () => {
    const bridge = createSinceBridge();
    const tick = event(T0, 'tick');
    bridge.accept(allLines([tick, tick]), T0);
    bridge.reopened();
    expect(bridge.accept(allLines([tick, tick, tick]), T0 + 5_000)).toEqual(tick.lines);
  });

  test('without a reopening nothing is ever dropped', () => {
    const bridge = createSinceBridge();
    const tick = event(T0, 'tick');
    expect(bridge.accept(allLines([tick, tick]), T0)).toHaveLength(2);
    expect(bridge.accept(allLines([tick]), T0)).toHaveLength(1);
  });

  test('continuation lines belong to their event', () => {
    const bridge = createSinceBridge();
    const first = event(T0, 'Error: a', ['    at x', '    at y']);
    const second = event(T0 + 1_000, 'Error: b', ['    at x', '    at y']);
    bridge.accept(allLines([first]), T0);
    bridge.accept(second.lines.slice(0, 2), T0 + 1_000);
    bridge.reopened();
    expect(bridge.accept(allLines([first, second]), T0 + 9_000)).toEqual(['    at y']);
  });

  test('a late line of before the cut is new', () => {
    const bridge = createSinceBridge();
    bridge.accept(allLines([event(T0, 'a'), event(T0 + 5_000, 'c')]), T0 + 5_000);
    bridge.reopened();
    const late = event(T0 + 2_000, 'b');
    expect(bridge.accept(allLines([event(T0, 'a'), late, event(T0 + 5_000, 'c')]), T0 + 9_000)).toEqual(late.lines);
  });

  test('a log without stamps that starts over', () => {
    const bridge = createSinceBridge({ replaysAll: true });
    const lines = ['step 1', 'ok', 'step 2', 'ok'];
    bridge.accept(lines, T0);
    bridge.reopened();
    expect(bridge.accept([...lines, 'ok', 'step 3'], T0 + 3_600_000)).toEqual(['ok', 'step 3']);
  });

  test('unstamped lines: once the new ones begin, nothing more is dropped', () => {
    const bridge = createSinceBridge();
    bridge.accept(['a', 'b', 'a'], T0);
    bridge.reopened();
    expect(bridge.accept(['b', 'a', 'new', 'a', 'b'], T0 + 1_000)).toEqual(['new', 'a', 'b']);
  });

  test('memory is bounded, in time and in number', () => {
    const bridge = createSinceBridge({ capacity: 100 });
    for (let i = 0; i < 5_000; i++) bridge.accept(allLines([event(T0 + i, `line ${i}`)]), T0 + i);
    bridge.reopened();
    const repeated = bridge.accept(allLines([event(T0 + 4_999, 'line 4999'), event(T0, 'line 0')]), T0 + 5_000);
    // The forgotten one comes twice: doubling is the lesser evil.
    expect(repeated).toEqual(event(T0, 'line 0').lines);
  });
});

/** A server with a clock of its own: replays everything since, then goes on; the client is cut off anywhere. */
describe('a random log, cut anywhere, comes out exactly once', () => {
  const message = fc.constantFrom('tick', 'GET /', 'tock');
  const source = fc
    .array(
      fc.record({
        gap: fc.nat({ max: 4_000 }),
        message,
        more: fc.array(fc.constantFrom('  at a', '  at b'), { maxLength: 2 }),
      }),
      {
        minLength: 1,
        maxLength: 60,
      },
    )
    .map((steps) => {
      let at = T0;
      return steps.map((step) => {
        at += step.gap;
        return event(at, step.message, step.more);
      });
    });
  const cut = fc.record({ after: fc.nat({ max: 80 }), offline: fc.nat({ max: 60_000 }) });

  type Cut = { readonly after: number; readonly offline: number };

  function follow(events: readonly Event[], cuts: readonly Cut[], skew: number): string[] {
    const bridge = createSinceBridge();
    const output: string[] = [];
    let clientNow = T0 - skew;
    let from = Number.NEGATIVE_INFINITY;
    for (const { after, offline } of [...cuts, { after: Number.POSITIVE_INFINITY, offline: 0 }]) {
      let left = after;
      for (const { at, lines } of events.filter((entry) => entry.at >= from)) {
        clientNow = Math.max(clientNow, at - skew);
        for (const line of lines) if (left-- > 0) output.push(...bridge.accept([line], clientNow));
        if (left <= 0) break;
      }
      clientNow += offline;
      const since = bridge.sinceMs(clientNow);
      from = since === undefined ? Number.NEGATIVE_INFINITY : clientNow + skew - since;
      bridge.reopened();
    }
    return output;
  }

  // Stamps are cut to the second, so the margin of 15 s leaves room for clocks 14 s apart.
  test('any backlog, clocks up to 14 s apart', () => {
    const skew = fc.integer({ min: -14_000, max: 14_000 });
    fc.assert(
      fc.property(source, fc.array(cut, { maxLength: 4 }), skew, (events, cuts, apart) => {
        expect(follow(events, cuts, apart)).toEqual(allLines(events));
      }),
      { numRuns: 2_000 },
    );
  });

  test('clocks an hour apart, once a line has come live', () => {
    const skew = fc.integer({ min: -3_600_000, max: 3_600_000 });
    fc.assert(
      fc.property(source, fc.array(cut, { maxLength: 4 }), skew, (events, cuts, apart) => {
        const [first, ...later] = cuts;
        const live = first ? [{ ...first, after: first.after + 1 }, ...later] : [];
        expect(follow(events, live, apart)).toEqual(allLines(events));
      }),
      { numRuns: 2_000 },
    );
  });
});

test('a busy stream costs next to nothing', () => {
  const bridge = createSinceBridge();
  const started = ownTime();
  for (let batch = 0; batch < 300; batch++) {
    const at = T0 + batch * 100;
    bridge.accept(
      Array.from({ length: 100 }, (_, i) => `${second(at)} service/web/web-1 request ${batch * 100 + i} took 12 ms`),
      at,
    );
  }
  // 30,000 lines: ten seconds of the firehose of budget P9.
  expect(ownTime() - started).toBeLessThan(1_500);
});

test('very long lines: the oldest are forgotten before they fill the memory, and may then appear twice', () => {
  const bridge = createSinceBridge({ maxUnits: 50_000 });
  const lines = Array.from({ length: 10 }, (_, at) => `${second(T0 + at * 1_000)} line ${at} ${'x'.repeat(10_000)}`);
  expect(bridge.accept(lines, T0 + 10_000)).toEqual(lines);
  bridge.reopened();
  const again = bridge.accept(lines, T0 + 11_000);
  expect(again).toEqual(lines.slice(0, 6));
});
