import { afterEach, expect, it } from 'vitest';
import type { FaultEffect } from '../../src/simulator/faults.ts';
import { rackDomain } from '../../src/simulator/world/shape.ts';
import { Operations } from '../support/operations.ts';
import type { Deed } from '../support/operator.ts';

let operations: Operations | undefined;
afterEach(async () => {
  await operations?.close();
  operations = undefined;
});

interface Change extends Pick<Deed, 'title' | 'fields' | 'answer'> {
  readonly id: string;
  readonly app: string;
  readonly letter: string;
  /** What is changed, in the preview. */
  readonly shows: RegExp;
  readonly sends: readonly string[];
  /** What strikes its last request. */
  readonly effect?: FaultEffect;
  /** What the list of runs says in the end. */
  readonly says: string;
  /** Result and verification in the journal. */
  readonly journal: RegExp;
}

/** It never arrives, and the rack is asked what is true. */
const LOST: FaultEffect = { kind: 'reset' };
const NOT_SO = /! unclear +x failed/;
const PROVEN = /\+ ok +\+ verified/;
const answers = (code: number, error: string): FaultEffect => ({
  kind: 'status',
  code,
  body: JSON.stringify({ error }),
  contentType: 'application/json',
});

/** What does not become true comes first: finding that out takes longer, and what works out is done meanwhile. */
const CHANGES: readonly Change[] = [
  {
    id: 'certificate.renew',
    app: 'checkout',
    letter: 't',
    title: 'Renew certificates',
    answer: 'enter',
    shows: /Issuers limit how often/,
    sends: ['POST /certificates/checkout/renew'],
    effect: answers(500, 'acme: too many certificates already issued'),
    says: '~ verifying',
    journal: /! unclear +\S unknown/,
  },
  {
    id: 'env.unset',
    app: 'checkout',
    letter: 'n',
    title: 'Unset env',
    fields: ['LOG_LEVEL'],
    answer: 'enter',
    shows: /^ +- LOG_LEVEL$/m,
    sends: ['POST /apps/checkout/releases'],
    effect: LOST,
    says: '! no effect staging: The request got lost and did not take effect: No release with these variables was made',
    journal: NOT_SO,
  },
  {
    id: 'env.edit',
    app: 'admin',
    letter: 'e',
    title: 'Edit env',
    // In place of the only line there is.
    fields: ['LOG_LEVEL=info'],
    answer: 'enter',
    shows: /^ +~ LOG_LEVEL$/m,
    sends: ['POST /apps/admin/releases'],
    effect: LOST,
    says: '! no effect staging: The request got lost and did not take effect: No release with these variables was made',
    journal: NOT_SO,
  },
  {
    id: 'app.unlock',
    app: 'admin',
    letter: 'u',
    title: 'Unlock app',
    answer: 'enter',
    shows: /It can be deleted from then on/,
    sends: ['PUT /apps/admin'],
    effect: LOST,
    says: '! no effect staging: The request got lost and did not take effect: admin is locked',
    journal: NOT_SO,
  },
  {
    id: 'app.params',
    app: 'checkout',
    letter: 'm',
    title: 'Set app parameters',
    fields: ['BuildMem=2048'],
    answer: 'enter',
    shows: /~ BuildMem: 1024 -> 2048/,
    sends: ['PUT /apps/checkout'],
    effect: LOST,
    says: '! no effect staging: The request got lost and did not take effect: The parameters of checkout are as before',
    journal: NOT_SO,
  },
  {
    id: 'app.restart',
    app: 'checkout',
    letter: 'r',
    title: 'Restart app',
    answer: 'y',
    shows: /One service after the other is told to/,
    sends: ['POST /apps/checkout/services/web/restart', 'POST /apps/checkout/services/worker/restart'],
    effect: answers(403, 'admission webhook denied the request'),
    says: 'x failed staging: Could not restart worker in checkout (1 of 2 were sent before): admission webhook denied the request. What was sent before that did happen.',
    journal: /! failed +-/,
  },
  {
    id: 'env.unset',
    app: 'shop',
    letter: 'n',
    title: 'Unset env',
    fields: ['CATALOG_CACHE_TTL'],
    answer: 'enter',
    shows: /^ +- CATALOG_CACHE_TTL$/m,
    sends: ['POST /apps/shop/releases'],
    says: 'has the new environment, 1 variable changed',
    journal: PROVEN,
  },
  {
    id: 'certificate.renew',
    app: 'shop',
    letter: 't',
    title: 'Renew certificates',
    answer: 'enter',
    shows: /cert-shop-web|For its domains/,
    sends: ['POST /certificates/shop/renew'],
    says: '+ verified staging: cert-shop-web renewed, until 2',
    journal: PROVEN,
  },
  {
    id: 'env.edit',
    app: 'shop',
    letter: 'e',
    title: 'Edit env',
    // In place of the last line, LOG_LEVEL.
    fields: ['RETRIES=3'],
    answer: 'enter',
    shows: /^ +\+ RETRIES\n +- LOG_LEVEL$/m,
    sends: ['POST /apps/shop/releases'],
    says: 'has the new environment, 2 variables changed',
    journal: PROVEN,
  },
];

