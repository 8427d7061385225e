import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { Terminal } from '../support/terminal.ts';

let terminal: Terminal;
afterEach(() => terminal.close());

async function ask(key: string, label: RegExp, text: string): Promise<void> {
  terminal.press(key);
  await terminal.waitFor(label);
  terminal.press('ctrl+u');
  terminal.type(text);
  await terminal.waitFor((screen) => screen.includes(text));
  terminal.press('enter');
}

/** On-call questions 4 and 5 of the embedded demo: what the crashed process said before it died, and what is new. */
describe.each([
  [80, 24],
  [200, 60],
])('logs at %ix%i', (columns, rows) => {
  it('crashed process -> previous life -> first new error -> fields -> time jump -> export', async () => {
    terminal = Terminal.open({ args: ['--demo'], columns, rows });
    await terminal.waitFor(/> acme\/prod\s+checkout\s+x /);

    // Three keys from the landing screen to the previous life; the gateway does not proxy the service log.
    terminal.press('enter');
    await terminal.waitFor(/> .*x crashed/);
    terminal.press('l');
    await terminal.waitFor(/PaymentGatewayError/);
    terminal.press('b');
    const life = await terminal.waitFor(
      (screen) => /previous life: all of it in the app log/.test(screen) && /Payment/.test(screen),
    );
    expect(life).toMatch(/checkout > web > web-\S+ > previous-logs/);
    await terminal.waitFor(/- ended .* lines/);

    // Back at the board: two keys to the first error that the last deploy brought.
    terminal.press('escape');
    await terminal.waitUntilGone('previous-logs');
    terminal.press('escape');
    await terminal.waitFor('x crashed');
    terminal.press('escape');
    await terminal.waitFor(/> acme\/prod\s+checkout\s+x /);
    terminal.press('l');
    await terminal.waitFor(/logs checkout .*live/);
    terminal.press('E');
    const fresh = await terminal.waitFor(/New since R[A-Z]{10} came up at/, 20_000);
    expect(fresh).toMatch(/^> .*ERROR \w+Error/m);

    // Fields of what is kept, and a filter by one of their values.
    terminal.press('F');
    await terminal.waitFor(/fields: \d+ in [\d,]+ lines(?!.*counting)/);
    await terminal.waitFor(/\+ level\s+[\d,]+ {2}info/);
    terminal.press('escape');
    await terminal.waitUntilGone(/fields: \d+ in/);
    await ask('|', /^ values:/m, 'top 3 status where status>=200');
    await terminal.waitFor(/top 3 status where status>=200: \d+ values in [\d,]+ lines/);
    await terminal.waitFor(/^> +[\d,]+ +\d+% +#+ +200/m);
    terminal.press('enter');
    await terminal.waitFor(/&status>=200 status="200"/);
    terminal.press('escape');
    await terminal.waitUntilGone(/top 3 status/);
    terminal.press('escape');
    await terminal.waitUntilGone('&status>=200');

    await ask('@', /^ go to time:/m, '-3m');
    await terminal.waitFor(/At \d\d:\d\d:\d\d|Nearest to \d\d:\d\d:\d\d/);

    terminal.press('m', 'j', 'm');
    await terminal.waitFor('2 marked');
    await ask('e', /^ export: marked text/m, 'marked json gz');
    await terminal.waitFor(/Saved 2 lines to/);
    const [file = ''] = readdirSync(terminal.home).filter((name) => name.endsWith('.jsonl.gz'));
    const saved = gunzipSync(readFileSync(join(terminal.home, file)))
      .toString('utf8')
      .trimEnd()
      .split('\n');
    expect(saved).toHaveLength(2);
    for (const line of saved)
      expect(JSON.parse(line)).toMatchObject({ time: expect.any(String), message: expect.any(String) });
    expect(terminal.raw).not.toMatch(/\u001b\]0;|\u001b\]52;/);
  }, 90_000);
});
