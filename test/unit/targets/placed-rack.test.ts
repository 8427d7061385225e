import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asFailure } from '../../../src/domain/failure.ts';
import { guidePlaces } from '../../../src/main/guide-places.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import { ConvoxSettings } from '../../../src/targets/convox-settings.ts';
import { namedRacks } from '../../../src/targets/local-racks.ts';
import { protocolClients } from '../../support/protocol-clients.ts';

let home: string;
let simulator: Simulator;
let env: Record<string, string>;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'placed-rack-'));
  simulator = await startSimulator({ seed: 1, lively: false });
  env = { CONVOX_CONFIG: join(home, 'convox') };
});

afterEach(async () => {
  await simulator.close();
  rmSync(home, { recursive: true, force: true });
});

function environment() {
  const rest = { platform: 'linux' as const, hostname: 'laptop', now: Date.now, random: Math.random };
  return { env, home, cwd: home, ...rest };
}

function write(path: string, text: string): void {
  const full = join(home, path);
  mkdirSync(join(full, '..'), { recursive: true });
  writeFileSync(full, text);
}

function places() {
  const clients = protocolClients({ now: Date.now, random: Math.random, userAgent: 'rackdeck/test' });
  return guidePlaces({ environment: environment(), clients, userAgent: 'rackdeck/test', demo: undefined });
}

const directUrl = () => {
  const found = simulator.endpoints.find((endpoint) => endpoint.kind === 'direct');
  if (!found) throw new Error('no direct rack');
  return found.url;
};

const state = (api: string | undefined) =>
  JSON.stringify({ version: 4, serial: 1, lineage: 'a-1', outputs: api === undefined ? {} : { api: { value: api } } });

describe('a rack where a move has put it', () => {
  it('a folder of this machine: asked at the address in its state', async () => {
    write('convox/racks/staging/main.tf', '');
    write('convox/racks/staging/terraform.tfstate', state(directUrl()));
    const found = await places().placed('staging');
    expect(found).toMatchObject({ kind: 'direct', origin: new URL(directUrl()).origin });
    const { password } = new URL(directUrl());
    expect(JSON.stringify(found)).not.toContain(password);
    const connection = found.connect();
    expect((await connection.rack.system()).version).toMatch(/^3\./);
    await connection.close();
  });

  it('a rack of the console: its paths, with its name in the header', async () => {
    const console_ = simulator.endpoints.find((endpoint) => endpoint.kind === 'console');
    if (!console_) throw new Error('no console');
    const { host } = new URL(console_.host);
    env = { ...env, X_DEV_ALLOW_HTTP: 'true' };
    write('convox/console', host);
    write('convox/auth', JSON.stringify({ [host]: console_.token }));
    const found = await places().placed('acme/eu');
    expect(found).toMatchObject({ kind: 'console', origin: console_.host });
    const connection = found.connect();
    expect((await connection.rack.system()).provider).toBe('aws');
    await connection.close();
    expect(simulator.requests.at(-1)?.headers).toMatchObject({ rack: 'acme/eu' });
  });

  it.each<[string, () => void, string]>([
    ['no folder', () => undefined, 'not-found'],
    ['a direct rack, which is a file', () => write('convox/racks/staging', directUrl()), 'not-found'],
    ['no state yet', () => write('convox/racks/staging/main.tf', ''), 'not-found'],
    ['no address yet', () => write('convox/racks/staging/terraform.tfstate', state(undefined)), 'not-found'],
    ['a state that is none', () => write('convox/racks/staging/terraform.tfstate', 'planted'), 'malformed'],
    ['an address that is none', () => write('convox/racks/staging/terraform.tfstate', state('planted')), 'malformed'],
    [
      'a state kept elsewhere, with a stale one beside it',
      () => {
        write('convox/racks/staging/backend.tf', '');
        write('convox/racks/staging/terraform.tfstate', state(directUrl()));
      },
      'unsupported',
    ],
  ])('%s: refused, and nothing of it is repeated', async (_name, prepare, kind) => {
    prepare();
    const failure = asFailure(
      await places()
        .placed('staging')
        .catch((error: unknown) => error),
    );
    expect(failure.kind).toBe(kind);
    expect(failure.next).toMatch(/\S/);
    expect(JSON.stringify([failure.message, failure.why, failure.next])).not.toMatch(/planted|convox:[0-9a-f]/);
  });

  it('without a login there is no way through the console', async () => {
    const failure = asFailure(
      await places()
        .placed('acme/eu')
        .catch((error: unknown) => error),
    );
    expect(failure.kind).toBe('not-logged-in');
  });
});

it('everything that names a rack here is told, what counts first', async () => {
  env = { ...env, CONVOX_RACK: 'acme/x' };
  write('.convox/rack', 'x\n');
  write('convox/current', JSON.stringify({ name: 'x', type: 'terraform' }));
  const found = await namedRacks(environment(), new ConvoxSettings(environment()));
  expect(found.map(({ name, from }) => `${from.split('/').at(-1)}: ${name}`)).toEqual([
    'CONVOX_RACK: acme/x',
    'rack: x',
    'current: x',
  ]);
});
