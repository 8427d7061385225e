import type { Build } from '../../../src/domain/build.ts';
import { Failure } from '../../../src/domain/failure.ts';
import type { LogLine } from '../../../src/domain/log-line.ts';
import { parseLogLine } from '../../../src/domain/log-line.ts';
import type { Release } from '../../../src/domain/release.ts';
import type { RackReads } from '../../../src/protocol/rack-api.ts';
import { FakeSession } from './fake-deck.ts';
import { MINUTE, NIGHT, SAMPLE_APPS, sampleProcess, sampleReads } from './sample-world.ts';

const HOUR = 60 * MINUTE;

function release(parts: Partial<Release>): Release {
  return {
    id: 'RJKQWXABCDE',
    app: 'shop',
    build: 'BNEW',
    env: '',
    manifest: '',
    description: '',
    createdAt: NIGHT,
    ...parts,
  };
}

/** Newest first: one that was never promoted, the active one, and two before it. */
export const SHOP_RELEASES: readonly Release[] = [
  release({
    id: 'RNOTYETUSED',
    env: 'POOL=20\nGATEWAY_KEY=three\nFLAG=on',
    manifest: 'services:\n  web:\n    port: 3000\n    scale:\n      count: 6\n',
    description: 'env add: POOL',
    createdAt: NIGHT - 2 * MINUTE,
  }),
  release({
    env: 'POOL=10\nGATEWAY_KEY=two\nFLAG=on',
    manifest: 'services:\n  web:\n    port: 3000\n    scale:\n      count: 4\n',
    description: 'Faster checkout',
    createdAt: NIGHT - 6 * MINUTE,
  }),
  release({
    id: 'RBETWEEN001',
    build: 'BOLD',
    env: 'POOL=10\nGATEWAY_KEY=two',
    manifest: 'services:\n  web:\n    port: 3000\n    scale:\n      count: 2\n',
    description: 'env add: GATEWAY_KEY',
    createdAt: NIGHT - 8 * MINUTE,
  }),
  release({
    id: 'RLONGSERVED',
    build: 'BOLD',
    env: 'POOL=10\nGATEWAY_KEY=one\nOLD_SWITCH=1',
    manifest: 'services:\n  web:\n    port: 3000\n    scale:\n      count: 2\n',
    description: 'Search by tag',
    createdAt: NIGHT - 26 * HOUR,
  }),
];

function build(parts: Partial<Build>): Build {
  return {
    id: 'BNEW',
    app: 'shop',
    description: 'Faster checkout',
    entrypoint: '',
    gitSha: '4f2a9c1d77aa',
    logs: '',
    manifest: '',
    process: '',
    release: 'RJKQWXABCDE',
    reason: '',
    repository: '',
    status: 'complete',
    startedAt: NIGHT - 9 * MINUTE,
    endedAt: NIGHT - 7 * MINUTE,
    ...parts,
  };
}

const CRASHING = ['web-6d9f-9dk2p', 'web-6d9f-x2x4q'].map((id, at) =>
  sampleProcess({ id, status: 'crashed', cpu: 0, memory: 0, startedAt: NIGHT - (at + 1) * 31_000 }),
);
const SERVING = sampleProcess({ id: 'web-77aa-bb1cc', startedAt: NIGHT - 5 * MINUTE });

/** A rack on which the shop fell into a crash loop after a deploy five minutes ago. */
export function sickReads(): Partial<RackReads> {
  const processes = [...CRASHING, SERVING];
  return {
    ...sampleReads(() => processes),
    app: async (name) => {
      const app = SAMPLE_APPS.find((each) => each.name === name);
      if (!app) throw new Failure({ kind: 'not-found', what: `There is no app ${name}` });
      return { ...app, status: 'running' };
    },
    apps: async () => SAMPLE_APPS.map((app) => ({ ...app, status: 'running' })),
    services: async () => {
      throw new Failure({ kind: 'forbidden', what: 'You may not', why: 'needs role admin; you are deployer' });
    },
    releases: async () => SHOP_RELEASES,
    builds: async () => [build({}), build({ id: 'BOLD', gitSha: '99bb01c2aa', description: 'Search by tag' })],
    certificates: async () => [],
  };
}

export function sickSession(now: () => number): FakeSession {
  return new FakeSession({ name: 'acme/prod', kind: 'gateway', now, reads: sickReads() });
}

const at = (minutesAgo: number): string => new Date(NIGHT - minutesAgo * MINUTE).toISOString();

/** The log of the shop, from before the deploy: one error that is old, one that is new. */
export function sickLog(): readonly LogLine[] {
  return [
    `${at(14)} service/web/web-55aa-old01 INFO started`,
    `${at(12)} service/web/web-55aa-old01 ERROR TimeoutError: search took 5000 ms`,
    `${at(4)} service/web/web-6d9f-9dk2p ERROR TimeoutError: search took 5001 ms`,
    `${at(3)} service/web/web-6d9f-9dk2p ERROR PaymentGatewayError: 401 Unauthorized`,
    `${at(2)} service/web/web-6d9f-x2x4q ERROR PaymentGatewayError: 401 Unauthorized`,
  ].map(parseLogLine);
}
