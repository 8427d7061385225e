import { setTimeout as delay } from 'node:timers/promises';
import { absoluteResult, type Benchmark, expectThat } from '../support/benchmark.ts';
import { leave, openDashboard } from '../support/dashboard-program.ts';
import { logFigures, openAppLog, settled } from '../support/log-program.ts';
import { cpuTimeMs } from '../support/process-usage.ts';
import { startSimulatorProcess } from '../support/simulator-process.ts';
import { withHome } from '../support/whole-process.ts';

const BUDGET_PERCENT = 20;
const RATE = 3_000;
const SETTLE_MS = 5_000;
const WINDOW_MS = 20_000;

/** P9: a firehose is followed at the pace of the eye, and what does not fit is counted, never lost without a word. */
export const logFirehose: Benchmark = {
  id: 'P9',
  title: `following ${RATE} log lines a second`,
  run: () =>
    withHome(async (home) => {
      const rack = await startSimulatorProcess({ logRate: RATE });
      try {
        const terminal = openDashboard({ home, rackUrl: rack.rackUrl, args: ['apps'] });
        try {
          await openAppLog(terminal);
          await delay(SETTLE_MS);
          const lines = (await rack.lines()).lines;
          const used = cpuTimeMs(terminal.pid);
          const begin = performance.now();
          await delay(WINDOW_MS);
          const elapsed = performance.now() - begin;
          const share = ((cpuTimeMs(terminal.pid) - used) / elapsed) * 100;
          const rate = ((await rack.lines()).lines - lines) / (elapsed / 1_000);
          expectThat(rate > RATE * 0.9, `only ${rate.toFixed(0)} lines a second were sent`);
          expectThat(/following/.test(terminal.screen()), `not following:\n${terminal.screen()}`);

          await rack.freeze();
          const sent = await rack.finalLines();
          expectThat(sent.sockets === 1, `${sent.sockets} log sockets`);
          const { kept, dropped } = await settled(terminal, sent.lines);
          return [
            absoluteResult({
              what: 'share of one core',
              figure: share,
              unit: '%',
              budget: BUDGET_PERCENT,
              note: `over ${WINDOW_MS / 1_000} s at ${rate.toFixed(0)} lines/s; ${logFigures({ kept, dropped, sent: sent.lines })}`,
            }),
            absoluteResult({
              what: 'lines neither kept nor counted as dropped',
              figure: Math.abs(sent.lines - kept - dropped),
              unit: 'lines',
              budget: 0,
              note: 'sent by the rack against the meter on screen',
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
