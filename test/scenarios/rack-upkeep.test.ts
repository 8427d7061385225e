import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Operations, type OperationsOptions } from '../support/operations.ts';
import { QUICK } from '../support/quick-rack.ts';
import { expectSecret, journalOf, send, type ToldAction } from '../support/told-action.ts';

/** Each of them has a world of its own: they may be told at the same time. */
async function withOperations(
  options: Omit<OperationsOptions, 'at'>,
  story: (operations: Operations) => Promise<void>,
): Promise<void> {
  const operations = await Operations.open(options);
  try {
    await story(operations);
  } finally {
    await operations.close();
  }
}

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
const GIVEN_UP: readonly ToldAction[] = IN_THE_CONSOLE.map((told) => ({ ...told, ends: /\+ ok +x failed/ }));

const UNKNOWN = /! unclear +\S+ unknown/;

const LOST: readonly (ToldAction & { readonly says: RegExp; readonly byHand?: true })[] = [
  {
    // Half an answer: whoever has the token has it, but nobody here.
    ...find('rack.token'),
    strike: { method: 'POST', path: /\/system\/jwt\/token$/, effect: { kind: 'truncate' } },
    says: /A token may have been made; it reached nobody and ends by itself after 8\s+h/,
    ends: UNKNOWN,
  },
  {
    // All twenty names are taken in this folder: it is not written over anything.
    ...find('instance.keyroll'),
    says: /x Failed\.[\s\S]*was made but could not be saved/,
    ends: /! failed +-/,
  },
  {
    ...find('rack.key-rotate'),
    strike: { method: 'PUT', path: /\/jwt\/rotate$/, effect: { kind: 'reset' } },
    byHand: true,
    says: /! Unclear\. No longer watched\.[\s\S]*Whether the key was rotated is not known/,
    ends: UNKNOWN,
  },
  {
    // It goes, and nothing comes in its place.
    ...find('instance.terminate'),
    byHand: true,
    says: /! Not proven\. No longer watched\. Last seen: ip-\S+ is gone; waiting for what replaces it/,
    ends: /\+ ok +\S+ unknown/,
  },
];

function find(id: string): ToldAction {
  const found = ON_THE_RACK.find((told) => told.id === id);
  if (!found) throw new RangeError(id);
  return found;
}

describe.concurrent('the upkeep of a rack', () => {
  it(
    'is done from the dashboard: nodes, keys, tokens, parameters and a new version, and all of it is proven',
    () =>
      withOperations({ withConsole: true }, async (operations) => {
        const [staging, eu] = [operations.rack('staging'), operations.rack('acme/eu')];
        const [nodes, key] = [staging.nodes.map(({ id }) => id), staging.signingKey];
        const operator = operations.start('staging/instances');
        await operator.goToRack('acme/eu');
        for (const told of IN_THE_CONSOLE) {
          await send(operations, operator, told);
          await operator.leave();
        }
        await operator.goToRack('staging');
        for (const told of ON_THE_RACK) {
          await send(operations, operator, told);
          await operator.leave();
        }
        await journalOf(operator, ON_THE_RACK);
        await operator.goToRack('acme/eu');
        await journalOf(operator, IN_THE_CONSOLE, 45_000);

        expect(eu.version).toBe('3.21.5');
        expect(operations.simulator.console?.racks.get('acme/eu')?.parameters).toMatchObject({
          node_type: 'm5.2xlarge',
        });
        const after = operations.rack('staging');
        expect(after.nodes).toHaveLength(nodes.length);
        expect(after.nodes.filter(({ id }) => !nodes.includes(id))).toHaveLength(1);
        expect(after.signingKey).not.toBe(key);
        // Given out once: in files that only this person can read, and nowhere else.
        const saved = ['staging-key.pem', 'staging-read-token.env'].map((name) => join(operations.home.path, name));
        for (const path of saved) expect(statSync(path).mode & 0o777).toBe(0o600);
        const [pem = '', url = ''] = saved.map((path) => readFileSync(path, 'utf8'));
        const token = /^RACK_URL=https:\/\/jwt:(.+)@\S+\n$/.exec(url)?.[1] ?? '';
        const material = pem.split('\n')[1] ?? '';
        expectSecret(operations, operator, [token, token.split('.')[2] ?? '', material]);
      }),
    80_000,
  );

  it(
    'that fails says so: given up by the rack, lost on the way, not kept here, never replaced',
    () =>
      withOperations(
        { withConsole: true, world: { timings: { ...QUICK, nodeReplace: 7_200_000 } } },
        async (operations) => {
          const key = operations.rack('staging').signingKey;
          for (let count = 1; count <= 20; count += 1)
            writeFileSync(join(operations.home.path, `staging-key${count === 1 ? '' : `-${count}`}.pem`), 'mine');
          const operator = operations.start('staging/instances');
          const { terminal } = operator;
          await operator.goToRack('acme/eu');
          for (const told of GIVEN_UP) {
            await send(operations, operator, told);
            await operator.leave();
          }
          operations.rack('acme/eu').change((rack) => Object.assign(rack, { status: 'failed' }));
          await operator.goToRack('staging');
          for (const { says, byHand, ...told } of LOST) {
            await send(operations, operator, told);
            if (byHand) {
              await terminal.waitFor(/Verifying \(\d+s\): \S/);
              terminal.press('e');
            }
            await terminal.waitFor(says);
            await operator.leave();
          }
          await journalOf(operator, LOST);
          await operator.goToRack('acme/eu');
          await journalOf(operator, GIVEN_UP, 30_000);
          // A reset came before anything was done; nobody tried again.
          expect(operations.rack('staging').signingKey).toBe(key);
          expect(readFileSync(join(operations.home.path, 'staging-key-20.pem'), 'utf8')).toBe('mine');
          expectSecret(operations, operator, ['simulated key material']);
        },
      ),
    80_000,
  );
});
