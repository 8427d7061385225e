import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { directUrl, gatewayOf, Home } from '../support/home.ts';
import { Terminal } from '../support/terminal.ts';

let simulator: Simulator;
let home: Home;
let terminal: Terminal;

beforeEach(async () => {
  simulator = await startSimulator({ lively: false });
  home = new Home();
});
afterEach(async () => {
  await terminal.close();
  await simulator.close();
  home.remove();
});

/** What goes wrong while the dashboard is open: it stays, says so, and comes back by itself. */
describe('trouble while open', () => {
  it('keeps the data of a session that ended, and logs in again in place', async () => {
    const gateway = gatewayOf(simulator);
    const { token } = gateway.issueSession('deployer@example.com', { mfaVerified: true });
    home.gateway('prod', gateway.url, token);
    terminal = Terminal.open({ home: home.path, args: ['apps'], columns: 100 });
    await terminal.waitFor((screen) => screen.includes('checkout') && screen.includes('live'));

    gateway.expireSession(token);
    terminal.press('r');
    const banner = await terminal.waitFor(/log in/i);
    expect(banner).toContain('checkout');

    gateway.login.autoApprove('deployer@example.com');
    terminal.press('L');
    await terminal.waitFor((screen) => /live (now|\ds)/.test(screen) && screen.includes('checkout'), 20_000);
    expect(terminal.screen()).not.toMatch(/session (has )?(expired|ended)/i);
    terminal.press('q');
    expect(await terminal.waitForExit()).toBe(0);
  });

  it('freezes what it had when the link is lost, works on locally, and recovers', async () => {
    home.directRack('staging', directUrl(simulator));
    terminal = Terminal.open({ home: home.path, args: ['processes', '--rack', 'staging'], columns: 120 });
    await terminal.waitFor((screen) => screen.includes('shop') && screen.includes('live'));

    await simulator.faults.goDown('staging');
    const offline = await terminal.waitFor(/offline/i, 20_000);
    expect(offline).toContain('shop');

    // Local work goes on: filter and help need no server.
    terminal.press('/');
    await terminal.waitFor(/^ \/(?: |$)/m);
    terminal.type('checkout');
    terminal.press('enter');
    await terminal.waitFor((screen) => screen.includes('/checkout') && !/\bshop\b/.test(screen));
    terminal.press('escape');
    await terminal.waitFor(/\bshop\b/);

    await simulator.faults.comeUp('staging');
    await terminal.waitFor((screen) => /live/.test(screen) && !/offline/i.test(screen), 45_000);
  }, 90_000);

  it('shows one line for a rack that never answered, beside the others', async () => {
    home.directRack('staging', directUrl(simulator)).directRack('gone', 'http://convox:pw-not-shown@127.0.0.1:9');
    terminal = Terminal.open({ home: home.path, columns: 120 });
    await terminal.waitFor((screen) => screen.includes('shop') && /> gone\s.*no answer/.test(screen));
    terminal.press('d');
    await terminal.waitFor(/connection refused/);
    expect(terminal.raw).not.toContain('pw-not-shown');
  });

  it('goes on beside a broken configuration file, and leaves that file alone', async () => {
    const path = home.write('.config/rack-gateway/config.json', '{"gateways": {broken');
    home.directRack('staging', directUrl(simulator));
    terminal = Terminal.open({ home: home.path, columns: 120 });
    await terminal.waitFor('shop');
    const { readFileSync } = await import('node:fs');
    expect(readFileSync(path, 'utf8')).toBe('{"gateways": {broken');
  });

  it('shows nothing of what hostile text tries to do to the terminal', async () => {
    home.directRack('staging', directUrl(simulator));
    terminal = Terminal.open({ home: home.path, args: ['processes', '--rack', 'staging'], columns: 120 });
    await terminal.waitFor('shop');
    for (const rack of simulator.racks) expect(rack.name).toBeTruthy();
    // Only what the program itself sends: no title change, no clipboard write, no answerback question.
    expect(terminal.raw).not.toMatch(/\u001b\]0;|\u001b\]2;|\u001b\]52;|\u001bP/);
  });
});

describe('terminals', () => {
  it('follows a resize, from wide to 80x24 to very small and back', async () => {
    home.directRack('staging', directUrl(simulator));
    terminal = Terminal.open({ home: home.path, args: ['processes', '--rack', 'staging'], columns: 200, rows: 60 });
    await terminal.waitFor((screen) => screen.includes('COMMAND') && screen.includes('shop'));
    terminal.resize(80, 24);
    await terminal.waitFor(
      (screen) => !screen.includes('COMMAND') && screen.includes('shop') && screen.includes('STATUS'),
    );
    terminal.resize(40, 10);
    await terminal.waitFor(/60|small/);
    terminal.resize(120, 40);
    await terminal.waitFor((screen) => screen.includes('shop') && screen.includes('STATUS'));
    expect(terminal.lines()).toHaveLength(40);
  });

  it('shows no colour with NO_COLOR, and still says everything in words', async () => {
    home.directRack('staging', directUrl(simulator));
    terminal = Terminal.open({ home: home.path, args: ['apps', '--rack', 'staging'], env: { NO_COLOR: '1' } });
    await terminal.waitFor((screen) => screen.includes('shop') && screen.includes('+ running'));
    expect(terminal.colouredCells()).toBe(0);
  });

  it('uses colour where it may', async () => {
    home.directRack('staging', directUrl(simulator));
    terminal = Terminal.open({ home: home.path, args: ['apps', '--rack', 'staging'] });
    await terminal.waitFor('+ running');
    expect(terminal.colouredCells()).toBeGreaterThan(0);
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'])('restores the terminal on %s', async (signal) => {
    home.directRack('staging', directUrl(simulator));
    terminal = Terminal.open({ home: home.path, args: ['apps', '--rack', 'staging'] });
    await terminal.waitFor('shop');
    expect(terminal.isAlternateScreen()).toBe(true);
    terminal.signal(signal);
    await terminal.waitForExit();
    expect(terminal.isAlternateScreen()).toBe(false);
    // Cursor shown, auto-wrap on again.
    expect(terminal.raw.lastIndexOf('\u001b[?25h')).toBeGreaterThan(terminal.raw.lastIndexOf('\u001b[?25l'));
    expect(terminal.raw.lastIndexOf('\u001b[?7h')).toBeGreaterThan(terminal.raw.lastIndexOf('\u001b[?7l'));
  });
});
