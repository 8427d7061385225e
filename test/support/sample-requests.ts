import type { Outcome } from '../../src/actions/run-state.ts';
import type { ActionRequest, Subject } from '../../src/domain/subject.ts';
import type { Defect } from '../../src/simulator/world/app.ts';
import { promote } from '../../src/simulator/world/deploy.ts';
import { createRelease } from '../../src/simulator/world/releases.ts';
import { rackDomain } from '../../src/simulator/world/shape.ts';
import type { ActionBench } from './action-bench.ts';
import { PLANTED } from './planted-secrets.ts';

/** The ways to a rack; `v2` is a direct rack of the older generation. */
export type Peer = 'direct' | 'gateway' | 'console' | 'v2';

/** What one usually asks of an action. */
export interface Sample {
  /** Where it has to be possible. Elsewhere it has to be refused. */
  readonly on: readonly Peer[];
  readonly subjects?: (bench: ActionBench) => readonly Subject[] | Promise<readonly Subject[]>;
  readonly input?: ActionRequest['input'] | ((bench: ActionBench) => ActionRequest['input']);
  readonly prepare?: (bench: ActionBench) => void;
  /** What a person types into the session that it opens. */
  readonly typed?: readonly string[];
  /** How it ends when all goes well; `verified` where it is not said. */
  readonly ends?: Partial<Readonly<Record<Peer, Outcome>>>;
  /** Nothing leaves before somebody uses what was opened. */
  readonly leavesLater?: boolean;
}

const EVERYWHERE: readonly Peer[] = ['direct', 'gateway', 'console', 'v2'];
const NO_GATEWAY: readonly Peer[] = ['direct', 'console', 'v2'];
const SECRET = `${PLANTED}-typed`;
const HANGS: Defect = { service: 'web', code: 1, exception: ['ERROR boom'] };
/** Of the person's machine in test/support/action-contract.ts. */
const [CERTIFICATE, KEY, NOTES] = ['site.crt', 'site.key', 'notes.txt'];

const shop = () => [{ id: 'shop', app: 'shop' }];
const web = () => [{ id: 'web', app: 'shop', service: 'web' }];
const worker = () => [{ id: 'worker', app: 'shop', service: 'worker' }];
const pod = (bench: ActionBench) => {
  const found = bench.rack.processes.find(({ app, service }) => app === 'shop' && service === 'web');
  return [{ id: found?.id ?? 'none', app: 'shop', service: 'web' }];
};
async function node({ session }: ActionBench): Promise<readonly Subject[]> {
  const [first] = await session.reads({ freshMs: 0 }).instances();
  return [{ id: first?.id ?? 'none' }];
}
const database = () => [{ id: 'database', app: 'shop' }];

function newRelease(bench: ActionBench) {
  const env = 'CATALOG_CACHE_TTL=60\nNEW_FLAG=on';
  return bench.rack.change((rack, now) => createRelease(rack, bench.app('shop'), { env }, now));
}

function hangingDeploy(bench: ActionBench): void {
  const release = newRelease(bench);
  release.defect = HANGS;
  bench.rack.change((rack, now) => promote(rack, bench.app('shop'), release.id, {}, now));
  bench.clock.advance(5_000);
}

/** A build that is not the one that runs. */
function olderRelease(bench: ActionBench) {
  const { release, releases } = bench.app('shop');
  const active = releases.find(({ id }) => id === release);
  const older = releases.findLast(({ build }) => build !== '' && build !== active?.build);
  return [{ id: older?.id ?? 'none', app: 'shop' }];
}

const setLock = (locked: boolean) => (bench: ActionBench) => {
  bench.rack.change(() => Object.assign(bench.app('shop'), { locked }));
};

/** That the rack itself renews: for the domain of its service. */
function ownCertificate({ rack }: ActionBench): void {
  const domains = [`web.shop.${rackDomain(rack)}`];
  rack.change((_rack, now) => {
    rack.certificates.push({ id: 'cert-shop-web', domains, expiresAt: now + 86_400_000, status: '', generated: true });
  });
}

/** A request of the demo's gateway in the given state. */
function approval(state: 'pending' | 'approved') {
  return async ({ clock, simulator: { gateway } }: ActionBench): Promise<readonly Subject[]> => {
    if (!gateway) throw new Error('no gateway');
    const headers = { authorization: `Bearer ${gateway.issueSession('admin@example.com').token}` };
    const url = `${gateway.url}/api/v1/deploy-approval-requests`;
    const answer = (await (await fetch(url, { headers })).json()) as {
      deploy_approval_requests: readonly { public_id: string; app: string; status: string }[];
    };
    const found = answer.deploy_approval_requests.find(({ status }) => status === 'pending');
    if (!found) throw new Error('nothing is pending');
    if (state === 'approved') {
      const code = gateway.users.find(({ email }) => email === 'admin@example.com')?.backupCodes[0] ?? '';
      const approved = await fetch(`${url}/${found.public_id}/approve`, {
        method: 'POST',
        headers: { ...headers, 'x-mfa-totp': code },
      });
      if (!approved.ok) throw new Error(await approved.text());
      clock.advance(60_000);
    }
    return [{ id: found.public_id, app: found.app }];
  };
}

