import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { gatewayOf } from '../support/home.ts';
import { Terminal } from '../support/terminal.ts';

let simulator: Simulator;
let terminal: Terminal;

beforeEach(async () => {
  simulator = await startSimulator({ lively: false });
});
afterEach(async () => {
  await terminal.close();
  await simulator.close();
});

async function fillForm(name: string, url: string): Promise<void> {
  terminal.press('l');
  await terminal.waitFor('Log in to a rack gateway');
  terminal.type(name);
  await terminal.waitFor(`Name     ${name}`);
  terminal.press('tab');
  await terminal.waitFor('> Address');
  terminal.press('ctrl+u');
  terminal.type(url);
  await terminal.waitFor(url);
  terminal.press('enter');
}

/** A fresh machine: nothing is configured, and nothing is lost by looking around. */
describe('first run', () => {
  it('says where it looked, and opens the demo', async () => {
    terminal = Terminal.open();
    const welcome = await terminal.waitFor('No rack is configured yet.');
    expect(welcome).toMatch(/RACK_URL +not set/);
    expect(welcome).toMatch(/~\/\.config\/rack-gateway\/config\.json +gateway config, not there/);
    expect(welcome).toMatch(/~\/\.config\/convox +convox settings, not there/);
    expect(welcome).toContain('export RACK_URL=');
    terminal.press('d');
    await terminal.waitFor((screen) => screen.includes('acme/prod') && screen.includes('crash-looping'));
    expect(terminal.screen()).toContain('DEMO');
    terminal.press('q');
    expect(await terminal.waitForExit()).toBe(0);
  });

  it('logs in to a gateway in place and shows its rack', async () => {
    const gateway = gatewayOf(simulator);
    gateway.login.autoApprove('deployer@example.com');
    terminal = Terminal.open({ columns: 100 });
    await terminal.waitFor('No rack is configured yet.');
    await fillForm('prod', gateway.url);
    const board = await terminal.waitFor((screen) => screen.includes('checkout') && screen.includes('live'));
    expect(board).toContain('prod');
    expect(board).not.toContain('No rack is configured');

    // The session went into the file that the gateway's own CLI reads, and into nothing else.
    const path = join(terminal.home, '.config/rack-gateway/config.json');
    const config = JSON.parse(readFileSync(path, 'utf8')) as {
      current: string;
      gateways: Record<string, { token: string }>;
    };
    expect(config.current).toBe('prod');
    expect(config.gateways.prod?.token).toMatch(/^[\w-]{43}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(terminal.raw).not.toContain(config.gateways.prod?.token ?? 'missing');
  });

  it.each([
    ['an account that the gateway does not know', 'User not authorized for this gateway.', /not known to the gateway/],
    [
      'an account without a second factor',
      'You must set up multi-factor authentication before you can continue using the CLI.',
      /second factor must be set up/,
    ],
  ])('explains %s and stays', async (_name, refusal, words) => {
    const gateway = gatewayOf(simulator);
    gateway.login.failWith(refusal);
    terminal = Terminal.open({ columns: 100 });
    await terminal.waitFor('No rack is configured yet.');
    await fillForm('prod', gateway.url);
    await terminal.waitFor(words);
    terminal.press('escape');
    await terminal.waitFor('No rack is configured yet.');
  });

  it('cancels a login that nobody finishes in the browser', async () => {
    const gateway = gatewayOf(simulator);
    gateway.login.cancel();
    terminal = Terminal.open({ columns: 100 });
    await terminal.waitFor('No rack is configured yet.');
    await fillForm('prod', gateway.url);
    await terminal.waitFor(/esc cancel/);
    await terminal.waitFor(gateway.url.replace('http://', ''));
    await terminal.waitFor('Waiting for the sign-in');
    // The panel covers what lies below it: no word of the welcome page beside its own.
    const waiting = terminal.lines().find((line) => line.includes('Waiting for the sign-in'));
    expect(waiting).toMatch(/Waiting for the sign-in, \d+m left$/);
    terminal.press('escape');
    await terminal.waitFor('No rack is configured yet.');
    terminal.press('q');
    expect(await terminal.waitForExit()).toBe(0);
  });

  it('says what is not a gateway', async () => {
    const direct = simulator.endpoints.find((endpoint) => endpoint.kind === 'direct');
    const { origin } = new URL(direct?.kind === 'direct' ? direct.url : '');
    terminal = Terminal.open({ columns: 100 });
    await terminal.waitFor('No rack is configured yet.');
    await fillForm('prod', origin);
    await terminal.waitFor(/not a rack gateway|no rack gateway|is no gateway|not a gateway/i);
  });
});
