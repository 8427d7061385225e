import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigFile } from '../../src/platform/config-file.ts';
import type { Environment } from '../../src/platform/environment.ts';
import { GatewayConfigFile } from '../../src/targets/gateway-config-file.ts';
import { listTargets } from '../../src/targets/list-targets.ts';
import { OidcSessions } from '../../src/targets/oidc-sessions.ts';
import type { TargetListing } from '../../src/targets/target.ts';
import { fakeClients } from '../unit/targets/support/clients.ts';
import { hostileText, textProblem } from './hostile.ts';

const SECRET = 'sec-7d1f0a9c4b3e';

/** A good document of each file that racks are found in. */
const FILES = {
  '.config/rack-gateway/config.json': {
    current: 'prod',
    machine_id: '6d9f7c5b-0000-4000-8000-000000000001',
    gateways: {
      prod: {
        url: 'https://gw.example.com',
        token: SECRET,
        email: 'a@example.com',
        expires_at: '2027-01-01T00:00:00Z',
      },
    },
    tokens: { prod: { token: SECRET, email: 'a@example.com', expires_at: '0001-01-01T00:00:00Z' } },
  },
  '.config/rack-gateway/current': 'prod',
  '.config/rackdeck/config.json': {
    theme: 'dark',
    keys: { 'table.open': 'enter' },
    racks: { prod: { protected: true, readOnly: false, insecure: false } },
    targets: [
      {
        kind: 'oidc',
        name: 'proxied',
        url: 'https://rack.example.com',
        issuer: 'https://id.example.com',
        clientId: 'x',
      },
      { kind: 'direct', name: 'mine', url: `https://convox:${SECRET}@rack.example.com` },
    ],
  },
  '.config/convox/auth': { 'console.example.com': SECRET },
  '.config/convox/session': { 'console.example.com': SECRET },
  '.config/convox/console': 'console.example.com',
  '.config/convox/current': { name: 'acme/prod', type: 'console' },
  '.config/convox/rack': 'acme/prod',
  '.config/convox/racks/direct': `https://convox:${SECRET}@direct.example.com`,
  '.config/convox/racks/tf/main.tf': 'module "system" {}',
  '.config/convox/racks/tf/terraform.tfstate': {
    version: 4,
    outputs: { api: { value: `https://convox:${SECRET}@api.example.com`, type: 'string' }, provider: { value: 'aws' } },
  },
  '.config/convox/rack-meta/direct.json': { provider: 'aws', status: 'running' },
} as const;
type Name = keyof typeof FILES;
const NAMES = Object.keys(FILES) as readonly Name[];

function text(name: Name): string {
  const content = FILES[name];
  return typeof content === 'string' ? `${content}\n` : `${JSON.stringify(content, null, 2)}\n`;
}

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'rackdeck-fuzz-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const environment = (): Environment => ({
  env: {},
  home,
  cwd: home,
  platform: 'linux',
  hostname: 'host',
  now: () => 0,
  random: () => 0.5,
});

async function put(name: Name, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(home, name)), { recursive: true });
  await writeFile(join(home, name), content);
}

function list(): Promise<TargetListing> {
  const machine = environment();
  return listTargets({
    environment: machine,
    clients: fakeClients({
      racks: async () => [{ organization: 'acme', name: 'prod', provider: 'aws', status: 'running' }],
    }),
    gatewayFile: new GatewayConfigFile(machine),
    own: { file: new ConfigFile(machine), oidc: new OidcSessions(machine) },
  });
}

/** Every file below the home folder with a digest of its bytes. */
async function fingerprint(): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(home, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(
      files.map(async (path) => [
        path,
        createHash('sha256')
          .update(await readFile(path))
          .digest('hex'),
      ]),
    ),
  );
}

/** Everything of a listing that is shown. */
function shown({ targets, problems, notices, current, currentSource }: TargetListing): readonly string[] {
  const failures = [...problems, ...targets.flatMap((target) => target.problem ?? [])];
  return [
    ...notices,
    current ?? '',
    currentSource ?? '',
    ...targets.flatMap((target) => [
      target.name,
      target.id,
      target.origin,
      target.source,
      target.provider ?? '',
      target.status ?? '',
    ]),
    ...failures.flatMap(({ message, what, why, next, where }) => [message, what, why ?? '', next ?? '', where ?? '']),
  ];
}

