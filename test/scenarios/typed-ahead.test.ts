import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { Home } from '../support/home.ts';
import { Operations } from '../support/operations.ts';
import { Terminal } from '../support/terminal.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

it('what is typed before the first frame is pressed once it is there, before a gateway says who one is', async () => {
  const operations = await Operations.open();
  cleanUps.push(() => operations.close());
  const there = (['acme/shop/services', 'staging/shop/services'] as const).map(async (at) => {
    const { terminal } = operations.start(at);
    terminal.type(':releases');
    terminal.press('enter');
    await terminal.waitFor(/ > shop > releases/);
  });
  // The menu, too, asked for before there is a row: it is about the row as soon as there is one.
  const { terminal } = operations.start('staging/shop/services');
  terminal.type('a');
  await Promise.all([...there, terminal.waitFor(/Actions on web of shop/)]);
}, 40_000);

it('while a list of racks takes its time, keys are not echoed and ctrl-c ends the program', async () => {
  const silent: Server = createServer(() => undefined).listen(0, '127.0.0.1');
  cleanUps.push(() => silent.close());
  await once(silent, 'listening');
  const { port } = silent.address() as { port: number };
  const home = new Home().consoleLogin(`http://127.0.0.1:${port}`, 'a-token');
  cleanUps.push(() => home.remove());
  const asked = once(silent, 'connection');
  const terminal = Terminal.open({ home: home.path, env: { X_DEV_ALLOW_HTTP: 'true' } });
  cleanUps.push(() => terminal.close());
  await asked;
  // The answer would take five seconds: until then this is the screen that was there before.
  const before = terminal.screen();
  terminal.type('jjj');
  terminal.type('\u0003');
  await terminal.waitForExit();
  expect([terminal.screen(), terminal.isAlternateScreen()]).toEqual([before, false]);
}, 40_000);