const squeezed = (screen: string): string => screen.replace(/\s+/g, ' ');

it('changes what an app is configured with, and tells of each change whether it is true now', async () => {
  operations = await Operations.open();
  const { simulator } = operations;
  const rack = operations.rack('staging');
  rack.change((_rack, now) => {
    Object.assign(rack.apps.get('admin') ?? {}, { locked: true });
    const domains = [`web.shop.${rackDomain(rack)}`];
    rack.certificates.push({ id: 'cert-shop-web', domains, expiresAt: now + 86_400_000, status: '', generated: true });
  });
  const releases = () => ['shop', 'checkout', 'admin'].map((name) => rack.apps.get(name)?.releases.length ?? 0);
  const [ofShop = 0, ...ofOthers] = releases();
  const operator = operations.start('staging/apps');
  const { terminal } = operator;
  const sent: string[] = [];
  for (const { id, app, letter, title, fields, answer, shows, sends, effect } of CHANGES) {
    const preview = await operator.plan({ view: 'apps', row: app, title, letter, ...(fields ? { fields } : {}) });
    expect(preview, id).toContain('waits for you');
    expect(preview, id).toMatch(shows);
    expect(operations.mutations(), id).toEqual(sent);
    const [method = '', path = ''] = sends.at(-1)?.split(' ') ?? [];
    const match = { rack: 'staging', method, path: new RegExp(`${path}$`) };
    if (effect) simulator.faults.add({ match, times: 1, effect });
    await operator.confirm(answer);
    await operator.leave();
    sent.push(...sends);
  }

  await operator.goTo('runs');
  const told = ({ title, app, says }: Change, screen: string) => squeezed(screen).includes(`${title} ${app} ${says}`);
  const last = ({ title, app, says }: Change, screen: string) =>
    squeezed(screen).match(new RegExp(`${title} ${app} \\+ verified staging: R\\w+ ${says}`)) !== null;
  await terminal.waitFor((screen) => CHANGES.every((change) => told(change, screen) || last(change, screen)), 30_000);

  // Issuing may take minutes: who does not want to wait is told what was seen last.
  await operator.reopen(/^> +Renew certificates +checkout /m);
  await terminal.waitFor(/Verifying \(\d+s\): No certificate of checkout has a later end yet/);
  terminal.press('e');
  await terminal.waitFor(/! Unclear\. No longer watched\. Last seen: No certificate of checkout has a later end yet/);

  await operator.goTo('journal');
  const line = ({ id, app }: Change, screen: string) =>
    screen.split('\n').find((each) => each.includes(` ${id} `) && each.includes(` ${app} `)) ?? '';
  await terminal.waitFor((screen) => CHANGES.every((change) => change.journal.test(line(change, screen))));

  // Each once, whatever became of it; and on the rack it is as was told.
  expect(operations.mutations()).toEqual(sent);
  expect(releases()).toEqual([ofShop + 2, ...ofOthers]);
  expect(rack.apps.get('shop')?.releases.at(-1)?.env.split('\n')).toEqual(['FEATURE_WISHLIST=on', 'RETRIES=3']);
  expect(rack.apps.get('admin')?.locked).toBe(true);
  expect(rack.apps.get('checkout')?.parameters.BuildMem).not.toBe('2048');
}, 90_000);
