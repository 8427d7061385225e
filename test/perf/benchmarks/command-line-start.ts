import { type Benchmark, expectThat, ratioResult } from '../support/benchmark.ts';
import { fetchText } from '../support/fetch-text.ts';
import { startSimulatorProcess } from '../support/simulator-process.ts';
import { median, spread } from '../support/statistics.ts';
import { alternate, LAUNCHER, type TimedRun, timeBareNode, timeProcess, withHome } from '../support/whole-process.ts';

const BUDGET = 3.5;
const ROUNDS = 25;

interface Listing {
  readonly schema: string;
  readonly items: readonly { readonly name: string; readonly release: string }[];
}

/**
 * P3: a printed view, held against Node itself plus what the rack needs to answer. The rack's share is taken with plain
 * `node:http` on fresh connections: the same requests at the same time as the view sends.
 */
export const commandLineStart: Benchmark = {
  id: 'P3',
  title: 'time of `apps --json` against a rack on loopback',
  run: () =>
    withHome(async (HOME) => {
      const rack = await startSimulatorProcess();
      try {
        const names = appNames(await fetchText(rack.rackUrl, '/apps'));
        const runs = await alternate(ROUNDS, {
          bare: timeBareNode,
          server: () => serverTime(rack.rackUrl),
          apps: () => timeProcess([LAUNCHER, 'apps', '--json'], { HOME, RACK_URL: rack.rackUrl }),
        });
        for (const run of runs.apps) checkListing(run, names);
        const times = runs.apps.map(({ ms }) => ms);
        const server = median(runs.server);
        const bare = median(runs.bare.map(({ ms }) => ms));
        // The budget is a multiple of Node's own start; the server's time is taken off before it is held against that.
        return [
          ratioResult({
            what: '`apps --json`, server time taken off',
            figure: median(times) - server,
            unit: 'ms',
            floor: { figure: bare, what: 'node -e 0' },
            budget: BUDGET,
            note: `whole command ${median(times).toFixed(1)} ms (${spread(times)}), server ${server.toFixed(1)} ms, medians`,
          }),
        ];
      } finally {
        await rack.stop();
      }
    }),
};

function checkListing(run: TimedRun, names: readonly string[]): void {
  expectThat(run.code === 0, `exit ${run.code}: ${run.stderr}`);
  const listing = JSON.parse(run.stdout) as Listing;
  expectThat(listing.schema === 'rackdeck/apps@1', `schema ${listing.schema}`);
  const listed = listing.items.map(({ name }) => name).sort();
  expectThat(JSON.stringify(listed) === JSON.stringify(names), `apps ${listed.join(' ')} and not ${names.join(' ')}`);
}

function appNames(json: string): readonly string[] {
  return (JSON.parse(json) as readonly { name: string }[]).map(({ name }) => name).sort();
}

/** The three reads of the apps view, side by side, in ms. */
async function serverTime(rackUrl: string): Promise<number> {
  const begin = performance.now();
  await Promise.all(['/apps', '/system/processes?all=true', '/system'].map((path) => fetchText(rackUrl, path)));
  return performance.now() - begin;
}
