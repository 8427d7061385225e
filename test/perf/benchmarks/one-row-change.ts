import { startSimulator } from '../../../src/simulator/simulator.ts';
import { absoluteResult, type Benchmark, expectThat } from '../support/benchmark.ts';
import { leave, openDashboard, position, quiet } from '../support/dashboard-program.ts';
import { median, spread } from '../support/statistics.ts';
import { withHome } from '../support/whole-process.ts';

const BUDGET_BYTES = 1_000;
const PROCESSES = 200;
const ROUNDS = 8;

/** P7: over SSH, a row that changes costs a row and not a screen. The simulator runs here, so that one process can be changed. */
export const oneRowChange: Benchmark = {
  id: 'P7',
  title: 'bytes for a change of one row',
  run: () =>
    withHome(async (home) => {
      const simulator = await startSimulator({
        lively: false,
        withGateway: false,
        withConsole: false,
        processes: PROCESSES,
      });
      try {
        const [rack] = simulator.racks;
        const [endpoint] = simulator.endpoints;
        expectThat(rack !== undefined && endpoint?.kind === 'direct', 'no direct rack');
        const terminal = openDashboard({ home, rackUrl: endpoint.url, args: ['processes'] });
        try {
          const screen = await terminal.waitFor((text) => position(text)?.of === PROCESSES && /live/.test(text));
          const shown = [...rack.pods.values()].filter((pod) => screen.includes(pod.id) && pod.fate.kind === 'healthy');
          expectThat(shown.length >= ROUNDS, `only ${shown.length} steady processes on screen`);
          const frames: number[] = [];
          const everything: number[] = [];
          for (const [index, pod] of shown.slice(0, ROUNDS).entries()) {
            await quiet(terminal);
            const release = `RCHANGED${String(index).padStart(3, '0')}`;
            const before = terminal.bytes;
            let frame = 0;
            terminal.onOutput = (data) => {
              if (data.includes(release)) frame += Buffer.byteLength(data);
            };
            rack.change(() => {
              pod.release = release;
            });
            await terminal.waitFor(release);
            terminal.onOutput = undefined;
            expectThat(frame > 0, 'the change came in pieces');
            frames.push(frame);
            everything.push(terminal.bytes - before);
          }
          return [
            absoluteResult({
              what: 'the frame that shows the change',
              figure: Math.max(...frames),
              unit: 'bytes',
              budget: BUDGET_BYTES,
              note: `largest of ${spread(frames)}; all bytes until then, the clock's included, median ${median(everything)}`,
            }),
          ];
        } finally {
          await leave(terminal);
        }
      } finally {
        await simulator.close();
      }
    }),
};
