import { afterEach, describe, expect, it } from 'vitest';
import { Terminal } from '../support/terminal.ts';

let terminal: Terminal;
afterEach(() => terminal.close());

/** From an app to its environment, then to views that this rack and this person cannot have. */
describe('the further views in a terminal', () => {
  it('show the environment without a value, and say why they cannot show the rest', async () => {
    terminal = Terminal.open({ args: ['--demo', 'env', '--rack', 'acme/prod', '--app', 'checkout'] });
    const env = await terminal.waitFor((screen) => /PAYMENT_API_KEY\s+\+ same\s+masked/.test(screen));
    expect(env).toContain('PAYMENT_GATEWAY_URL');
    expect(env).not.toContain('payments.example.com');
    terminal.press('d');
    const told = await terminal.waitFor(/Newest release/);
    expect(told).not.toContain('payments.example.com');
    terminal.press('escape');
    await terminal.waitFor(/PAYMENT_API_KEY/);

    // Greyed with its reason in the palette already.
    terminal.press(':');
    terminal.type('certificates');
    await terminal.waitFor(/certificates.*not proxied/s);
    terminal.press('escape');
    await terminal.waitUntilGone('not proxied');

    terminal.press(':');
    terminal.type('audit');
    await terminal.waitFor(/audit.*needs role admin/s);
    terminal.press('escape');
    await terminal.waitUntilGone('needs role admin');

    terminal.press(':');
    terminal.type('my-access');
    await terminal.waitFor(/> my-access/);
    terminal.press('enter');
    const mine = await terminal.waitFor(/Dora Deployer/);
    expect(mine).toMatch(/stop a process\s+\+ allowed/);
    expect(mine).toMatch(/cancel a deploy\s+~ refused/);
  });
});
