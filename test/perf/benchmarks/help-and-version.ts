import { readFileSync } from 'node:fs';
import { type Benchmark, type BenchmarkResult, expectThat, ratioResult } from '../support/benchmark.ts';
import { median, spread } from '../support/statistics.ts';
import { alternate, LAUNCHER, timeBareNode, timeProcess, withHome } from '../support/whole-process.ts';

const BUDGET = 1.6;
const ROUNDS = 25;
const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** P2: questions that need no program must not load one. */
export const helpAndVersion: Benchmark = {
  id: 'P2',
  title: 'time of --version and --help',
  run: () =>
    withHome(async (HOME) => {
      const runs = await alternate(ROUNDS, {
        bare: timeBareNode,
        version: () => timeProcess([LAUNCHER, '--version'], { HOME }),
        help: () => timeProcess([LAUNCHER, '--help'], { HOME }),
      });
      for (const run of runs.version) expectThat(run.stdout === `${version}\n`, `--version printed ${run.stdout}`);
      for (const run of runs.help) {
        expectThat(run.stdout.includes('rackdeck --demo') && run.code === 0, `--help printed ${run.stdout}`);
      }
      const floor = median(runs.bare.map(({ ms }) => ms));
      const result = (what: string, times: readonly number[]): BenchmarkResult =>
        ratioResult({
          what,
          figure: median(times),
          unit: 'ms',
          floor: { figure: floor, what: 'node -e 0' },
          budget: BUDGET,
          note: `medians; ${spread(times)} ms`,
        });
      return [
        result(
          '--version',
          runs.version.map(({ ms }) => ms),
        ),
        result(
          '--help',
          runs.help.map(({ ms }) => ms),
        ),
      ];
    }),
};
