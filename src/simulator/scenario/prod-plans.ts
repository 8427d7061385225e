import type { Defect } from '../world/app.ts';
import type { Manifest } from '../world/manifest.ts';
import { type AppPlan, DAY, type HistoryStep, HOUR, MINUTE } from './app-plan.ts';

/** The apps of acme/prod. The order is the one in which a smaller world keeps them. */

const PAYMENT_DEFECT: Defect = {
  service: 'web',
  code: 1,
  exception: [
    'ERROR PaymentGatewayError: could not open a session with the payment gateway: 401 Unauthorized (key "pk_v2" is unknown)',
    "    app/clients/payment_gateway.rb:41:in `open_session'",
    "    app/clients/payment_gateway.rb:17:in `initialize'",
    "    config/initializers/payments.rb:6:in `<top (required)>'",
    '    bin/web:12',
  ],
};

const checkoutManifest: Manifest = {
  resources: { database: 'postgres', cache: 'redis' },
  services: [
    {
      name: 'web',
      port: 3000,
      command: 'bin/web',
      count: 6,
      maxCount: 12,
      cpu: 500,
      memory: 1024,
      targetCpu: 70,
      environment: ['DATABASE_URL', 'PAYMENT_GATEWAY_URL', 'PAYMENT_TIMEOUT_MS=4000'],
      resources: ['database', 'cache'],
    },
    { name: 'worker', command: 'bin/worker', count: 3, cpu: 250, memory: 768, resources: ['database', 'cache'] },
    { name: 'cron', command: 'bin/cron', count: 1, cpu: 128, memory: 256, resources: ['database'] },
  ],
};

/** The promote that went wrong. */
export const badPromote: HistoryStep = {
  ago: 12 * MINUTE,
  build: 'Switch to the v2 payments client',
  defect: PAYMENT_DEFECT,
};

const checkout: AppPlan = {
  name: 'checkout',
  manifest: checkoutManifest,
  env: {
    PAYMENT_GATEWAY_URL: 'https://payments.example.com/v1',
    PAYMENT_API_KEY: 'demo-not-a-real-key',
    PAYMENT_TIMEOUT_MS: '4000',
    LOG_LEVEL: 'info',
    RAILS_ENV: 'production',
  },
  history: [
    { ago: 61 * DAY, build: 'Import the checkout service' },
    { ago: 33 * DAY, build: 'Split shipping quotes from totals' },
    { ago: 12 * DAY, build: 'Round taxes per line item' },
    { ago: 5 * DAY, build: 'Retry gateway timeouts once' },
    { ago: 26 * HOUR, env: { PAYMENT_TIMEOUT_MS: '6000' } },
    badPromote,
  ],
  configs: { 'cli-env-mask': 'PAYMENT_API_KEY,DATABASE_URL' },
};

const shop: AppPlan = {
  name: 'shop',
  manifest: {
    resources: { database: 'postgres', cache: 'redis' },
    services: [
      {
        name: 'web',
        port: 3000,
        command: 'bin/web',
        count: 8,
        maxCount: 16,
        cpu: 500,
        memory: 1024,
        targetCpu: 65,
        resources: ['database', 'cache'],
      },
      { name: 'worker', command: 'bin/worker', count: 4, cpu: 500, memory: 1024, resources: ['database', 'cache'] },
      { name: 'cron', command: 'bin/cron', count: 1, cpu: 128, memory: 256 },
    ],
  },
  env: {
    CATALOG_CACHE_TTL: '300',
    SEARCH_URL: 'http://web.search.internal',
    LOG_LEVEL: 'info',
    SESSION_SECRET: 'demo-session-secret',
  },
  history: [
    { ago: 90 * DAY, build: 'First deploy of the shop' },
    { ago: 20 * DAY, build: 'Product pages from the catalog cache' },
    { ago: 4 * DAY, build: 'Fix the basket badge on small screens' },
    { ago: 31 * HOUR, build: 'Preload hero images' },
    { ago: 47 * MINUTE, env: { CATALOG_CACHE_TTL: '120', FEATURE_WISHLIST: 'on' } },
  ],
};

const search: AppPlan = {
  name: 'search',
  manifest: {
    resources: { cache: 'redis' },
    services: [
      {
        name: 'api',
        port: 8080,
        command: 'bin/api',
        internal: true,
        count: 3,
        cpu: 500,
        memory: 2048,
        resources: ['cache'],
      },
      { name: 'indexer', command: 'bin/indexer', count: 3, cpu: 1000, memory: 4096, resources: ['cache'] },
    ],
  },
  env: { INDEX_SHARDS: '6', LOG_LEVEL: 'warn' },
  history: [
    { ago: 75 * DAY, build: 'Search behind its own API' },
    { ago: 9 * DAY, build: 'Typo tolerance for two-letter words' },
    { ago: 25 * MINUTE, build: 'Rank by availability', promoted: false },
  ],
};

const billing: AppPlan = {
  name: 'billing',
  locked: true,
  manifest: {
    resources: { database: 'postgres' },
    services: [
      { name: 'web', port: 3000, command: 'bin/web', count: 2, cpu: 250, memory: 512, resources: ['database'] },
      { name: 'worker', command: 'bin/worker', count: 2, cpu: 250, memory: 768, resources: ['database'] },
    ],
  },
  env: { INVOICE_FROM: 'billing@example.com', LEDGER_MODE: 'strict', STRIPE_KEY: 'demo-not-a-real-key' },
  history: [
    { ago: 120 * DAY, build: 'Ledger with double entry' },
    { ago: 15 * DAY, build: 'Credit notes' },
  ],
};

const notify: AppPlan = {
  name: 'notify',
  manifest: {
    resources: { queue: 'redis' },
    services: [
      { name: 'worker', command: 'bin/worker', count: 4, cpu: 128, memory: 384, resources: ['queue'] },
      { name: 'scheduler', command: 'bin/scheduler', count: 1, cpu: 128, memory: 256, resources: ['queue'] },
    ],
  },
  env: { SMTP_HOST: 'mail.example.com', SMTP_PASSWORD: 'demo-smtp-password' },
  history: [
    { ago: 40 * DAY, build: 'Push notifications' },
    { ago: 3 * DAY, build: 'Digest mails at eight' },
    { ago: 5 * HOUR, build: 'Upgrade the mail library', fails: true },
  ],
};

const media: AppPlan = {
  name: 'media',
  manifest: {
    resources: { queue: 'redis' },
    services: [
      { name: 'web', port: 4000, command: 'bin/web', count: 2, cpu: 250, memory: 512, resources: ['queue'] },
      { name: 'worker', command: 'bin/transcode', count: 3, cpu: 1000, memory: 2048, resources: ['queue'] },
      { name: 'agent', command: 'bin/agent', agent: true, count: 6, cpu: 50, memory: 64 },
    ],
  },
  env: { BUCKET: 'acme-media', TRANSCODE_PRESET: 'hd' },
  history: [
    { ago: 50 * DAY, build: 'Transcode on upload' },
    { ago: 6 * DAY, build: 'AV1 renditions' },
  ],
};

export const prodPlans: readonly AppPlan[] = [checkout, shop, search, billing, notify, media];
