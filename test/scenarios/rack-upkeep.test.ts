import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Operations, withOperations } from '../support/operations.ts';
import { QUICK } from '../support/quick-rack.ts';
import { expectSecret, journalOf, runsOf, sendAll, type ToldAction } from '../support/told-action.ts';

const VERIFIED = /\+ ok +\+ verified/;
const OF_STAGING = { answer: { type: 'staging', reason: 'upkeep' } } as const;
const OF_EU = { answer: { type: 'eu', reason: 'upkeep' } } as const;

/** Through the console, which works for half a minute until both are proven. */
const IN_THE_CONSOLE: readonly ToldAction[] = [
  {
    id: 'rack.update',
    view: 'rack-params',
    letter: 'u',
    title: 'Update the rack',
    fields: ['3.21.5'],
    ...OF_EU,
    preview: /from 3\.21\.4 to 3\.21\.5[\s\S]*The API restarts/,
    sends: ['PUT /racks/acme/eu'],
    ends: VERIFIED,
  },
  {
    id: 'rack.params',
    view: 'rack-params',
    letter: 'm',
    title: 'Set rack parameters',
    fields: ['node_type=m5.2xlarge'],
    ...OF_EU,
    preview: /node_type: m5\.xlarge -> m5\.2xlarge/,
    sends: ['PUT /racks/acme/eu'],
    ends: VERIFIED,
  },
];

const NODE = /^DELETE \/instances\/ip-10-1-\S+$/;

const ON_THE_RACK: readonly ToldAction[] = [
  {
    id: 'instance.terminate',
    view: 'instances',
    row: 'ip-10-1-',
    letter: 't',
    title: 'Terminate instance',
    ...OF_STAGING,
    preview: /Processes on it[\s\S]*Room without it/,
    sends: [NODE],
    ends: VERIFIED,
  },
  {
    id: 'rack.key-rotate',
    title: 'Rotate the rack access key',
    ...OF_STAGING,
    preview: /Every token ever made for it stops working/,
    sends: ['PUT /system/jwt/rotate'],
    ends: VERIFIED,
  },
  {
    id: 'instance.keyroll',
    view: 'instances',
    letter: 'g',
    title: 'Roll the instance keys',
    ...OF_STAGING,
    sends: ['POST /instances/keyroll'],
    ends: VERIFIED,
  },
  {
    id: 'rack.token',
    title: 'Make a rack access token',
    fields: [undefined, '8'],
    ...OF_STAGING,
    preview: /role read for staging, valid for 8 hours/,
    sends: ['POST /system/jwt/token'],
    ends: VERIFIED,
  },
];

/** The rack gives both up. */
const GIVEN_UP: readonly ToldAction[] = IN_THE_CONSOLE.map((told) => ({
  ...told,
  says: /x failed +acme\/eu: The rack says that its update failed/,
  ends: /\+ ok +x failed/,
}));

const UNKNOWN = /! unclear +\S+ unknown/;

const LOST: readonly ToldAction[] = [
  {
    // Half an answer: whoever has the token has it, but nobody here.
    ...find('rack.token'),
    strike: { method: 'POST', path: /\/system\/jwt\/token$/, effect: { kind: 'truncate' } },
    says: /! unclear +staging: .*A token may have been made; it reached nobody and ends by itself after 8 h/,
    ends: UNKNOWN,
  },
  {
    // All twenty names are taken in this folder: it is not written over anything.
    ...find('instance.keyroll'),
    says: /x failed +staging: The new key pair was made but could not be saved/,
    ends: /! failed +-/,
  },
  {
    ...find('rack.key-rotate'),
    strike: { method: 'PUT', path: /\/jwt\/rotate$/, effect: { kind: 'reset' } },
    byHand: true,
    says: /! unclear +staging: .*Whether the key was rotated is not known/,
    ends: UNKNOWN,
  },
  {
    // It goes, and nothing comes in its place.
    ...find('instance.terminate'),
    byHand: true,
    says: /! not proven +staging: .*Last seen: ip-\S+ is gone; waiting for what replaces it/,
    ends: /\+ ok +\S+ unknown/,
  },
];

