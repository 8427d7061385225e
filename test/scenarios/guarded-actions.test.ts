import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { Terminal, type TerminalOptions } from '../support/terminal.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function open(options: TerminalOptions = { args: ['--demo'] }): Terminal {
  const terminal = Terminal.open(options);
  cleanUps.push(() => terminal.close());
  return terminal;
}

/** Answers a question: a key that comes too soon is dropped, as it is for people, and is pressed again. */
async function answer(terminal: Terminal, key: string, after: RegExp): Promise<string> {
  await eventually(
    () => {
      if (!after.test(terminal.screen())) terminal.press(key);
      expect(terminal.screen()).toMatch(after);
    },
    { interval: 450 },
  );
  return terminal.screen();
}

async function onProcesses(terminal: Terminal): Promise<void> {
  await terminal.waitFor(/> acme\/prod +checkout/);
  terminal.press('enter');
  await terminal.waitFor(/> +web +web-\S+/);
}

describe.each([
  [80, 24],
  [200, 60],
])('guarded actions at %ix%i', (columns, rows) => {
  it('stops a process: preview, one key, and the proof that another one runs', async () => {
    const terminal = open({ args: ['--demo'], columns, rows });
    await onProcesses(terminal);
    terminal.press('x');
    const preview = await terminal.waitFor(/y do it/);
    expect(preview).toMatch(/Stop web-\S+ of checkout on acme\/prod/);
    expect(preview).toMatch(/\$ convox ps stop web-\S+ -a checkout/);
    await answer(terminal, 'y', /Verifying|Verified|Sent, waiting/);
    await terminal.waitFor(/\+ Verified\./, 60_000);
    expect(terminal.screen()).toMatch(/\+ web-\S+ +gone/);
    terminal.press('escape');
    await terminal.waitFor(/checkout > processes/);
  });

  it('opens a shell, gives the terminal away, and comes back whole', async () => {
    const terminal = open({ args: ['--demo'], columns, rows });
    await terminal.waitFor(/> acme\/prod +checkout/);
    terminal.press(':', ...'processes', 'enter');
    await terminal.waitFor(/processes/);
    terminal.press('/', ...'status:running shop web', 'enter');
    await terminal.waitFor(/> .*shop +web .*running/);
    terminal.press('s');
    await terminal.waitFor(/Run sh in web-\S+ of shop/);
    await answer(terminal, 'y', /rackdeck: sh in web-/);
    expect(terminal.isAlternateScreen()).toBe(false);
    terminal.type('exit\r');
    await terminal.waitFor(/ended with exit status 0\. Enter goes back/, 20_000);
    // What was typed for the shell must not leave the last output behind: enter counts after a pause only.
    await answer(terminal, 'enter', /Run sh in web-\S+ of shop/);
    await terminal.waitFor(() => terminal.isAlternateScreen());
    terminal.press('escape');
    await terminal.waitFor(/> .*shop +web .*running/);
    terminal.press('j', 'k', '?');
    await terminal.waitFor(/Help: processes/);
  });
});

describe('leaving and refusing', () => {
  it('nothing is sent by a double press, and esc leaves the table as it was', async () => {
    const terminal = open();
    await onProcesses(terminal);
    terminal.type('xxyy\r');
    await terminal.waitFor(/y do it|nothing was changed/);
    expect(terminal.screen()).not.toMatch(/Sent, waiting|Verifying/);
    terminal.press('escape');
    await terminal.waitFor(/checkout > processes/);
  });

  it('read-only greys everything, says who asked for it, and sends nothing', async () => {
    const terminal = open({ args: ['--demo', '--read-only'] });
    await onProcesses(terminal);
    expect(terminal.screen()).toContain('READ-ONLY');
    terminal.press('x');
    await terminal.waitFor(/read-only: asked for with --read-only/);
    terminal.press('R');
    await terminal.waitFor(/Stays read-only/);
  });
});
