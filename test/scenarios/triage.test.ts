import { afterEach, describe, expect, it } from 'vitest';
import { Terminal } from '../support/terminal.ts';

let terminal: Terminal;
afterEach(() => terminal.close());

/** Paged at 03:00: from the board to the cause and back, on the embedded demo. */
describe.each([
  [80, 24],
  [200, 60],
])('triage at %ix%i', (columns, rows) => {
  it('goes board -> app -> processes -> logs and back to where it was', async () => {
    terminal = Terminal.open({ args: ['--demo'], columns, rows });

    // The board: every rack, the broken app first, in words.
    const board = await terminal.waitFor((screen) =>
      [/staging/, /acme\/eu/, /> acme\/prod\s+checkout\s+x /].every((wanted) => wanted.test(screen)),
    );
    expect(board).toMatch(/checkout.* crash-looping/);

    terminal.press('enter');
    await terminal.waitFor(/acme\/prod > checkout > processes/i);
    await terminal.waitFor('x crashed');

    // Onto a crashed one, by filter.
    terminal.press('/');
    await terminal.waitFor(/^ \/(?: |$)/m);
    terminal.type('status:crashed');
    await terminal.waitFor(/^ \/status:crashed/m);
    terminal.press('enter');
    await terminal.waitFor((screen) => screen.includes('x crashed') && !screen.includes('+ running'));
    const before = await terminal.waitFor(/status:crashed/);
    const selected = /> \s*(?:\S+\s+)?web\s+(web-[a-z0-9]+-[a-z0-9]+)/.exec(before)?.[1];
    expect(selected, before).toBeDefined();

    terminal.press('l');
    await terminal.waitFor(/PaymentGatewayError/);
    expect(terminal.screen()).toContain('live');

    // Back: filter, selection and view as they were.
    terminal.press('escape');
    const after = await terminal.waitFor(
      (screen) => /checkout > processes/i.test(screen) && screen.includes('status:crashed'),
    );
    expect(after).toContain(selected ?? '');
    terminal.press('escape');
    await terminal.waitUntilGone('status:crashed');
    terminal.press('escape');
    await terminal.waitFor(/> acme\/prod\s+checkout/);

    terminal.press('q');
    expect(await terminal.waitForExit()).toBe(0);
    expect(terminal.isAlternateScreen()).toBe(false);
  });
});
