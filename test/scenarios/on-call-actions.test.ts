import { afterEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import type { SimulatedRack } from '../../src/simulator/world/simulated-rack.ts';
import { gatewayOf, Home } from '../support/home.ts';
import { KeyBudget } from '../support/key-budget.ts';
import { answer } from '../support/question.ts';
import { QUICK } from '../support/quick-rack.ts';
import { Terminal } from '../support/terminal.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const ADMIN = 'admin@example.com';

interface Night {
  readonly simulator: Simulator;
  readonly rack: SimulatedRack;
  readonly terminal: Terminal;
  readonly keys: KeyBudget;
  /** What changed something, as the gateway saw it. */
  readonly mutations: () => readonly string[];
}

interface NightOptions {
  readonly size: readonly [columns: number, rows: number];
  /** Keys before the question that confirms. */
  readonly most: number;
  readonly worst: RegExp;
  readonly incident?: string;
  readonly prepare?: (rack: SimulatedRack) => void;
  /** Does the session have an open step-up window? */
  readonly stepUp?: boolean;
}

/** Paged: one rack behind a gateway, its admin, the landing screen. */
async function paged({
  size: [columns, rows],
  most,
  worst,
  incident,
  prepare,
  stepUp = true,
}: NightOptions): Promise<Night> {
  const simulator = await startSimulator({ withConsole: false, timings: QUICK, ...(incident ? { incident } : {}) });
  cleanUps.push(() => simulator.close());
  const [rack] = simulator.racks;
  if (!rack) throw new Error('The simulator has no rack');
  prepare?.(rack);
  const gateway = gatewayOf(simulator);
  const { token } = gateway.issueSession(ADMIN, { stepUp });
  const home = new Home().gateway('acme', gateway.url, token, ADMIN);
  cleanUps.push(() => home.remove());
  const terminal = Terminal.open({ home: home.path, columns, rows });
  cleanUps.push(() => terminal.close());
  await terminal.waitFor(worst);
  const mutations = () =>
    simulator.requests
      .filter(({ server, method, path }) => server === 'gateway' && method !== 'GET' && !path.includes('/auth/'))
      .map(({ method, path }) => `${method} ${path.replace('/api/v1/rack-proxy', '')}`);
  return { simulator, rack, terminal, keys: new KeyBudget(terminal, most), mutations };
}

/** The password of the queue is right again; the workers that crashed wait in their back-off all the same. */
function causeRemoved(rack: SimulatedRack): void {
  rack.change(() => {
    const worker = rack.apps.get('notify')?.services.get('worker');
    if (worker) worker.fate = 'healthy';
  });
}

describe.each([
  [80, 24],
  [200, 60],
] as const)('on-call questions that change something at %ix%i', (...size) => {
  const isSmall = size[0] === 80;

  it("8: roll back to the last release that stayed healthy, keeping today's env? Four keys and the confirmation", async () => {
    const { rack, terminal, keys, mutations } = await paged({
      size,
      most: 4,
      worst: /> acme +checkout +x /,
      incident: 'bad-promote',
    });
    const app = rack.apps.get('checkout');
    const { deploy, release } = app ?? {};
    keys.press('a');
    await terminal.waitFor(/ b {2}Roll back/);
    keys.press('b');
    const preview = (await terminal.waitFor(/\? waits for you/)).replace(/\s+/g, ' ');
    // The one that served until the bad promote, with the reason, and the environment of today.
    expect(preview).toContain(`Roll checkout back to ${release} on acme`);
    expect(preview).toContain(`the environment of ${deploy?.release}, which runs`);
    expect(preview).toContain(`The deploy of ${deploy?.release} is cut short.`);
    expect(keys.used).toBeLessThanOrEqual(4);
    expect(mutations()).toEqual([]);

    await answer(terminal, 'enter', /Verifying|Verified/);
    await terminal.waitFor(/\+ Release R\w+ made|- Release R\w+ made/);
    const made = app?.releases.at(-1);
    expect(mutations()).toEqual(['POST /apps/checkout/releases', `POST /apps/checkout/releases/${made?.id}/promote`]);
    const before = app?.releases.find(({ id }) => id === release);
    const bad = app?.releases.find(({ id }) => id === deploy?.release);
    expect(made).toMatchObject({ build: before?.build, env: bad?.env });
    if (!isSmall) return;
    // Two looks that agree; then it is watched on.
    await terminal.waitFor(new RegExp(`checkout runs ${made?.id}: every\\s+process is on it`), 40_000);
    await terminal.waitFor(/Watching for trouble, ends in/);
    terminal.press('escape');
    await terminal.waitFor(/checkout +\+ running/);
  }, 60_000);

  it('9: restart a service and see it come back? Four keys and the confirmation', async () => {
    const { rack, terminal, keys, mutations } = await paged({
      size,
      most: 4,
      worst: /> acme +notify +[x!] /,
      incident: 'crash-loop',
      prepare: causeRemoved,
    });
    keys.press('v');
    await terminal.waitFor(/> scheduler /);
    keys.press('j');
    await terminal.waitFor(/> worker +[23]\/4 /);
    keys.press('a');
    await terminal.waitFor(/ r {2}Restart service/);
    keys.press('r');
    await terminal.waitFor(/\? waits for you/);
    const old = rack.processes.filter(({ app, service }) => app === 'notify' && service === 'worker');
    expect(mutations()).toEqual([]);
    expect(keys.used).toBeLessThanOrEqual(4);

    await answer(terminal, 'y', /Sent, waiting|Verifying|Verified/);
    await terminal.waitFor(/\+ Verified\./, 30_000);
    expect(mutations()).toEqual(['POST /apps/notify/services/worker/restart']);
    const now = rack.processes.filter(({ app, service }) => app === 'notify' && service === 'worker');
    expect(now).toHaveLength(old.length);
    for (const { id } of old) expect(now.some((pod) => pod.id === id)).toBe(false);
    terminal.press('escape');
    await terminal.waitFor(new RegExp(`> worker +${old.length}/${old.length} `));
  }, 60_000);

  it('10: approve a waiting deploy with a one-time code? Three keys and the code', async () => {
    const { simulator, terminal, keys, mutations } = await paged({
      size,
      // The third one is the enter that asks for the code.
      most: 2,
      worst: /> acme +checkout +x /,
      stepUp: false,
    });
    keys.press('o');
    await terminal.waitFor(/> ! pending +billing +Speed up/);
    keys.press('p');
    const preview = await terminal.waitFor(/\? waits for you/);
    expect(preview).toMatch(/Approve the deploy of \w{10} to billing on acme/);
    await terminal.waitFor(/message +Speed up the search index/);
    // However narrow the screen, its beginning stands there.
    const id = /approval approve\s+([\w-]{8,18})/.exec(preview)?.[1] ?? 'none';
    expect(mutations()).toEqual([]);
    await answer(terminal, 'enter', /Code:/);
    expect(mutations()).toEqual([]);

    await answer(terminal, simulator.gateway?.totpCode(ADMIN) ?? '', /Code: \d{6}/);
    expect(terminal.screen()).toContain('code wanted');
    terminal.press('enter');
    await terminal.waitFor(/\+ Verified\. Approved; the request is approved\./);
    expect(mutations()).toEqual([
      expect.stringMatching(new RegExp(`^POST /api/v1/deploy-approval-requests/${id}[\\w-]+/approve$`)),
    ]);
    expect(keys.used).toBeLessThanOrEqual(2);
    terminal.press('escape');
    await terminal.waitFor(/> ~ approved +billing/);
  });
});
