import type { Terminal } from '../../support/terminal.ts';
import { absoluteResult, type Benchmark, expectThat } from '../support/benchmark.ts';
import { keyLatency, leave, openDashboard, position } from '../support/dashboard-program.ts';
import { startSimulatorProcess } from '../support/simulator-process.ts';
import { median, quantile, spread } from '../support/statistics.ts';
import { withHome } from '../support/whole-process.ts';

const PROCESSES = 5_000;
const MOVE_BUDGET_MS = 10;
const FILTER_BUDGET_MS = 16;
const ROUNDS = 12;
/** Keys and where each leaves the cursor, from row `at` of `of`. */
const MOVES: readonly (readonly [key: string, to: (at: number, of: number) => number])[] = [
  ['j', (at) => at + 1],
  ['j', (at) => at + 1],
  ['down', (at) => at + 1],
  ['G', (_, of) => of],
  ['k', (at) => at - 1],
  ['up', (at) => at - 1],
  ['g', () => 1],
  ['j', (at) => at + 1],
  ['k', (at) => at - 1],
];
const WORDS = ['web', 'crashed', 'worker', 'running'];

/** P5: a key moves at once, however long the table, also while the table is polled. */
export const keyToBytes: Benchmark = {
  id: 'P5',
  title: `a key in a table of ${PROCESSES} rows at 180x50`,
  run: () =>
    onLongTable(async (terminal) => {
      const times: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const [key, to] of MOVES) {
          const before = position(terminal.screen());
          expectThat(before !== undefined, `no position on screen:\n${terminal.screen()}`);
          times.push(await keyLatency(terminal, () => terminal.press(key)));
          const wanted = to(before.at, before.of);
          await terminal.waitFor((screen) => position(screen)?.at === wanted);
        }
      }
      return absoluteResult({
        what: 'key to bytes written, p95',
        figure: quantile(times, 0.95),
        unit: 'ms',
        budget: MOVE_BUDGET_MS,
        note: `median ${median(times).toFixed(1)}, ${spread(times)} ms, the way through the terminal included`,
      });
    }),
};

/** P6: each character of a filter narrows the table before the next is typed. */
export const filterKeystroke: Benchmark = {
  id: 'P6',
  title: `a filter keystroke over ${PROCESSES} rows`,
  run: () =>
    onLongTable(async (terminal) => {
      const times: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const word = WORDS[round % WORDS.length] ?? 'web';
        terminal.press('/');
        await terminal.waitFor(/^ \//m);
        for (let length = 1; length <= word.length; length += 1) {
          times.push(await keyLatency(terminal, () => terminal.type(word[length - 1] ?? '')));
          await terminal.waitFor((screen) => screen.includes(` /${word.slice(0, length)}`));
        }
        terminal.press('enter');
        const narrowed = await terminal.waitFor(
          (screen) => screen.includes(`/${word}`) && position(screen) !== undefined,
        );
        const rows = position(narrowed)?.of ?? 0;
        expectThat(rows > 0 && rows < PROCESSES, `${rows} rows match ${word}`);
        terminal.press('escape');
        await terminal.waitFor((screen) => position(screen)?.of === PROCESSES);
      }
      return absoluteResult({
        what: 'filter key to bytes written, p95',
        figure: quantile(times, 0.95),
        unit: 'ms',
        budget: FILTER_BUDGET_MS,
        note: `median ${median(times).toFixed(1)}, ${spread(times)} ms, the way through the terminal included`,
      });
    }),
};

/** The world stands still, so that what is written after a key is its answer; the table is polled as ever. */
async function onLongTable<T>(work: (terminal: Terminal) => Promise<T>): Promise<T[]> {
  return withHome(async (home) => {
    const rack = await startSimulatorProcess({ processes: PROCESSES });
    try {
      await rack.freeze();
      const terminal = openDashboard({ home, rackUrl: rack.rackUrl, args: ['processes'] });
      try {
        await terminal.waitFor((screen) => position(screen)?.of === PROCESSES);
        return [await work(terminal)];
      } finally {
        await leave(terminal);
      }
    } finally {
      await rack.stop();
    }
  });
}