function listingProblem(listing: TargetListing): string | undefined {
  for (const line of shown(listing)) {
    const problem = textProblem(line);
    if (problem !== undefined) return `${JSON.stringify(line)} ${problem}`;
    if (line.includes(SECRET)) return `quotes the secret: ${line}`;
  }
  for (const failure of [...listing.problems, ...listing.targets.flatMap((target) => target.problem ?? [])]) {
    if (!failure.next) return `says no next step: ${failure.message}`;
  }
  return undefined;
}

/** The same text with one part replaced, taken out or doubled. */
const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 0, max: 30 }),
  with: fc.oneof(
    hostileText,
    fc.constantFrom('', '"', '{', '}', ']', '[', ',', 'null', '1e999', '-0', '\\', '{}', '[]', 'true'),
  ),
});

function mutated(source: string, changes: readonly { at: number; length: number; with: string }[]): string {
  return changes.reduce((result, change) => {
    const from = Math.floor(change.at * result.length);
    return result.slice(0, from) + change.with + result.slice(from + change.length);
  }, source);
}

/** The same document with values of other kinds, and members that no document has. */
function distorted(value: unknown, pick: (choices: number) => number, odd: unknown): unknown {
  if (pick(6) === 0) return odd;
  if (Array.isArray(value)) return value.map((item) => distorted(item, pick, odd));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, each]) => [key, distorted(each, pick, odd)] as const);
  return Object.fromEntries([
    ...members,
    ...(pick(3) === 0 ? [['__proto__', odd] as const, ['constructor', odd] as const] : []),
  ]);
}

describe.each(NAMES)('%s', (name) => {
  it('may hold anything: racks are listed, what is wrong is said, the file is left alone', async () => {
    for (const each of NAMES) await put(each, text(each));
    const good = await list();
    expect(listingProblem(good)).toBeUndefined();
    expect(good.targets.map((target) => target.kind).sort()).toEqual([
      'console',
      'direct',
      'direct',
      'direct',
      'gateway',
      'oidc',
    ]);
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(mutation, { minLength: 1, maxLength: 4 }).map((changes) => mutated(text(name), changes)),
      fc.tuple(fc.infiniteStream(fc.nat(1_000)), fc.jsonValue()).map(([stream, odd]) => {
        const pick = (choices: number) => (stream.next().value ?? 0) % choices;
        return JSON.stringify(distorted(FILES[name], pick, odd)) ?? '';
      }),
      fc.oneof(hostileText, fc.json(), fc.constantFrom('', ' ', 'null', '[]', '{}', '"x"', '\ufeff{}')),
    );
    await fc.assert(
      fc.asyncProperty(content, async (bytes) => {
        await put(name, bytes);
        const before = await fingerprint();
        const listing = await list();
        expect(listingProblem(listing)).toBeUndefined();
        expect(await fingerprint()).toEqual(before);
        // Racks of the other files are still there.
        const others = good.targets.filter(
          (target) => !target.source.includes(name.replace('.config/', '').split('/')[0] ?? ''),
        );
        const ids = listing.targets.map((target) => target.id);
        if (name.startsWith('.config/convox')) return;
        for (const target of others) expect(ids).toContain(target.id);
      }),
      { numRuns: 40 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
    await put(name, text(name));
  });
});

describe('a file that is no JSON', () => {
  it.each(
    NAMES.filter((name) => typeof FILES[name] === 'object' && !name.includes('session') && !name.includes('rack-meta')),
  )('%s is named with a next step', async (name) => {
    for (const each of NAMES) await put(each, text(each));
    await put(name, '{"cut off": ');
    const { problems, targets } = await list();
    const failures = [...problems, ...targets.flatMap((target) => target.problem ?? [])];
    const named = failures.filter((failure) =>
      `${failure.message} ${failure.where ?? ''}`.includes(name.split('/').slice(-2).join('/')),
    );
    expect(named.map((failure) => failure.next)).not.toEqual([]);
  });
});

describe('names of files', () => {
  it('reach no terminal as they are', async () => {
    for (const each of NAMES) await put(each, text(each));
    const odd = join(home, '.config/convox/racks');
    await writeFile(join(odd, '\u001b[2J\u202erack'), 'nonsense');
    await writeFile(join(odd, 'two\nlines'), `https://convox:${SECRET}@two.example.com`);
    await mkdir(join(odd, '\u009b31mtf'));
    await writeFile(join(odd, '\u009b31mtf', 'main.tf'), '');
    const listing = await list();
    expect(listing.targets.length).toBe(9);
    expect(listingProblem(listing)).toBeUndefined();
  });
});