function find(id: string): ToldAction {
  const found = ON_THE_RACK.find((told) => told.id === id);
  if (!found) throw new RangeError(id);
  return found;
}

async function isDone(operations: Operations): Promise<void> {
  const [staging, eu] = [operations.rack('staging'), operations.rack('acme/eu')];
  const [nodes, key] = [staging.nodes.map(({ id }) => id), staging.signingKey];
  const operator = operations.start('staging/instances');
  await operator.goToRack('acme/eu');
  await sendAll(operations, operator, IN_THE_CONSOLE);
  await operator.goToRack('staging');
  await sendAll(operations, operator, ON_THE_RACK);
  await journalOf(operator, ON_THE_RACK);
  await operator.goToRack('acme/eu');
  await journalOf(operator, IN_THE_CONSOLE, 45_000);

  expect(eu.version).toBe('3.21.5');
  expect(operations.simulator.console?.racks.get('acme/eu')?.parameters).toMatchObject({ node_type: 'm5.2xlarge' });
  const after = operations.rack('staging').nodes;
  expect(after).toHaveLength(nodes.length);
  expect(after.filter(({ id }) => !nodes.includes(id))).toHaveLength(1);
  expect(staging.signingKey).not.toBe(key);
  expect(operations.mutations()).toHaveLength(IN_THE_CONSOLE.length + ON_THE_RACK.length);
  // Given out once: in files that only this person can read, and nowhere else.
  const saved = ['staging-key.pem', 'staging-read-token.env'].map((name) => join(operations.home.path, name));
  for (const path of saved) expect(statSync(path).mode & 0o777).toBe(0o600);
  const [pem = '', url = ''] = saved.map((path) => readFileSync(path, 'utf8'));
  const token = /^RACK_URL=https:\/\/jwt:(.+)@\S+\n$/.exec(url)?.[1] ?? '';
  expectSecret(operations, operator, [token, token.split('.')[2] ?? '', pem.split('\n')[1] ?? '']);
}

async function fails(operations: Operations): Promise<void> {
  const { signingKey } = operations.rack('staging');
  const keyFile = (count: number) => join(operations.home.path, `staging-key${count === 1 ? '' : `-${count}`}.pem`);
  for (let count = 1; count <= 20; count += 1) writeFileSync(keyFile(count), 'mine');
  const operator = operations.start('staging/instances');
  await operator.goToRack('acme/eu');
  await sendAll(operations, operator, GIVEN_UP);
  operations.rack('acme/eu').change((rack) => Object.assign(rack, { status: 'failed' }));
  await operator.goToRack('staging');
  await sendAll(operations, operator, LOST);
  await journalOf(operator, LOST);
  await runsOf(operator, [...LOST, ...GIVEN_UP], 30_000);
  await operator.goToRack('acme/eu');
  await journalOf(operator, GIVEN_UP);
  // The reset came before anything was done, and nobody tried again.
  expect(operations.rack('staging').signingKey).toBe(signingKey);
  expect(operations.mutations()).toHaveLength(GIVEN_UP.length + LOST.length);
  expect(readFileSync(keyFile(20), 'utf8')).toBe('mine');
  expectSecret(operations, operator, ['simulated key material']);
}

describe.concurrent('the upkeep of a rack', () => {
  it(
    'is done from the dashboard: nodes, keys, tokens, parameters and a new version, and all of it is proven',
    () => withOperations({ withConsole: true, world: { lively: false } }, isDone),
    80_000,
  );

  it(
    'that fails says so: given up by the rack, lost on the way, not kept here, never replaced',
    () =>
      withOperations(
        { withConsole: true, world: { lively: false, timings: { ...QUICK, nodeReplace: 7_200_000 } } },
        fails,
      ),
    80_000,
  );
});
