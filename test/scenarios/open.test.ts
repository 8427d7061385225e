import { afterEach, describe, expect, it } from 'vitest';
import { runProgram } from '../support/program.ts';
import { Terminal } from '../support/terminal.ts';

let terminal: Terminal | undefined;
afterEach(async () => {
  await terminal?.close();
  terminal = undefined;
});

/** The last text that the program put on the clipboard. */
function clipboard({ raw }: Terminal): string | undefined {
  const last = [...raw.matchAll(/\u001b\]52;c;([A-Za-z0-9+/=]*)/g)].at(-1)?.[1];
  return last === undefined ? undefined : Buffer.from(last, 'base64').toString();
}

/** "Look at this": one copies where a view stands, the other opens it. */
describe('rackdeck open', () => {
  it('leads to the place, app and filter; u copies the address that leads there again', async () => {
    const address = 'acme/prod/checkout/processes?filter=status%3Acrashed';
    terminal = Terminal.open({ args: ['--demo', 'open', address], columns: 100 });
    await terminal.waitFor((screen) => /checkout > processes/.test(screen) && screen.includes('x crashed'));
    expect(terminal.screen()).toContain('/status:crashed');
    expect(terminal.screen()).not.toContain('+ running');
    terminal.press('u');
    await terminal.waitFor(/Copied the address of this view/);
    expect(clipboard(terminal)).toBe(address);

    // Somewhere else, by palette: another address.
    terminal.press(':');
    terminal.type('builds');
    terminal.press('enter');
    await terminal.waitFor(/checkout > builds/);
    terminal.press(':');
    terminal.type('copy address');
    terminal.press('enter');
    await terminal.waitFor(/Copied the address of this view/);
    expect(clipboard(terminal)).toBe('acme/prod/checkout/builds');
    terminal.press('q');
    expect(await terminal.waitForExit()).toBe(0);
  });

  it('opens a log', async () => {
    terminal = Terminal.open({ args: ['--demo', 'open', 'acme/prod/checkout/logs'], columns: 100 });
    await terminal.waitFor((screen) => /checkout > logs/.test(screen) && /PaymentGatewayError|INFO|ERROR/.test(screen));
    terminal.press('q');
    expect(await terminal.waitForExit()).toBe(0);
  });

  it.each([
    ['acme/prod/-/apps?filter=media', 'rackdeck/apps@1', 'acme/prod', 1],
    ['acme/prod/apps', 'rackdeck/apps@1', 'acme/prod', 6],
    ['prod/apps', 'rackdeck/apps@1', 'acme/prod', 6],
    ['staging', 'rackdeck/apps@1', 'staging', 3],
    // Twelve apps, and a line for the rack that has a node in trouble.
    ['board', 'rackdeck/board@1', '*', 13],
  ])('prints %s where there is no terminal', async (address, schema, rack, count) => {
    const run = await runProgram(['--demo', 'open', address, '--json']);
    expect(run.code, run.stderr).toBe(0);
    const answer = JSON.parse(run.stdout) as { schema: string; rack: string; items: unknown[] };
    expect([answer.schema, answer.rack, answer.items.length]).toEqual([schema, rack, count]);
  });

  it.each([
    ['nowhere/-/apps', /Could not find a rack named 'nowhere'/],
    ['staging/shop/nosuch', /There is no view 'nosuch'/],
    ['acme/-/apps', /Several racks match 'acme'/],
    ['staging/shop/%', /is not the address of a view/],
    ['staging/shop/logs', /opens in a terminal only/],
  ])('refuses %s with a sentence', async (address, message) => {
    const run = await runProgram(['--demo', 'open', address]);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(message);
    expect(run.stderr).toMatch(/next: /);
  });
});
