import { afterEach, describe, expect, it } from 'vitest';
import { Terminal } from '../support/terminal.ts';

let terminal: Terminal;
afterEach(() => terminal.close());

/** A rack without a gateway in front of it has logs of a service, earlier lives included; on the embedded demo. */
describe.each([
  [80, 24],
  [200, 60],
])('a direct rack at %ix%i', (columns, rows) => {
  it('tells the life of a process before its restart from its own Previous log', async () => {
    const args = ['--demo', 'processes', '--rack', 'staging', '--app', 'shop'];
    terminal = Terminal.open({ args, columns, rows });
    // Between two crashes it runs: its service sorts it among the last then, by filter it is the first in any case.
    await terminal.waitFor(/worker-\S+/);
    terminal.press('/');
    terminal.type('service:worker');
    terminal.press('enter');
    const list = await terminal.waitFor(/> +worker +worker-\S+ +\S+ (?:crashed|starting|unhealthy|running)/);
    const id = /> +worker +(worker-\S+)/.exec(list)?.[1] ?? 'none';

    terminal.press('p');
    const life = await terminal.waitFor(
      (screen) => screen.includes(`${id} > previous-logs`) && screen.includes('LicenceError'),
    );
    expect(life).toMatch(/previous life: before its last restart/);
    // One life, not all of them: the service log keeps the last before this one.
    expect(life.match(/LicenceError/g)).toHaveLength(1);
    expect(life).toContain('worker exited with code 78');
  });

  it('counts the values of a field among the lines that fail', async () => {
    terminal = Terminal.open({ args: ['--demo', 'apps', '--rack', 'staging', '-f', 'shop'], columns, rows });
    await terminal.waitFor(/> shop /);
    terminal.press('l');
    await terminal.waitFor(/logs shop +\+ live/);
    terminal.press('|');
    await terminal.waitFor(/^ values:/m);
    terminal.press('ctrl+u');
    terminal.type('top 5 path where status>=500');
    await terminal.waitFor('top 5 path where status>=500');
    terminal.press('enter');
    const top = await terminal.waitFor(/top 5 path where status>=500: \d+ values in \d+ lines/);
    expect(top).toMatch(/^> +\d+ +\d+% +#+ +\/\S*/m);
    // The most frequent first.
    const counts = [...top.matchAll(/^[> ] +(\d+) +\d+% +#+ +\//gm)].map(([, count]) => Number(count));
    expect(counts.length).toBeGreaterThan(1);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
  });
});
