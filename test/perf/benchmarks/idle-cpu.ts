import { setTimeout as delay } from 'node:timers/promises';
import { absoluteResult, type Benchmark, expectThat } from '../support/benchmark.ts';
import { leave, openDashboard, position } from '../support/dashboard-program.ts';
import { cpuTimeMs } from '../support/process-usage.ts';
import { startSimulatorProcess } from '../support/simulator-process.ts';
import { withHome } from '../support/whole-process.ts';

const BUDGET_PERCENT = 1.5;
const SETTLE_MS = 8_000;
const WINDOW_MS = 40_000;

/** P8: left open in a corner it costs next to nothing, though its table is polled at full pace and values move. */
export const idleCpu: Benchmark = {
  id: 'P8',
  title: 'CPU of one visible table that is polled',
  run: () =>
    withHome(async (home) => {
      const rack = await startSimulatorProcess();
      try {
        const terminal = openDashboard({ home, rackUrl: rack.rackUrl, args: ['processes'] });
        try {
          await terminal.waitFor((screen) => position(screen) !== undefined && /live/.test(screen));
          await delay(SETTLE_MS);
          const before = terminal.screen();
          const bytes = terminal.bytes;
          const used = cpuTimeMs(terminal.pid);
          const begin = performance.now();
          await delay(WINDOW_MS);
          const share = ((cpuTimeMs(terminal.pid) - used) / (performance.now() - begin)) * 100;
          const rows = position(terminal.screen())?.of ?? 0;
          expectThat(terminal.screen() !== before, 'nothing moved: it was not polled');
          expectThat(/live (now|[1-9]s)/.test(terminal.screen()), `not live:\n${terminal.screen()}`);
          return [
            absoluteResult({
              what: 'share of one core',
              figure: share,
              unit: '%',
              budget: BUDGET_PERCENT,
              note: `over ${WINDOW_MS / 1_000} s, ${rows} rows, ${((terminal.bytes - bytes) / WINDOW_MS).toFixed(2)} kB/s written`,
            }),
          ];
        } finally {
          await leave(terminal);
        }
      } finally {
        await rack.stop();
      }
    }),
};
