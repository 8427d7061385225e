import { setTimeout as delay } from 'node:timers/promises';
import { startSimulator } from '../../../src/simulator/simulator.ts';
import { Home } from '../../support/home.ts';
import { type Benchmark, expectThat, ratioResult } from '../support/benchmark.ts';
import { leave, openDashboard, position } from '../support/dashboard-program.ts';

const FEW_APPS = 6;
const MANY_APPS = 60;
const FEW_RACKS = 2;
const MANY_RACKS = 4;
const SETTLE_MS = 5_000;
const WINDOW_MS = 30_000;
/** Jitter of the polls and the ends of the window. */
const TOLERANCE = 1.2;

/** P12: a board of ten times the apps costs a rack no request more. The simulators run here: their request logs are counted. */
export const requestBudget: Benchmark = {
  id: 'P12',
  title: 'requests a minute on the landing screen',
  run: async () => {
    // Side by side: only counts are measured.
    const [small, appy, racky] = await Promise.all([
      requestsPerMinute(FEW_RACKS, FEW_APPS),
      requestsPerMinute(FEW_RACKS, MANY_APPS),
      requestsPerMinute(MANY_RACKS, FEW_APPS),
    ]);
    const floor = { figure: small, what: `${FEW_RACKS} racks x ${FEW_APPS} apps` };
    return [
      ratioResult({
        what: `${FEW_RACKS} racks x ${MANY_APPS} apps`,
        figure: appy,
        unit: 'requests/min',
        floor,
        budget: TOLERANCE,
        note: `counted over ${WINDOW_MS / 1_000} s; independent of the apps`,
      }),
      ratioResult({
        what: `${MANY_RACKS} racks x ${FEW_APPS} apps`,
        figure: racky,
        unit: 'requests/min',
        floor,
        budget: (MANY_RACKS / FEW_RACKS) * TOLERANCE,
        note: 'grows with the racks and no faster',
      }),
    ];
  },
};

async function requestsPerMinute(racks: number, apps: number): Promise<number> {
  const simulators = await Promise.all(
    Array.from({ length: racks }, () => startSimulator({ apps, withGateway: false, withConsole: false })),
  );
  const home = new Home();
  try {
    for (const [index, { endpoints }] of simulators.entries()) {
      const [first] = endpoints;
      expectThat(first?.kind === 'direct', 'no direct rack');
      home.directRack(`rack-${index}`, first.url);
    }
    const sent = () => simulators.reduce((sum, { requests }) => sum + requests.length, 0);
    const terminal = openDashboard({ home: home.path });
    try {
      await terminal.waitFor((screen) => position(screen)?.of === racks * apps && /live/.test(screen));
      await delay(SETTLE_MS);
      const before = sent();
      await delay(WINDOW_MS);
      const count = sent() - before;
      expectThat(count >= racks * 2, `only ${count} requests: the board was not polled`);
      for (const { requests } of simulators) {
        expectThat(requests.length > 2, 'a rack was left out');
      }
      return count * (60_000 / WINDOW_MS);
    } finally {
      await leave(terminal);
    }
  } finally {
    home.remove();
    await Promise.all(simulators.map((simulator) => simulator.close()));
  }
}