/** One for every registered action; a contract (test/contract/actions-on-simulator.test.ts) holds that none is missing. */
export const SAMPLES: Readonly<Record<string, Sample>> = {
  'process.stop': { on: EVERYWHERE, subjects: pod },
  'process.exec': { on: EVERYWHERE, subjects: pod, typed: ['exit 0'] },
  'process.run': { on: EVERYWHERE, subjects: web, input: { command: 'echo hi' } },
  'service.restart': { on: EVERYWHERE, subjects: web },
  'app.restart': { on: EVERYWHERE, subjects: shop },
  'service.scale': { on: EVERYWHERE, subjects: worker, input: { count: '3' } },
  'env.set': { on: EVERYWHERE, subjects: shop, input: { pairs: `NEW_ONE=${SECRET}` } },
  'env.unset': { on: EVERYWHERE, subjects: shop, input: { keys: 'PLAIN_NAME' } },
  'env.edit': { on: EVERYWHERE, subjects: shop, input: { text: `ONLY=${SECRET}` } },
  'release.promote': { on: EVERYWHERE, subjects: (bench) => [{ id: newRelease(bench).id, app: 'shop' }] },
  'release.rollback': { on: EVERYWHERE, subjects: olderRelease },
  'deploy.cancel': { on: NO_GATEWAY, subjects: shop, prepare: hangingDeploy },
  'app.lock': { on: EVERYWHERE, subjects: shop, prepare: setLock(false) },
  'app.unlock': { on: EVERYWHERE, subjects: shop, prepare: setLock(true) },
  'app.params': { on: EVERYWHERE, subjects: shop, input: { parameters: `BuildMem=2048\nApiToken=${SECRET}` } },
  'app.create': { on: EVERYWHERE, input: { name: 'fresh' } },
  // The demo's gateway forbids it by policy.
  'app.delete': { on: EVERYWHERE, subjects: shop, ends: { gateway: 'rejected' } },
  // The rack behind the demo's console is too old for it.
  'instance.terminate': { on: ['direct', 'v2'], subjects: node },
  'instance.keyroll': { on: NO_GATEWAY },
  'instance.shell': { on: NO_GATEWAY, subjects: node, input: { key: KEY }, typed: ['exit'] },
  'resource.console': { on: ['direct', 'console'], subjects: database, typed: ['\\q'] },
  'resource.proxy': { on: NO_GATEWAY, subjects: database, leavesLater: true },
  'process.proxy': { on: NO_GATEWAY, subjects: pod, input: { to: '10.1.2.3:3000' }, leavesLater: true },
  'rack.proxy': { on: NO_GATEWAY, input: { to: 'db.internal:5432' }, leavesLater: true },
  'process.copy-to': { on: NO_GATEWAY, subjects: pod, input: { local: NOTES, remote: '/tmp/notes.txt' } },
  'process.copy-from': {
    on: NO_GATEWAY,
    subjects: pod,
    input: { remote: '/app/notes.txt', local: 'here' },
    prepare: (bench) => void bench.app('shop').files.set(`${pod(bench)[0]?.id}:/app/notes.txt`, Buffer.from(SECRET)),
  },
  'certificate.import': { on: NO_GATEWAY, input: { pub: CERTIFICATE, key: KEY } },
  'certificate.generate': {
    on: NO_GATEWAY,
    input: { domains: 'new.example.com' },
    ends: { direct: 'unproven', console: 'unproven' },
  },
  'certificate.renew': { on: ['direct', 'console'], subjects: shop, prepare: ownCertificate },
  'certificate.delete': {
    on: NO_GATEWAY,
    subjects: (bench) => [{ id: bench.rack.certificates[0]?.id ?? 'none' }],
  },
  'registry.add': { on: NO_GATEWAY, input: { server: 'ghcr.io/acme', username: 'bot', password: SECRET } },
  'registry.remove': {
    on: NO_GATEWAY,
    subjects: (bench) => [{ id: bench.rack.registries[0]?.server ?? 'none' }],
  },
  'resource.create': {
    on: NO_GATEWAY,
    input: { kind: 'webhook', name: 'pager', parameters: `Url=https://hooks.example.com/${SECRET}` },
  },
  'resource.delete': { on: NO_GATEWAY, subjects: (bench) => [{ id: bench.rack.webhooks[0]?.name ?? 'none' }] },
  'rack.params': { on: ['console', 'v2'], input: { parameters: 'node_type=m5.large' } },
  'rack.update': {
    on: ['console', 'v2'],
    input: ({ rack }) => ({ version: rack.generation.version.includes('.') ? '3.21.5' : '20260501101514' }),
  },
  // The simulated rack of the older generation has no tokens.
  'rack.token': { on: NO_GATEWAY, input: { role: 'read', hours: '8' }, ends: { v2: 'rejected' } },
  'rack.key-rotate': { on: NO_GATEWAY, ends: { v2: 'rejected' } },
  'approval.request': {
    on: ['gateway'],
    input: {
      message: 'Fix the checkout',
      app: 'shop',
      commit: '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567',
      token: 'release-bot',
    },
    prepare: ({ simulator: { gateway } }) =>
      void gateway?.issueApiToken('release-bot', 'admin@example.com', ['convox:deploy:deploy_with_approval']),
    // Nobody answers it.
    ends: { gateway: 'unproven' },
  },
  'approval.approve': { on: ['gateway'], subjects: approval('pending') },
  'approval.reject': { on: ['gateway'], subjects: approval('pending') },
  'approval.extend': { on: ['gateway'], subjects: approval('approved') },
};
