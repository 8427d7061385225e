import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import { Terminal } from '../../support/terminal.ts';

const NODE = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url));
const HOST = fileURLToPath(new URL('./ink-session-host.ts', import.meta.url));

async function dashboard(): Promise<{ terminal: Terminal; simulator: Simulator }> {
  const simulator = await startSimulator({ withGateway: false, withConsole: false, lively: false });
  const [found] = simulator.endpoints;
  if (found?.kind !== 'direct') throw new Error('expected a direct rack');
  const url = new URL(found.url);
  const pod = simulator.racks[0]?.processes.find(({ kind, fate }) => kind === 'service' && fate.kind === 'healthy');
  const terminal = Terminal.open({
    command: [NODE, HOST],
    env: {
      NODE_ENV: 'production',
      TEST_ENDPOINT: url.origin,
      TEST_AUTHORIZATION: `Basic ${Buffer.from(`${url.username}:${url.password}`).toString('base64')}`,
      TEST_APP: pod?.app ?? '',
      TEST_PROCESS: pod?.id ?? '',
    },
  });
  onTestFinished(async () => {
    await terminal.close();
    await simulator.close();
  });
  await terminal.waitFor('dashboard keys=[]');
  return { terminal, simulator };
}

/** One real terminal, a dashboard of Ink's and the simulated rack. */
test("a shell from the dashboard and back, twice; Ctrl-C is the shell's; keys of the one never reach the other", async () => {
  const { terminal } = await dashboard();
  terminal.type('ab');
  await terminal.waitFor('keys=[ab]');
  for (const code of [7, 3]) {
    terminal.type('s');
    await terminal.waitFor((screen) => screen.includes('connected') && screen.includes('/app $'));
    expect(terminal.isAlternateScreen()).toBe(false);
    terminal.type('echo grüß gott\r');
    await terminal.waitFor(/^grüß gott$/m);
    terminal.type('half\u0003');
    await terminal.waitFor('^C');
    terminal.type(`exit ${code}\rxyz`);
    await terminal.waitFor(new RegExp(`exited:${code}\\]`));
    expect(terminal.isAlternateScreen()).toBe(true);
    expect(terminal.screen()).toContain('keys=[ab]');
  }
  terminal.type('cü');
  await terminal.waitFor('keys=[abcü]');
  terminal.type('q');
  expect(await terminal.waitForExit()).toBe(0);
}, 30_000);

test('the rack dies in mid-session, or the person hangs up: the dashboard is back, intact', async () => {
  const { terminal, simulator } = await dashboard();
  terminal.type('s');
  await terminal.waitFor('/app $');
  terminal.type('ls\r~.');
  await terminal.waitFor('ends=[hung-up:-]');
  terminal.type('s');
  await terminal.waitFor('/app $');
  simulator.faults.goDown(simulator.racks[0]?.name ?? '');
  terminal.type('typed into the void\r');
  await terminal.waitFor('ends=[hung-up:- failed:-]');
  expect(terminal.screen()).toContain('keys=[]');
  expect(terminal.isAlternateScreen()).toBe(true);
  terminal.type('s');
  await terminal.waitFor('ends=[hung-up:- failed:- failed:-]');
  terminal.type('z');
  await terminal.waitFor('keys=[z]');
  terminal.type('q');
  expect(await terminal.waitForExit()).toBe(0);
}, 30_000);
