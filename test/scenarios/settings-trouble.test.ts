import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { directUrl, Home } from '../support/home.ts';
import { runProgram } from '../support/program.ts';
import { Terminal } from '../support/terminal.ts';

let simulator: Simulator;
let home: Home;

beforeAll(async () => {
  simulator = await startSimulator({ lively: false });
});
afterAll(() => simulator.close());
beforeEach(() => {
  home = new Home();
  home.directRack('lab', directUrl(simulator));
  home.write('.config/rack-gateway/config.json', '{ "gateways": ');
});
afterEach(() => home.remove());

const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };

/** One file is broken, a rack of another file works: the work goes on and nobody is left in the dark. */
describe('a settings file that cannot be read', () => {
  it('is a warning beside the printed rows, never among them', async () => {
    const run = await runProgram(['apps', '--rack', 'lab', '--json'], { home: home.path, env });
    expect(run.stderr).toMatch(/^warning: .*rack-gateway\/config\.json.*/m);
    expect(run.stderr).toMatch(/^ {2}next: \S/m);
    expect(JSON.parse(run.stdout)).toMatchObject({ schema: 'rackdeck/apps@1', rack: 'lab' });
    expect(run.code).toBe(0);
  });

  it('is said in the dashboard, with a key that shows it in full', async () => {
    const terminal = Terminal.open({ home: home.path, env });
    try {
      await terminal.waitFor('! 1 problem with the settings (! shows it)');
      terminal.press('!');
      const shown = await terminal.waitFor('board > problems');
      expect(shown).not.toContain('all racks');
      expect(shown.replace(/\s+/g, '')).toContain('rack-gateway/config.json');
      terminal.press('q');
      expect(await terminal.waitForExit()).toBe(0);
    } finally {
      await terminal.close();
    }
  });
});
