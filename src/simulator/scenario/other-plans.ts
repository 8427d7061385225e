import type { Manifest, ServiceSpec } from '../world/manifest.ts';
import { type AppPlan, DAY, HOUR, MINUTE } from './app-plan.ts';

const web = (count: number): ServiceSpec => ({
  name: 'web',
  port: 3000,
  command: 'bin/web',
  count,
  cpu: 250,
  memory: 512,
});
const worker = (count: number): ServiceSpec => ({
  name: 'worker',
  command: 'bin/worker',
  count,
  cpu: 250,
  memory: 512,
});
const simple: Manifest = { resources: { database: 'postgres' }, services: [web(2), worker(1)] };

/** The apps of the staging rack: everything is newer and smaller there. */
export const stagingPlans: readonly AppPlan[] = [
  {
    name: 'shop',
    manifest: simple,
    env: { LOG_LEVEL: 'debug', CATALOG_CACHE_TTL: '10' },
    history: [
      { ago: 30 * DAY, build: 'First deploy of the shop' },
      { ago: 8 * HOUR, build: 'Wishlist behind a flag' },
      { ago: 90 * MINUTE, env: { FEATURE_WISHLIST: 'on' } },
    ],
  },
  {
    name: 'checkout',
    manifest: simple,
    env: { PAYMENT_GATEWAY_URL: 'https://sandbox.payments.example.com/v2', LOG_LEVEL: 'debug' },
    history: [
      { ago: 30 * DAY, build: 'Import the checkout service' },
      { ago: 20 * HOUR, build: 'Switch to the v2 payments client' },
    ],
  },
  {
    name: 'admin',
    manifest: { resources: { database: 'postgres' }, services: [web(1)] },
    env: { LOG_LEVEL: 'debug' },
    history: [{ ago: 9 * DAY, build: 'Bulk refunds' }],
  },
];

/** The apps of acme/eu. */
export const euPlans: readonly AppPlan[] = [
  {
    name: 'shop',
    manifest: { resources: { database: 'postgres', cache: 'redis' }, services: [web(4), worker(2)] },
    env: { LOG_LEVEL: 'info', REGION: 'eu-west-1' },
    history: [
      { ago: 60 * DAY, build: 'First deploy of the shop' },
      { ago: 2 * DAY, build: 'Consent banner' },
    ],
  },
  {
    name: 'billing',
    manifest: simple,
    env: { LEDGER_MODE: 'strict', VAT: 'on' },
    history: [
      { ago: 70 * DAY, build: 'Ledger with double entry' },
      { ago: 11 * DAY, build: 'VAT by country' },
    ],
  },
  {
    name: 'admin',
    manifest: { resources: {}, services: [web(1)] },
    env: { LOG_LEVEL: 'info' },
    history: [{ ago: 14 * DAY, build: 'Audit trail export' }],
  },
];

const FIRST = [
  'orders',
  'catalog',
  'pricing',
  'stock',
  'loyalty',
  'mailer',
  'reports',
  'ledger',
  'identity',
  'geo',
  'photos',
  'reviews',
  'fraud',
  'refunds',
  'vendors',
];
const SECOND = ['api', 'sync', 'feed', 'core', 'edge', 'jobs', 'portal'];

/** The n-th app of a larger world: `orders`, `catalog`, ... then `orders-api`, ... */
export function fillerPlan(index: number): AppPlan {
  const first = FIRST[index % FIRST.length] ?? 'app';
  const round = Math.floor(index / FIRST.length);
  const suffix = round === 0 ? '' : `-${SECOND[(round - 1) % SECOND.length]}`;
  const again = round > SECOND.length ? `-${Math.floor((round - 1) / SECOND.length) + 1}` : '';
  return {
    name: `${first}${suffix}${again}`,
    manifest: { resources: index % 3 === 0 ? { database: 'postgres' } : {}, services: [web(1), worker(1)] },
    env: { LOG_LEVEL: 'info' },
    history: [
      { ago: (20 + (index % 40)) * DAY, build: 'First deploy' },
      { ago: (1 + (index % 13)) * DAY + index * MINUTE, build: 'Update dependencies' },
    ],
  };
}
