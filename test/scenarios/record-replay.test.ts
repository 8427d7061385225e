import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { directUrl, Home } from '../support/home.ts';
import { runProgram } from '../support/program.ts';
import { Terminal } from '../support/terminal.ts';

let home: Home;
let simulator: Simulator | undefined;
let terminal: Terminal | undefined;
beforeEach(() => {
  home = new Home();
});
afterEach(async () => {
  await terminal?.close();
  terminal = undefined;
  await simulator?.close();
  simulator = undefined;
  home.remove();
});

const recordings = () => readdirSync(home.path).filter((name) => name.endsWith('.rec.gz'));
const items = (text: string) => (JSON.parse(text) as { items: Record<string, unknown>[] }).items;

/** What happened at 02:40, looked at in the morning, without the rack. */
describe('record and replay', () => {
  it('records from the command line; replay prints any instant, offline', async () => {
    simulator = await startSimulator({ incident: 'bad-promote' });
    home.directRack('staging', directUrl(simulator));
    const args = ['record', '--rack', 'staging', '--out', 'a.rec.gz', '--for', '11s'];
    const recording = runProgram(args, { home: home.path });
    const app = simulator.racks[1]?.apps.get('shop');
    if (!app) throw new Error('no shop');
    // Once it has been asked, somebody locks the app.
    const asked = () => simulator?.requests.filter(({ path }) => path === '/apps').length ?? 0;
    await expect.poll(asked).toBeGreaterThan(0);
    simulator.racks[1]?.change(() => {
      app.locked = true;
    });
    const run = await recording;
    expect(run.code, run.stderr).toBe(0);
    expect(run.stderr).toMatch(/Recording staging to .*a\.rec\.gz for 11s/);
    expect(run.stderr).toMatch(/Saved .*a\.rec\.gz: \d+s/);
    expect(statSync(join(home.path, 'a.rec.gz')).mode & 0o777).toBe(0o600);
    await simulator.close();
    simulator = undefined;

    const print = (...more: string[]) =>
      runProgram(['replay', 'a.rec.gz', 'apps', '--json', ...more], { home: home.path });
    const [first, last, outside] = await Promise.all([print('--at', '+0s'), print(), print('--at', '+2h')]);
    expect(first.code, first.stderr).toBe(0);
    const lockOf = (text: string) => items(text).find(({ name }) => name === 'shop')?.lock;
    expect([lockOf(first.stdout), lockOf(last.stdout)]).toEqual(['', 'locked']);
    expect(outside.code).toBe(2);
    expect(outside.stderr).toMatch(/is not in this recording/);

    const again = await runProgram(args, { home: home.path });
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(/exists already/);
  });

  it('records what is on screen while the dashboard is open, and replays it with keys', async () => {
    terminal = Terminal.open({ args: ['--demo-incident', 'bad-promote'], columns: 100, home: home.path });
    await terminal.waitFor((screen) => screen.includes('crash') && screen.includes('live'));
    const palette = (text: string) => {
      terminal?.press(':');
      terminal?.type(text);
      terminal?.press('enter');
    };
    palette('record');
    await terminal.waitFor(/REC (now|\d+s)/);
    await terminal.waitFor(/REC [6-9]s/, 20_000);
    palette('record');
    await terminal.waitFor(/Saved/);
    await terminal.waitUntilGone(/REC \d/);
    terminal.press('q');
    expect(await terminal.waitForExit()).toBe(0);
    const [file] = recordings();
    expect(recordings()).toHaveLength(1);
    await terminal.close();

    terminal = Terminal.open({ args: ['replay', file ?? ''], columns: 120, home: home.path });
    await terminal.waitFor((screen) => /REPLAY \d\d:\d\d:\d\d/.test(screen) && screen.includes('checkout'));
    expect(terminal.screen()).not.toMatch(/\blive\b/);
    const clock = (): string => /REPLAY (\d\d:\d\d:\d\d)/.exec(terminal?.screen() ?? '')?.[1] ?? '';
    const begin = clock();
    terminal.press('.');
    await terminal.waitFor(() => clock() > begin);
    terminal.press('>');
    await terminal.waitFor(/REPLAY [\d:]+ end/);
    terminal.press('<');
    await terminal.waitFor(() => clock() === begin);
    terminal.press('p');
    await terminal.waitFor(/REPLAY [\d:]+ 1x/);
    terminal.press('p');
    await terminal.waitFor(/REPLAY [\d:]+ 10x/);
    await terminal.waitFor(/REPLAY [\d:]+ end/);

    // The screens work as ever: processes, and the log of one that crashed.
    terminal.press('g');
    terminal.press('enter');
    await terminal.waitFor((screen) => /checkout > processes/.test(screen) && screen.includes('web-'));
    terminal.press('l');
    await terminal.waitFor(/PaymentGatewayError|INFO/);
    terminal.press('escape');
    terminal.press('q');
    expect(await terminal.waitForExit()).toBe(0);
  }, 60_000);

  it('a recording that is cut off plays up to there, and says so', async () => {
    const run = await runProgram(['--demo', 'record', '--out', 'a.rec.gz', '--for', '5s'], { home: home.path });
    expect(run.code, run.stderr).toBe(0);
    const path = join(home.path, 'a.rec.gz');
    truncateSync(path, Math.floor(statSync(path).size * 0.8));
    const print = await runProgram(['replay', 'a.rec.gz', 'board', '--json'], { home: home.path });
    expect(print.code, print.stderr).toBe(0);
    expect(print.stderr).toMatch(/The recording is not whole: it is cut off; it plays up to 20/);
    expect(items(print.stdout).length).toBeGreaterThan(3);
    terminal = Terminal.open({ args: ['replay', 'a.rec.gz'], columns: 120, home: home.path });
    await terminal.waitFor((screen) => /REPLAY/.test(screen) && /not whole/.test(screen));
    terminal.press('q');
    expect(await terminal.waitForExit()).toBe(0);
  });

  it.each([
    [['replay', 'nosuch'], /there is no such file/],
    [['replay', '/dev/null'], /is not a recording/],
  ] as const)('%j is refused with a sentence', async (args, message) => {
    const run = await runProgram([...args], { home: home.path });
    expect([1, 2]).toContain(run.code);
    expect(run.stderr).toMatch(message);
  });
});
