import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { directUrl, Home } from '../support/home.ts';
import { Terminal } from '../support/terminal.ts';

let home: Home;
let simulator: Simulator;
let terminal: Terminal;
beforeEach(async () => {
  home = new Home();
  simulator = await startSimulator({ lively: false });
  home.directRack('staging', directUrl(simulator));
});
afterEach(async () => {
  await terminal.close();
  await simulator.close();
  home.remove();
});

const BELL = /\u0007/;

async function open(...args: string[]): Promise<void> {
  terminal = Terminal.open({ home: home.path, args, columns: 100 });
  await terminal.waitFor((screen) => screen.includes('shop') && screen.includes('live'));
}

/** For whoever is looking elsewhere. */
describe('notify', () => {
  it('OSC 9 says that a rack has gone', async () => {
    await open('--notify', 'osc9');
    expect(terminal.raw).not.toContain('\u001b]9;');
    await simulator.faults.goDown('staging');
    await terminal.waitFor(() => terminal.raw.includes('\u001b]9;rackdeck: staging is offline\u0007'), 25_000);
    terminal.press('q');
    expect(await terminal.waitForExit()).toBe(0);
  }, 40_000);

  it('is silent unless asked', async () => {
    await open();
    await simulator.faults.goDown('staging');
    await terminal.waitFor(/offline/, 25_000);
    expect(terminal.raw).not.toMatch(BELL);
    terminal.press('q');
    expect(await terminal.waitForExit()).toBe(0);
  }, 40_000);

  it('the settings can ask for the bell', async () => {
    home.write('.config/rackdeck/config.json', JSON.stringify({ notify: 'bell' }));
    await open();
    await simulator.faults.goDown('staging');
    await terminal.waitFor(() => BELL.test(terminal.raw), 25_000);
    terminal.press('q');
    expect(await terminal.waitForExit()).toBe(0);
  }, 40_000);
});
