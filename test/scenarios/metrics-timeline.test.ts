import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { runProgram } from '../support/program.ts';
import { Terminal } from '../support/terminal.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function open(options: Parameters<typeof Terminal.open>[0]): Terminal {
  const terminal = Terminal.open(options);
  cleanUps.push(() => terminal.close());
  return terminal;
}

const columnOf = (screen: string, wanted: RegExp): number[] =>
  screen.split('\n').flatMap((row) => {
    const found = wanted.exec(row)?.[1];
    return found === undefined ? [] : [Number(found)];
  });

/** Paged at 03:00: what eats the CPU, what happened before it, and who did that; on the embedded demo. */
describe.each([
  [80, 24],
  [200, 60],
])('metrics and timeline at %ix%i', (columns, rows) => {
  it('finds the process that eats the CPU, the deploy behind the crashes and the log of that moment', async () => {
    const terminal = open({ args: ['--demo'], columns, rows });
    await terminal.waitFor((screen) => /> acme\/prod\s+checkout/.test(screen) && screen.includes('crash-looping'));

    // Which process eats the CPU on this rack: two keys.
    terminal.press('m');
    await terminal.waitFor(/checkout app/);
    terminal.press('o');
    await terminal.waitFor(/acme\/prod rack .*the rack's own history every/);
    const rack = await terminal.waitFor(/PROCESSES \(\d+\) +APP/);
    expect(terminal.screen()).toMatch(/cpu {2}now \d+%/);
    const cores = columnOf(rack, /^[> ] \S+ +\S+ +(\d+\.\d+)c/);
    expect(cores.length, rack).toBeGreaterThanOrEqual(4);
    expect(cores).toEqual(cores.toSorted((a, b) => b - a));

    // The cursor reads what it was; esc is now again.
    terminal.press('left', 'left', 'left');
    await terminal.waitFor(/cpu {2}\d\d:\d\d:\d\d +\d+%/);
    terminal.press('escape');
    await terminal.waitFor(/cpu {2}now/);
    terminal.press('escape');
    await terminal.waitFor(/checkout app/);

    // What happened, and who did it: the gateway knows.
    terminal.press('t');
    const story = await terminal.waitFor((screen) =>
      [/began to serve/, /crashed on R/, /created: .* (?:admin|deployer)\b/].every((wanted) => wanted.test(screen)),
    );
    expect(story).toMatch(/checkout > timeline/);
    terminal.press('ctrl+z');
    const bad = await terminal.waitFor('only unhealthy');
    expect(bad).toMatch(/^> .*x crashed/m);

    // The log of that moment.
    terminal.press('l');
    await terminal.waitFor(/checkout.* > logs/);
    await terminal.waitFor(/PaymentGatewayError|Started|GET|INFO/);
    terminal.press('escape');
    await terminal.waitFor('only unhealthy');

    terminal.press('q');
    expect(await terminal.waitForExit()).toBe(0);
  });
});

describe('a machine where the dashboard ran', () => {
  it('looks back at what the run before saw: load and changes, from a private file without secrets', async () => {
    const simulator = await startSimulator({ withGateway: false, withConsole: false });
    cleanUps.push(() => simulator.close());
    const [endpoint] = simulator.endpoints;
    if (endpoint?.kind !== 'direct') throw new Error('The first rack is not a direct one');
    const home = mkdtempSync(join(tmpdir(), 'rackdeck-night-'));
    cleanUps.push(() => rmSync(home, { recursive: true, force: true }));
    const env = { RACK_URL: endpoint.url };

    // Somebody watches while a process is stopped and replaced.
    const first = open({ args: ['processes', '--app', 'shop', '--filter', 'web'], columns: 120, rows: 40, home, env });
    const before = await first.waitFor(/web-[a-z0-9]+-[a-z0-9]+ +\+ running/);
    const victim = /(web-[a-z0-9]+-[a-z0-9]+) +\+ running/.exec(before)?.[1] ?? '';
    const { username, password, origin } = new URL(endpoint.url);
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const stopped = await fetch(`${origin}/apps/shop/processes/${victim}`, {
      method: 'DELETE',
      headers: { authorization },
    });
    expect(stopped.status).toBe(200);
    await first.waitUntilGone(victim, 60_000);
    first.press('q');
    expect(await first.waitForExit()).toBe(0);

    const folder = join(home, '.local', 'state', 'rackdeck', 'history');
    const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
    expect(files).toHaveLength(1);
    const path = join(folder, files[0] ?? '');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const kept = readFileSync(path, 'utf8');
    expect(kept).not.toContain(password);
    expect(kept).not.toMatch(/SECRET|demo-/i);

    // Paged later: the command line and the screen know it.
    const timeline = await runProgram(['timeline', '--app', 'shop', '--json'], { home, env });
    expect(timeline.code, timeline.stderr).toBe(0);
    const items = JSON.parse(timeline.stdout).items as {
      kind: string;
      what: string;
      source: string;
      process: string;
    }[];
    expect(items.find((item) => item.kind === 'ended' && item.what.includes(victim))?.source).toBe('seen');
    expect(items.some((item) => item.kind === 'started')).toBe(true);
    const metrics = await runProgram(['metrics', '--app', 'shop', '--json', '-f', 'kind:app'], { home, env });
    const [row] = JSON.parse(metrics.stdout).items as { source: string; samples: number; cpu: number }[];
    expect(row).toMatchObject({ source: 'sampled' });
    expect(row?.samples).toBeGreaterThanOrEqual(1);
    expect(row?.cpu).toBeGreaterThan(0);

    const second = open({ args: ['timeline', '--app', 'shop'], columns: 120, rows: 40, home, env });
    await second.waitFor(`${victim} ended`);
    second.press('q');
    expect(await second.waitForExit()).toBe(0);
  }, 120_000);
});
