import { afterEach, expect, it } from 'vitest';
import { Operations } from '../support/operations.ts';

let operations: Operations | undefined;
afterEach(async () => {
  await operations?.close();
  operations = undefined;
});

/** What each action of a menu says in place of what it does, by view. */
type Reasons = Readonly<Record<string, readonly (readonly [title: string, reason: RegExp])[]>>;

const TO_A_VIEWER: Reasons = {
  services: [
    ['Run a one-off command', /one-off commands may not run|needs role/],
    ['Restart service', /needs role ops; you are viewer/],
    ['Scale service', /needs role deployer; you are viewer/],
  ],
  processes: [
    ['Stop process', /needs role ops/],
    ['Shell or command', /needs role ops/],
    ['Copy files to the process', /not proxied by the gateway|needs permission|needs role/],
    ['Copy files from the process', /not proxied by the gateway|needs permission|needs role/],
    ['Proxy to the process', /not proxied by the gateway|needs permission|needs role/],
  ],
  apps: [
    ['Restart app', /needs role ops/],
    ['Set env', /needs role deployer/],
    ['Unset env', /needs role deployer/],
    ['Edit env', /needs role deployer/],
    ['Roll back', /needs role deployer/],
    ['Cancel deploy', /not proxied by the gateway|needs permission|needs role/],
    ['Lock app', /needs role deployer/],
    ['Unlock app', /needs role deployer/],
    ['Set app parameters', /needs role deployer/],
    ['Create app', /needs role admin/],
    ['Delete app', /needs role admin/],
    ['Renew certificates', /not proxied by the gateway|needs permission|needs role/],
  ],
  instances: [
    ['Terminate instance', /not proxied by the gateway|needs permission|needs role/],
    ['Roll the instance keys', /not proxied by the gateway|needs permission|needs role/],
    ['Shell on the instance', /not proxied by the gateway|needs permission|needs role/],
  ],
};

it('shows a viewer every action with the reason why not, and sends nothing', async () => {
  operations = await Operations.open({ person: 'viewer@example.com' });
  const operator = operations.start('acme/shop/services');
  const { terminal } = operator;
  for (const [view, reasons] of Object.entries(TO_A_VIEWER)) {
    await operator.goTo(view);
    await operator.menu(reasons[0]?.[0] ?? '');
    for (const [title, reason] of reasons) {
      const line =
        terminal
          .screen()
          .split('\n')
          .find((each) => each.includes(` ${title} `)) ?? '';
      expect(line, title).toMatch(/ x /);
      expect(line, title).toMatch(reason);
    }
    terminal.press('escape');
    await terminal.waitUntilGone('─ Actions on');
  }
  // The key itself says it, too.
  await operator.goTo('processes');
  await terminal.waitFor(/^ ?> \S/m);
  terminal.press('x');
  await terminal.waitFor(/Stop process: needs role ops/);
  expect(operations.mutations()).toEqual([]);
}, 40_000);

const GUARDED = {
  racks: {
    staging: {
      protected: true,
      denyActions: [{ actions: ['app.delete'], reason: 'apps live for ever' }],
      freeze: [
        {
          from: '2020-01-01',
          to: '2099-12-31',
          timeZone: 'UTC',
          reason: 'black friday',
          allowActions: ['service.*', 'app.*', 'process.*'],
        },
      ],
      maxBulk: 1,
    },
  },
};

it('holds what the config file forbids, asks for the name on a protected rack, and R closes everything', async () => {
  operations = await Operations.open({ config: GUARDED });
  const operator = operations.start('staging/shop/services');
  const { terminal } = operator;
  await terminal.waitFor('PROTECTED');
  // Denied, with its reason and its place; frozen; one-off commands only where nothing serves.
  await operator.goTo('apps');
  expect(await operator.menu('Delete app')).toMatch(/x .*apps live for ever/);
  terminal.press('escape');
  await operator.goTo('registries');
  expect(await operator.menu('Add a registry')).toMatch(/x .*black friday/);
  terminal.press('escape');
  await operator.goTo('services');
  expect(await operator.menu('Run a one-off command')).toMatch(/x one-off commands may not run in web/);
  terminal.press('escape');
  await terminal.waitUntilGone('─ Actions on');

  // More at once than the limit.
  await operator.goTo('processes');
  await terminal.waitFor(/^ ?> \S/m);
  terminal.press('ctrl+a', 'x');
  await terminal.waitFor(/Stop process: .*1 at a time|Stop process: .*(?:at most|maxBulk)/);

  // Service impact on a protected rack: enter alone is no answer.
  const preview = await operator.plan({
    view: 'services',
    row: 'worker',
    letter: 's',
    title: 'Scale service',
    fields: ['2'],
  });
  expect(preview).toContain('PROTECTED');
  expect(preview).toMatch(/Type shop to confirm/);
  terminal.press('enter');
  await terminal.waitFor(/Type shop|does not match|too soon|before the question/);
  expect(operations.mutations()).toEqual([]);
  await operator.confirm({ type: 'shop' });
  await terminal.waitFor(/Verifying|Verified/);
  expect(operations.mutations()).toEqual(['PUT /apps/shop/services/worker']);
  await operator.leave();

  terminal.press('R');
  await terminal.waitFor('READ-ONLY');
  await operator.goTo('apps');
  const menu = await operator.menu('Restart app');
  expect(menu).toMatch(/x read-only/);
  const offersOf = (screen: string) => screen.split('\n').filter((line) => /│ {3}\w {2}|│ > \w {2}/.test(line));
  const offers = offersOf(await terminal.waitFor((screen) => offersOf(screen).length > 10));
  for (const offer of offers) expect(offer).toMatch(/ x /);
  terminal.press('r');
  await terminal.waitFor(/Restart app: read-only/);
  expect(operations.mutations()).toHaveLength(1);
}, 40_000);
