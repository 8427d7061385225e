import { afterEach, describe, expect, it } from 'vitest';
import { Terminal } from '../support/terminal.ts';

let terminal: Terminal;
afterEach(() => terminal.close());

/** Why is it, and what did the deploy change? One key and at most four, on the embedded demo. */
describe.each([
  [80, 24],
  [200, 60],
])('why and what changed at %ix%i', (columns, rows) => {
  it('names the crash loop, its error and its release after one key', async () => {
    terminal = Terminal.open({ args: ['--demo'], columns, rows });
    await terminal.waitFor(/> acme\/prod\s+checkout\s+x /);

    terminal.press('w');
    await terminal.waitFor(/acme\/prod > checkout > why/);
    const why = await terminal.waitFor((screen) => screen.includes('PaymentGatewayError'));
    expect(why).toMatch(/x critical\s+\d+ of \d+ web crash-looping/);
    expect(why).toMatch(/(deploy|release)\s+R[A-Z]{10}/);

    terminal.press('escape');
    await terminal.waitFor(/> acme\/prod\s+checkout/);
  });

  it('shows what the active release changed after three keys', async () => {
    terminal = Terminal.open({ args: ['--demo'], columns, rows });
    await terminal.waitFor(/> acme\/prod\s+checkout\s+x /);

    terminal.press('h');
    const list = await terminal.waitFor((screen) => /checkout > releases/.test(screen) && /\+ active/.test(screen));
    const active = /(R[A-Z]{10})\s+\+ active/.exec(list)?.[1] ?? 'none';
    // It is the first row unless a newer one waits for its promote.
    if (!new RegExp(`> ${active}`).test(list)) terminal.press('j');
    await terminal.waitFor(new RegExp(`> ${active}`));
    terminal.press('D');
    const diff = await terminal.waitFor((screen) => screen.includes('Environment (keys only)'));
    expect(diff).toMatch(new RegExp(`R[A-Z]{10} -> ${active}`));
    expect(diff).toMatch(/[+~-] [A-Z][A-Z_]+/);
  });
});
