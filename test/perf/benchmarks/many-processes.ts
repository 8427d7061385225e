import { absoluteResult, type Benchmark, expectThat } from '../support/benchmark.ts';
import { leave, openDashboard, position } from '../support/dashboard-program.ts';
import { fetchText } from '../support/fetch-text.ts';
import { startSimulatorProcess } from '../support/simulator-process.ts';
import { median, spread } from '../support/statistics.ts';
import { withHome } from '../support/whole-process.ts';

const BUDGET_MS = 500;
const PROCESSES = 2_000;
const ROUNDS = 9;

/** P4: from the start of the program to painted rows of a rack with 2,000 processes. */
export const manyProcesses: Benchmark = {
  id: 'P4',
  title: `first rows of a rack with ${PROCESSES} processes`,
  run: () =>
    withHome(async (home) => {
      const rack = await startSimulatorProcess({ processes: PROCESSES });
      const server: number[] = [];
      const painted: number[] = [];
      try {
        for (let round = -1; round < ROUNDS; round += 1) {
          const asked = performance.now();
          await fetchText(rack.rackUrl, '/system/processes?all=true');
          const answered = performance.now() - asked;
          const begin = performance.now();
          const terminal = openDashboard({ home, rackUrl: rack.rackUrl, args: ['processes'] });
          const screen = await terminal.waitFor((text) => (position(text)?.of ?? 0) > 0);
          const ms = performance.now() - begin;
          await leave(terminal);
          expectThat(position(screen)?.of === PROCESSES, `not ${PROCESSES} rows:\n${screen}`);
          expectThat(
            (screen.match(/(running|crashed|starting|pending)/g) ?? []).length > 40,
            `no full table:\n${screen}`,
          );
          // The first round fills the compile cache.
          if (round < 0) continue;
          painted.push(ms);
          server.push(answered);
        }
      } finally {
        await rack.stop();
      }
      return [
        absoluteResult({
          what: 'start to painted rows',
          figure: median(painted),
          unit: 'ms',
          budget: BUDGET_MS,
          note: `median; ${spread(painted)} ms; the rack's own part, one plain request, ${median(server).toFixed(0)} ms`,
        }),
      ];
    }),
};
