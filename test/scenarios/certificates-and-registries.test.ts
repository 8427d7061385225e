import { expect, it } from 'vitest';
import type { SimulatedRack } from '../../src/simulator/world/simulated-rack.ts';
import { type Operations, withOperations } from '../support/operations.ts';
import type { Operator } from '../support/operator.ts';
import { expectSecret, journalOf, runsOf, sendAll, type ToldAction } from '../support/told-action.ts';

const VERIFIED = /\+ ok +\+ verified/;
const OLD = 'cert-51d0c7be90a2';
const PASSWORD = 'reg-pw-4711-x';
const MATERIAL = 'MIIEkeymaterial4711';
/** What the rack had, what is typed, what is read from a file. */
const SECRETS = ['demo-registry-password', PASSWORD, MATERIAL];
const PUBLIC = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const PRIVATE = `-----BEGIN PRIVATE KEY-----\n${MATERIAL}\n-----END PRIVATE KEY-----\n`;

const IMPORT = {
  id: 'certificate.import',
  view: 'certificates',
  letter: 'i',
  title: 'Import a certificate',
  fields: ['site.crt', 'site.key'],
  answer: 'enter',
} as const;
const GENERATE = {
  id: 'certificate.generate',
  view: 'certificates',
  letter: 'g',
  title: 'Generate a certificate',
  fields: ['new.example.com'],
  answer: 'enter',
} as const;
const DELETE = {
  id: 'certificate.delete',
  view: 'certificates',
  row: OLD,
  letter: 'd',
  title: 'Delete the certificate',
  answer: { type: 'staging', reason: 'replaced' },
} as const;
const ADD = {
  id: 'registry.add',
  view: 'registries',
  letter: 'w',
  title: 'Add a registry',
  fields: ['ghcr.io/acme', 'bot', PASSWORD],
  answer: 'enter',
} as const;
const REMOVE = {
  id: 'registry.remove',
  view: 'registries',
  row: 'registry.example.com',
  letter: 'd',
  title: 'Remove the registry',
  answer: { type: 'staging', reason: 'moved' },
} as const;

const DONE: readonly ToldAction[] = [
  {
    ...GENERATE,
    preview: /It is issued once every domain leads to this rack/,
    sends: ['POST /certificates/generate'],
    ends: VERIFIED,
  },
  {
    ...IMPORT,
    preview: /Without the chain some clients will not trust it/,
    sends: ['POST /certificates'],
    ends: VERIFIED,
  },
  { ...DELETE, preview: /Its private key goes with it/, sends: [`DELETE /certificates/${OLD}`], ends: VERIFIED },
  { ...ADD, preview: /pull from ghcr\.io\/acme as bot/, sends: ['POST /registries'], ends: VERIFIED },
  { ...REMOVE, sends: ['DELETE /registries/registry.example.com'], ends: VERIFIED },
];

/** The connection is reset before the rack did anything. */
const LOST = {
  says: /! no effect +staging: The request got lost and did not take effect: /,
  ends: /! unclear +x failed/,
};
const strike = (method: string, path: RegExp) => ({ method, path, effect: { kind: 'reset' } }) as const;

const NOT_DONE: readonly ToldAction[] = [
  {
    // Its domain never leads here.
    ...GENERATE,
    sends: ['POST /certificates/generate'],
    byHand: true,
    says: /! not proven +staging: No longer watched\. Last seen: cert-\w+ is there, not issued yet/,
    ends: /\+ ok +\? unknown/,
  },
  { ...IMPORT, sends: ['POST /certificates'], strike: strike('POST', /\/certificates$/), ...LOST },
  { ...DELETE, sends: [`DELETE /certificates/${OLD}`], strike: strike('DELETE', /\/certificates\//), ...LOST },
  { ...ADD, sends: ['POST /registries'], strike: strike('POST', /\/registries$/), ...LOST },
  {
    ...REMOVE,
    sends: ['DELETE /registries/registry.example.com'],
    strike: strike('DELETE', /\/registries\//),
    ...LOST,
  },
];

/** Nothing is left of it but the certificate that is never issued. */
async function fails(operations: Operations, operator: Operator): Promise<void> {
  const rack = operations.rack('staging');
  const before = rack.certificates.map(({ id }) => id);
  await sendAll(operations, operator, NOT_DONE);
  await runsOf(operator, NOT_DONE);
  await journalOf(operator, NOT_DONE);
  expect(rack.certificates.map(({ id }) => id)).toEqual([...before, expect.any(String)]);
  expect(rack.registries.map(({ server }) => server)).toEqual(['registry.example.com']);
}

async function isDone(operations: Operations, operator: Operator): Promise<void> {
  const rack = operations.rack('staging');
  await sendAll(operations, operator, DONE, ({ id }) => {
    if (id === GENERATE.id) issue(rack, 'new.example.com');
  });
  await journalOf(operator, DONE);
  expect(rack.certificates.map(({ domains }) => domains[0]).sort()).toEqual([
    'admin.staging.example.com',
    'imported.example.com',
    'new.example.com',
    'new.example.com',
  ]);
  expect(rack.registries).toEqual([{ server: 'ghcr.io/acme', username: 'bot', password: PASSWORD }]);
}

/** Its domains lead here by now. */
function issue(rack: SimulatedRack, domain: string): void {
  rack.change(({ certificates }) => {
    for (const each of certificates) if (each.domains.includes(domain)) each.status = '';
  });
}

it(
  'certificates and registries that cannot be changed say so; at the next try they come and go, and the lists prove it',
  () =>
    withOperations({}, async (operations) => {
      operations.home.write('site.crt', PUBLIC);
      operations.home.write('site.key', PRIVATE);
      const operator = operations.start('staging/certificates');
      await fails(operations, operator);
      await isDone(operations, operator);
      // What was lost was looked at again and again, and sent once.
      expect(operations.mutations()).toEqual([...NOT_DONE, ...DONE].flatMap(({ sends }) => sends));
      expectSecret(operations, operator, SECRETS);
    }),
  60_000,
);
