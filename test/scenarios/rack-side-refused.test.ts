import { expect, it } from 'vitest';
import { findAction } from '../../src/actions/index.ts';
import { mintToken } from '../../src/simulator/wire/authentication.ts';
import { directUrl } from '../support/home.ts';
import { type Operations, withOperations } from '../support/operations.ts';
import type { Operator } from '../support/operator.ts';

/** By view, what each action says in place of what it does; `palette`: those that stand in no menu. */
type Reasons = Readonly<Record<string, readonly (readonly [id: string, reason: RegExp])[]>>;

const NOT_PROXIED = /not proxied by the gateway/;
const READS_ONLY = /needs an? (?:write|admin) token; you have: read-only token/;

/** Somebody with a token of the rack that may only read. */
const TO_A_READER: Reasons = {
  resources: [
    ['resource.console', READS_ONLY],
    ['resource.proxy', READS_ONLY],
  ],
  instances: [
    ['instance.terminate', READS_ONLY],
    ['instance.keyroll', READS_ONLY],
    ['instance.shell', READS_ONLY],
  ],
  'rack-resources': [
    ['resource.create', READS_ONLY],
    ['resource.delete', READS_ONLY],
  ],
  certificates: [
    ['certificate.import', READS_ONLY],
    ['certificate.generate', READS_ONLY],
    ['certificate.delete', READS_ONLY],
  ],
  registries: [
    ['registry.add', READS_ONLY],
    ['registry.remove', READS_ONLY],
  ],
  palette: [
    ['rack.token', READS_ONLY],
    ['rack.key-rotate', READS_ONLY],
    ['rack.proxy', READS_ONLY],
  ],
};

/** An admin: no gateway passes these on, and the approvals are closed by the config file. */
const BEHIND_A_GATEWAY: Reasons = {
  instances: [
    ['instance.terminate', NOT_PROXIED],
    ['instance.keyroll', NOT_PROXIED],
    ['instance.shell', NOT_PROXIED],
  ],
  approvals: [
    ['approval.request', /decided in the weekly meeting/],
    ['approval.approve', /decided in the weekly meeting/],
    ['approval.reject', /decided in the weekly meeting/],
    ['approval.extend', /decided in the weekly meeting/],
  ],
  palette: [['rack.proxy', NOT_PROXIED]],
};

/** The rack's own password, but the config file says no. */
const GUARDED: Reasons = {
  certificates: [
    ['certificate.import', /black friday/],
    ['certificate.generate', /black friday/],
    ['certificate.delete', /black friday/],
  ],
  registries: [
    ['registry.add', /black friday/],
    ['registry.remove', /black friday/],
  ],
  palette: [
    ['rack.token', /nobody hands out tokens here/],
    ['rack.key-rotate', /nobody hands out tokens here/],
  ],
};

const READ_ONLY: Reasons = {
  'rack-params': [
    ['rack.params', /read-only/],
    ['rack.update', /read-only/],
  ],
};

const CONFIG = {
  racks: {
    acme: { denyActions: [{ actions: ['approval.*'], reason: 'decided in the weekly meeting' }] },
    'acme/eu': { readOnly: true },
    staging: {
      denyActions: [{ actions: ['rack.token', 'rack.key-rotate'], reason: 'nobody hands out tokens here' }],
      freeze: [
        {
          from: '2020-01-01',
          to: '2099-12-31',
          timeZone: 'UTC',
          reason: 'black friday',
          allowActions: ['instance.*', 'resource.*'],
        },
      ],
    },
  },
};

const RACKS: Readonly<Record<string, Reasons>> = {
  reader: TO_A_READER,
  acme: BEHIND_A_GATEWAY,
  staging: GUARDED,
  'acme/eu': READ_ONLY,
};

const titleOf = (id: string): string => findAction(id)?.title ?? id;

/** The line of an action, which says why not. */
function expectReason(screen: string, title: string, reason: RegExp): void {
  const line = screen.split('\n').find((each) => new RegExp(` ${title} +x `).test(each));
  expect(line, `${title} on\n${screen}`).toMatch(reason);
}

async function inTheMenu(operator: Operator, view: string, reasons: Reasons[string]): Promise<void> {
  const { terminal } = operator;
  const [last = ''] = reasons.at(-1) ?? [];
  await operator.goTo(view);
  await operator.menu(titleOf(last));
  for (const [id, reason] of reasons) expectReason(terminal.screen(), titleOf(id), reason);
  // Chosen all the same, it says so once more, and there is nothing to confirm.
  terminal.press('enter');
  const [first = '', reason = /./] = reasons[0] ?? [];
  await terminal.waitFor((screen) => new RegExp(`${titleOf(first)}: .*${reason.source}`).test(screen));
  expect(terminal.screen()).not.toContain('waits for you');
  terminal.press('escape');
  await terminal.waitUntilGone('─ Actions on');
}

async function inThePalette({ terminal }: Operator, reasons: Reasons[string]): Promise<void> {
  for (const [id, reason] of reasons) {
    const name = titleOf(id).toLowerCase();
    terminal.press(':');
    await terminal.waitFor(/─ Go to ─/);
    terminal.type(name);
    expectReason(await terminal.waitFor(new RegExp(`│ > ${name} `)), name, reason);
    terminal.press('escape');
    await terminal.waitUntilGone('─ Go to ─');
  }
}

/** What only its preview can know. */
const NOT_POSSIBLE = [
  {
    view: 'instances',
    letter: 's',
    title: 'Shell on the instance',
    fields: [],
    says: /A v3 rack needs the private SSH key of its instances/,
  },
  {
    view: 'rack-resources',
    letter: 'w',
    title: 'Create a rack resource',
    fields: ['s3', 'files'],
    says: /This rack has no resources of type s3, only webhook/,
  },
] as const;

async function isRefused(operations: Operations): Promise<void> {
  const url = new URL(directUrl(operations.simulator));
  const { signingKey } = operations.rack('staging');
  const expiresAt = Math.floor(Date.now() / 1000) + 3_600;
  Object.assign(url, {
    username: 'jwt',
    password: mintToken({ user: 'system-read', role: 'r', expiresAt }, signingKey),
  });
  operations.home.directRack('reader', url.href);
  const operator = operations.start('reader/shop/resources');
  for (const [rack, all] of Object.entries(RACKS)) {
    if (rack !== 'reader') await operator.goToRack(rack);
    for (const [view, reasons] of Object.entries(all)) {
      if (view === 'palette') await inThePalette(operator, reasons);
      else await inTheMenu(operator, view, reasons);
    }
  }
  await operator.goToRack('staging');
  for (const { says, ...deed } of NOT_POSSIBLE) {
    expect(await operator.plan(deed)).toMatch(says);
    operator.terminal.press('y', 'enter');
    await operator.leave();
  }
  expect(operations.mutations()).toEqual([]);
  // Nothing was begun: there is no journal.
  expect(operations.kept()).not.toContain('"actionId"');
}

it(
  'is told in the menu, in the palette and in the preview why not, and nothing leaves',
  () => withOperations({ withConsole: true, config: CONFIG }, isRefused),
  60_000,
);
