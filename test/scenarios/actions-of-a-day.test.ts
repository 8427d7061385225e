import { afterEach, expect, it } from 'vitest';
import { createRelease } from '../../src/simulator/world/releases.ts';
import { Operations } from '../support/operations.ts';
import type { Deed } from '../support/operator.ts';

let operations: Operations | undefined;
afterEach(async () => {
  await operations?.close();
  operations = undefined;
});

/** Each is confirmed and left; its proof comes while the next one is done. */
const DAY: readonly (Deed & { readonly id: string })[] = [
  { id: 'release.promote', view: 'releases', row: 'newest', letter: 'p', title: 'Promote release', answer: 'enter' },
  {
    id: 'service.scale',
    view: 'services',
    row: 'worker',
    letter: 's',
    title: 'Scale service',
    fields: ['2'],
    answer: 'enter',
  },
  { id: 'service.restart', view: 'services', row: 'web', letter: 'r', title: 'Restart service', answer: 'y' },
  { id: 'env.set', view: 'env', letter: 'v', title: 'Set env', fields: ['NEW_FLAG=on'], answer: 'enter' },
  {
    id: 'app.params',
    view: 'apps',
    row: 'checkout',
    letter: 'm',
    title: 'Set app parameters',
    fields: ['BuildMem=2048'],
    answer: 'enter',
  },
  { id: 'app.create', view: 'apps', letter: 'w', title: 'Create app', fields: ['fresh'], answer: 'enter' },
  { id: 'app.lock', view: 'apps', row: 'checkout', letter: 'l', title: 'Lock app', answer: 'enter' },
  {
    id: 'registry.add',
    view: 'registries',
    letter: 'w',
    title: 'Add a registry',
    fields: ['ghcr.io/acme', 'bot', 'pw-4711'],
    answer: 'enter',
  },
  { id: 'app.unlock', view: 'apps', row: 'shop', letter: 'u', title: 'Unlock app', answer: 'enter' },
  { id: 'app.restart', view: 'apps', row: 'checkout', letter: 'r', title: 'Restart app', answer: 'y' },
  {
    id: 'registry.remove',
    view: 'registries',
    row: 'registry.example.com',
    letter: 'd',
    title: 'Remove the registry',
    answer: { type: 'staging', reason: 'moved' },
  },
  {
    id: 'app.delete',
    view: 'apps',
    row: 'admin',
    letter: 'd',
    title: 'Delete app',
    answer: { type: 'staging/admin', reason: 'nobody uses it' },
  },
];

it('does one thing after the other from the dashboard, and all of them are proven', async () => {
  operations = await Operations.open();
  const rack = operations.rack('staging');
  const shop = rack.apps.get('shop');
  if (!shop) throw new Error('no shop');
  const made = rack.change((_rack, now) => {
    shop.locked = true;
    return createRelease(rack, shop, { env: 'LOG_LEVEL=debug' }, now);
  });
  const operator = operations.start('staging/shop/releases');
  const { terminal } = operator;
  await terminal.waitFor(made.id);
  for (const { row, ...deed } of DAY)
    await operator.start(row === undefined ? deed : { ...deed, row: row === 'newest' ? made.id : row });

  await operator.goTo('journal');
  const proven = (screen: string) => screen.match(/\+ ok +\+ verified/g) ?? [];
  await terminal.waitFor((screen) => proven(screen).length === DAY.length, 30_000);
  // What the person said, and nothing that is secret.
  expect(terminal.screen()).toMatch(/app\.delete .*nobody uses it/);
  expect(terminal.raw).not.toContain('pw-4711');
  // Once each; a restart of an app is one request per service.
  expect(operations.mutations()).toEqual([
    `POST /apps/shop/releases/${made.id}/promote`,
    'PUT /apps/shop/services/worker',
    'POST /apps/shop/services/web/restart',
    'POST /apps/shop/releases',
    'PUT /apps/checkout',
    'POST /apps',
    'PUT /apps/checkout',
    'POST /registries',
    'PUT /apps/shop',
    'POST /apps/checkout/services/web/restart',
    'POST /apps/checkout/services/worker/restart',
    'DELETE /registries/registry.example.com',
    'DELETE /apps/admin',
  ]);
  expect([...rack.apps.keys()].sort()).toEqual(['checkout', 'fresh', 'shop']);
  expect(shop.release).toBe(made.id);
  expect(shop.services.get('worker')?.count).toBe(2);
}, 60_000);
