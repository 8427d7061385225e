import { absoluteResult, type Benchmark, expectThat } from '../support/benchmark.ts';
import { leave, openDashboard, position } from '../support/dashboard-program.ts';
import { goToApps, logFigures, openAppLog, untilKept } from '../support/log-program.ts';
import { peakMemoryMiB, residentMemoryMiB } from '../support/process-usage.ts';
import { startSimulatorProcess } from '../support/simulator-process.ts';
import { withHome } from '../support/whole-process.ts';

const BUDGET_MIB = 180;
const PROCESSES = 2_000;
const LINES = 100_000;
const RATE = 6_000;

/** P11: a long table behind a full log. */
export const peakMemory: Benchmark = {
  id: 'P11',
  title: `peak memory with ${PROCESSES} processes and ${LINES} log lines`,
  run: () =>
    withHome(async (home) => {
      const rack = await startSimulatorProcess({ processes: PROCESSES, logRate: RATE });
      try {
        const terminal = openDashboard({ home, rackUrl: rack.rackUrl, args: ['processes'] });
        try {
          await terminal.waitFor((screen) => position(screen)?.of === PROCESSES);
          const table = residentMemoryMiB(terminal.pid);
          await goToApps(terminal);
          await openAppLog(terminal);
          const meter = await untilKept(terminal, LINES);
          const { lines: sent } = await rack.lines();
          expectThat(meter.kept === LINES, `${meter.kept} lines in the buffer`);
          return [
            absoluteResult({
              what: 'peak resident memory',
              figure: peakMemoryMiB(terminal.pid),
              unit: 'MiB',
              budget: BUDGET_MIB,
              note: `with the table alone ${table.toFixed(0)}, at the end ${residentMemoryMiB(terminal.pid).toFixed(0)} MiB; ${logFigures({ ...meter, sent })}`,
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
