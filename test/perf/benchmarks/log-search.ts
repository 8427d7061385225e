import type { LogFollow, LogFollowOptions, LogMeter } from '../../../src/live/log-follow.ts';
import { LogRing } from '../../../src/live/log-ring.ts';
import { LogView } from '../../../src/ui/log/log-view.ts';
import { absoluteResult, type Benchmark, type BenchmarkResult, expectThat } from '../support/benchmark.ts';
import { keyLatency, leave, openDashboard } from '../support/dashboard-program.ts';
import { logLines } from '../support/log-lines.ts';
import { openAppLog, untilKept } from '../support/log-program.ts';
import { startSimulatorProcess } from '../support/simulator-process.ts';
import { median, quantile, spread } from '../support/statistics.ts';
import { withHome } from '../support/whole-process.ts';

const BUDGET_MS = 50;
const LINES = 100_000;
const EVERY = 97;
const PRESSES = 200;
const COLUMNS = 180;
const ROWS = 46;
const FILL_RATE = 8_000;
const WRITTEN = 'Deadlocked';
const NEEDLE = 'deadlock detected';
const FROM = Date.parse('2026-01-05T10:00:00Z');

/** P10: from a key to drawn rows, with a full buffer. In process: index, state machine and drawing without Ink; and through the terminal. */
export const logSearch: Benchmark = {
  id: 'P10',
  title: `search next/previous in ${LINES} buffered log lines`,
  run: async () => [await inProcess(), await throughTerminal()],
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

/** The same in the real program: what a person waits for. The words are those of an error that the simulator writes. */
async function throughTerminal(): Promise<BenchmarkResult> {
  return withHome(async (home) => {
    const rack = await startSimulatorProcess({ logRate: FILL_RATE });
    try {
      const terminal = openDashboard({ home, rackUrl: rack.rackUrl, args: ['apps'] });
      try {
        await openAppLog(terminal);
        await untilKept(terminal, LINES);
        await rack.freeze();
        await rack.finalLines();
        terminal.press('/');
        await terminal.waitFor(/^ \/(?:$|\s)/m);
        terminal.type(WRITTEN);
        await terminal.waitFor(new RegExp(`^ /${WRITTEN}`, 'm'));
        terminal.press('enter');
        const found = hits(await terminal.waitFor((screen) => hits(screen) !== undefined));
        expectThat(found !== undefined && found.of > PRESSES, `too few hits:\n${terminal.screen()}`);
        const times: number[] = [];
        for (let press = 0; press < PRESSES; press += 1) {
          const backwards = press < PRESSES / 2;
          const before = hits(terminal.screen())?.at ?? 0;
          times.push(await keyLatency(terminal, () => terminal.press(backwards ? 'N' : 'n')));
          await terminal.waitFor((screen) => hits(screen)?.at === before + (backwards ? -1 : 1));
        }
        return absoluteResult({
          what: 'next/previous, key to bytes written, p95',
          figure: quantile(times, 0.95),
          unit: 'ms',
          budget: BUDGET_MS,
          note: `median ${median(times).toFixed(1)}, ${spread(times)} ms; ${found.of} hits`,
        });
      } finally {
        await leave(terminal);
      }
    } finally {
      await rack.stop();
    }
  });
}

/** `/Deadlocked 1,204/1,310` of the status line. */
function hits(screen: string): { readonly at: number; readonly of: number } | undefined {
  const match = new RegExp(`/${WRITTEN} ([\\d,]+)/([\\d,]+)`).exec(screen);
  if (!match?.[1] || !match[2]) return undefined;
  return { at: Number(match[1].replaceAll(',', '')), of: Number(match[2].replaceAll(',', '')) };
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
