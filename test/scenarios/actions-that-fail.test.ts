import { afterEach, expect, it } from 'vitest';
import type { FaultEffect } from '../../src/simulator/faults.ts';
import { createRelease } from '../../src/simulator/world/releases.ts';
import { Operations } from '../support/operations.ts';
import type { Deed } from '../support/operator.ts';

let operations: Operations | undefined;
afterEach(async () => {
  await operations?.close();
  operations = undefined;
});

const RESET: FaultEffect = { kind: 'reset' };
const says = (code: number, error: string): FaultEffect => ({
  kind: 'status',
  code,
  body: JSON.stringify({ error }),
  contentType: 'application/json',
});

interface Trouble extends Deed {
  readonly id: string;
  /** What strikes its request. */
  readonly effect?: FaultEffect;
  readonly route?: readonly [method: string, path: RegExp];
  /** Result and verification in the journal. */
  readonly ends: RegExp;
}

/** What a rack refuses, loses or does not bring to an end. */
const TROUBLES: readonly Trouble[] = [
  {
    id: 'service.scale',
    view: 'services',
    row: 'worker',
    letter: 's',
    title: 'Scale service',
    fields: ['2'],
    answer: 'enter',
    route: ['PUT', /\/services\/worker$/],
    effect: RESET,
    ends: /! unclear +x failed/,
  },
  {
    id: 'service.restart',
    view: 'services',
    row: 'web',
    letter: 'r',
    title: 'Restart service',
    answer: 'y',
    route: ['POST', /\/restart$/],
    effect: RESET,
    ends: /! unclear +x failed/,
  },
  {
    id: 'env.set',
    view: 'env',
    letter: 'v',
    title: 'Set env',
    fields: ['NEW_FLAG=on'],
    answer: 'enter',
    route: ['POST', /\/releases$/],
    effect: RESET,
    ends: /! unclear +x failed/,
  },
  {
    id: 'app.lock',
    view: 'apps',
    row: 'admin',
    letter: 'l',
    title: 'Lock app',
    answer: 'enter',
    route: ['PUT', /\/apps\/admin$/],
    effect: RESET,
    ends: /! unclear +x failed/,
  },
  {
    id: 'app.create',
    view: 'apps',
    letter: 'w',
    title: 'Create app',
    fields: ['fresh'],
    answer: 'enter',
    route: ['POST', /\/apps$/],
    effect: says(409, 'app name in use'),
    ends: /refused/,
  },
  {
    id: 'app.delete',
    view: 'apps',
    row: 'checkout',
    letter: 'd',
    title: 'Delete app',
    answer: { type: 'staging/checkout', reason: 'a try' },
    route: ['DELETE', /\/apps\/checkout$/],
    effect: says(403, 'app is locked'),
    ends: /refused/,
  },
  {
    id: 'registry.add',
    view: 'registries',
    letter: 'w',
    title: 'Add a registry',
    fields: ['ghcr.io/acme', 'bot', 'pw-4711'],
    answer: 'enter',
    route: ['POST', /\/registries$/],
    effect: { kind: 'status', code: 502 },
    // It happened all the same: read back.
    ends: /! unclear +\+ verified/,
  },
];

it('tells of each action what became of it: refused, lost, given up, failed', async () => {
  operations = await Operations.open();
  const { simulator } = operations;
  const rack = operations.rack('staging');
  const shop = rack.apps.get('shop');
  if (!shop) throw new Error('no shop');
  const before = shop.release;
  const made = rack.change((_rack, now) => createRelease(rack, shop, { env: 'LOG_LEVEL=debug' }, now));
  made.defect = { service: 'web', code: 1, exception: ['ERROR KeyError: NEW_FLAG'] };
  const operator = operations.start('staging/shop/releases');
  const { terminal } = operator;
  await terminal.waitFor(made.id);

  // A promote that does not come up: the rack gives it up and goes back.
  await operator.plan({ view: 'releases', row: made.id, letter: 'p', title: 'Promote release' });
  await operator.confirm('enter');
  await terminal.waitFor(new RegExp(`is updating to ${made.id}`), 20_000);
  rack.change(() => Object.assign(shop.deploy ?? {}, { deadlineAt: rack.now() }));
  await operator.leave();

  for (const { route, effect, ...deed } of TROUBLES) {
    const [method, path] = route ?? [];
    if (effect && method && path) simulator.faults.add({ match: { rack: 'staging', method, path }, times: 1, effect });
    await operator.start(deed);
  }

  // A process that is stopped and has no successor: watching is ended by hand, and it is not called proven.
  rack.change(() =>
    Object.assign(rack.apps.get('admin')?.services.get('web') ?? {}, {
      fate: { kind: 'crash-loop', code: 1, exception: ['ERROR boom'] },
    }),
  );
  // Of the whole rack: the last view was the rack's.
  await operator.plan({ view: 'processes', row: 'admin', letter: 'x', title: 'Stop process' });
  await operator.confirm('y');
  await terminal.waitFor(/Verifying \(\d+s\): \S/);
  terminal.press('e');
  await terminal.waitFor(/! Not proven\. No longer watched/);
  await operator.leave();

  await operator.goTo('journal');
  await terminal.waitFor(/release\.promote .*\+ ok +x failed/, 40_000);
  await terminal.waitFor(
    (screen) =>
      TROUBLES.every(({ id, ends }) => {
        const line = screen.split('\n').find((each) => each.includes(` ${id} `)) ?? '';
        return ends.test(line);
      }),
    20_000,
  );
  expect(terminal.screen()).toMatch(/process\.stop .*\+ ok +- unknown|process\.stop .*\+ ok +\S+ unknown/);
  expect(shop.release).toBe(before);
  expect(terminal.raw).not.toContain('pw-4711');
  // Nothing was tried a second time.
  const sent = operations.mutations();
  expect(sent).toHaveLength(TROUBLES.length + 2);
}, 90_000);
