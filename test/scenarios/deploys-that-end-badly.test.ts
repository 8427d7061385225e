import { afterEach, expect, it } from 'vitest';
import { promote } from '../../src/simulator/world/deploy.ts';
import { createRelease } from '../../src/simulator/world/releases.ts';
import type { SimulatedRack } from '../../src/simulator/world/simulated-rack.ts';
import { Operations } from '../support/operations.ts';

let operations: Operations | undefined;
afterEach(async () => {
  await operations?.close();
  operations = undefined;
});

/** Nothing new at the end of the month; what is on its way may be stopped. */
const FROZEN = {
  racks: {
    staging: {
      freeze: [
        {
          from: '2020-01-01',
          to: '2099-12-31',
          timeZone: 'UTC',
          reason: 'the month is closed',
          allowActions: ['deploy.*', 'release.rollback'],
        },
      ],
    },
  },
};

/** On its way since a minute, and it will not come up. Returns its id. */
function hangs(rack: SimulatedRack, name: string): string {
  return rack.change((_rack, now) => {
    const app = rack.apps.get(name);
    if (!app) throw new RangeError(`no app ${name}`);
    const made = createRelease(rack, app, { env: 'LOG_LEVEL=trace' }, now - 60_000);
    made.defect = { service: 'web', code: 1, exception: ['ERROR KeyError: DATABASE_URL'] };
    promote(rack, app, made.id, {}, now - 60_000);
    return made.id;
  });
}

it('cancels one deploy, loses the end of another and half of a way back, and holds what is new in a freeze', async () => {
  operations = await Operations.open({ config: FROZEN });
  const { simulator } = operations;
  const rack = operations.rack('staging');
  const [shop, admin, checkout] = ['shop', 'admin', 'checkout'].map((name) => rack.apps.get(name));
  if (!shop || !admin || !checkout) throw new Error('an app is missing');
  const ofAdmin = admin.release;
  const ofCheckout = checkout.release;
  const hanging = hangs(rack, 'shop');
  const hangingToo = hangs(rack, 'admin');
  const made = rack.change((_rack, now) => createRelease(rack, checkout, { env: 'LOG_LEVEL=info' }, now));
  const operator = operations.start('staging/checkout/releases');
  const { terminal } = operator;

  // The newest release waits: the freeze is named by the menu, and with its place by the key itself.
  await operator.select(made.id);
  expect(await operator.menu('Promote release')).toMatch(/ x frozen until 2100-01-01 00:00 UTC: the month is closed/);
  terminal.press('p');
  await terminal.waitFor(
    /Promote release: frozen until .*the month is closed \(\S+config\.json: racks\.staging\.freeze\[0\]\)/,
  );
  terminal.press('escape');
  await terminal.waitUntilGone('─ Actions on');
  // What would not do what was asked is told before anything is asked.
  const idle = await operator.plan({ view: 'apps', row: 'checkout', letter: 'c', title: 'Cancel deploy' });
  expect(idle).toMatch(/x It would not do what was asked\s+checkout is running: no deploy is under way\./);
  await operator.leave();
  expect(operations.mutations()).toEqual([]);

  const lost = (path: RegExp) =>
    simulator.faults.add({ match: { rack: 'staging', method: 'POST', path }, times: 1, effect: { kind: 'reset' } });
  // The rack never hears of the first one; of the way back it hears the first half.
  lost(/\/shop\/cancel$/);
  lost(/\/checkout\/releases\/\w+\/promote$/);
  const cancelled = await operator.plan({ view: 'apps', row: 'shop', letter: 'c', title: 'Cancel deploy' });
  expect(cancelled).toContain(`The rack goes back to ${shop.release}, whose processes still run.`);
  await operator.confirm('enter');
  await operator.leave();
  await operator.start({ view: 'apps', row: 'checkout', letter: 'b', title: 'Roll back', answer: 'enter' });
  await operator.start({ view: 'apps', row: 'admin', letter: 'c', title: 'Cancel deploy', answer: 'enter' });

  await operator.goTo('runs');
  const ends = [
    `Cancel deploy shop ! no effect staging: The request got lost and did not take effect: shop is still updating to ${hanging}.`,
    `Cancel deploy admin + verified staging: admin runs ${ofAdmin} again.`,
  ];
  await terminal.waitFor((screen) => {
    const text = screen.replace(/\s+/g, ' ');
    const half = new RegExp(
      `Roll back checkout ! no effect .*: Release R\\w+ was made, but not promoted\\. checkout still runs ${ofCheckout}\\.`,
    );
    return ends.every((end) => text.includes(end)) && half.test(text);
  }, 40_000);
  await operator.back('runs');
  await operator.goTo('journal');
  await terminal.waitFor(
    (screen) =>
      / deploy\.cancel +admin +\+ ok +\+ verified/.test(screen) &&
      / deploy\.cancel +shop +! unclear +x failed/.test(screen) &&
      / release\.rollback +checkout +! unclear +x failed/.test(screen),
  );

  // Each request once; the rack is as was told.
  const half = checkout.releases.at(-1);
  expect(operations.mutations()).toEqual([
    'POST /apps/shop/cancel',
    'POST /apps/checkout/releases',
    `POST /apps/checkout/releases/${half?.id}/promote`,
    'POST /apps/admin/cancel',
    'POST /apps/admin/releases',
  ]);
  expect([admin.release, admin.deploy]).toEqual([ofAdmin, undefined]);
  expect(admin.releases.at(-1)?.id).not.toBe(hangingToo);
  expect([checkout.release, checkout.deploy]).toEqual([ofCheckout, undefined]);
  expect(shop.deploy?.release).toBe(hanging);
}, 90_000);
