import type { LogFollow, LogFollowOptions, LogMeter } from '../../../src/live/log-follow.ts';
import { LogRing } from '../../../src/live/log-ring.ts';
import { LogView } from '../../../src/ui/log/log-view.ts';
import { absoluteResult, type Benchmark, type BenchmarkResult, expectThat } from '../support/benchmark.ts';
import { logLines } from '../support/log-lines.ts';
import { quantile, spread } from '../support/statistics.ts';

const BUDGET_MS = 50;
const LINES = 100_000;
const EVERY = 97;
const PRESSES = 200;
const COLUMNS = 180;
const ROWS = 46;
const NEEDLE = 'deadlock detected';
const FROM = Date.parse('2026-01-05T10:00:00Z');

/** P10: from a key to drawn rows, with a full buffer. In process: index, state machine and drawing without Ink. */
export const logSearch: Benchmark = {
  id: 'P10',
  title: `search next/previous in ${LINES} buffered log lines`,
  run: async () => [await inProcess()],
};

async function inProcess(): Promise<BenchmarkResult> {
  const ring = filledRing();
  const view = new LogView({
    follow: new StandingFollow(ring),
    opened: { sinceMs: 300_000, follow: true, capacity: LINES },
    title: 'logs shop',
    single: false,
    look: { colorDepth: 2, unicode: true, screenReader: false },
    now: () => FROM + 3_600_000,
  });
  view.rows(COLUMNS, ROWS);
  const begin = performance.now();
  const problem = view.submit('search', NEEDLE);
  expectThat(problem === undefined && view.rows(COLUMNS, ROWS).join('\n').includes(NEEDLE), 'no hit on screen');
  const first = performance.now() - begin;

  const times: number[] = [];
  let previous = view.rows(COLUMNS, ROWS).join('\n');
  for (let press = 0; press < PRESSES; press += 1) {
    const pressed = performance.now();
    const done = view.command(press < PRESSES / 2 ? 'log.previous' : 'log.next');
    const screen = view.rows(COLUMNS, ROWS).join('\n');
    times.push(performance.now() - pressed);
    expectThat(done && screen !== previous, `press ${press} moved nowhere`);
    previous = screen;
  }
  const hits = countHits(ring).toLocaleString('en-US');
  const status = view
    .status()
    .map(({ text }) => text)
    .join('');
  expectThat(status.includes(`/${hits}`), `the status does not count ${hits} hits: ${status}`);
  return absoluteResult({
    what: 'next/previous, key to rows, in process, p95',
    figure: quantile(times, 0.95),
    unit: 'ms',
    budget: BUDGET_MS,
    note: `${spread(times)} ms; the search itself (index of all lines) ${first.toFixed(0)} ms`,
  });
}

function filledRing(): LogRing {
  const ring = new LogRing(LINES);
  // A tenth falls off, so that the ring is one that has wrapped.
  for (const line of logLines({ count: LINES * 1.1, from: FROM, every: EVERY, needle: NEEDLE })) ring.push(line);
  return ring;
}

function countHits(ring: LogRing): number {
  let hits = 0;
  for (let at = ring.first; at < ring.end; at += 1) if (ring.raw(at)?.includes(NEEDLE)) hits += 1;
  return hits;
}

/** A follow whose log stands still. */
class StandingFollow implements LogFollow {
  readonly #ring: LogRing;
  readonly #meter: LogMeter;

  constructor(ring: LogRing) {
    this.#ring = ring;
    this.#meter = {
      link: { kind: 'live' },
      received: ring.end,
      dropped: ring.dropped,
      linesPerSecond: 0,
      lagMs: 0,
      version: 1,
    };
  }

  get first(): number {
    return this.#ring.first;
  }

  get end(): number {
    return this.#ring.end;
  }

  line(sequence: number) {
    return this.#ring.line(sequence);
  }

  raw(sequence: number) {
    return this.#ring.raw(sequence);
  }

  get(): LogMeter {
    return this.#meter;
  }

  subscribe(): () => void {
    return () => undefined;
  }

  restart(_options: LogFollowOptions): void {}

  dispose(): void {}
}
