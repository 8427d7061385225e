import { budgetState } from '../rack/budget-routes.ts';
import type { CertificateState, RegistryState, WebhookState } from '../world/rack-state.ts';
import type { SimulatedRack } from '../world/simulated-rack.ts';
import { DAY } from './app-plan.ts';

/** What a rack has beside nodes, apps and processes, and its apps beside releases. */
export interface Belongings {
  readonly certificates: CertificateState[];
  readonly registries: RegistryState[];
  readonly webhooks: WebhookState[];
  /** App to name to value. */
  readonly configs?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly budgets?: readonly Budget[];
}

interface Budget {
  readonly app: string;
  readonly capUsd: number;
  readonly spentUsd: number;
}

export function furnish(rack: SimulatedRack, belongings: Belongings): void {
  rack.change((_, now) => {
    rack.certificates = belongings.certificates;
    rack.registries = belongings.registries;
    rack.webhooks = belongings.webhooks;
    for (const [name, configs] of Object.entries(belongings.configs ?? {})) {
      for (const [config, value] of Object.entries(configs)) rack.apps.get(name)?.configs.set(config, value);
    }
    for (const { app: name, capUsd, spentUsd } of belongings.budgets ?? []) {
      const app = rack.apps.get(name);
      if (!app) continue;
      app.budget.config = {
        'monthly-cap-usd': capUsd,
        'alert-threshold-percent': 80,
        'at-cap-action': 'alert-only',
        'pricing-adjustment': 1,
        'last-cap-mutation-by': 'admin@example.com',
      };
      app.budget.state = budgetState(app, spentUsd, now);
    }
  });
}

const certificate = (
  id: string,
  domains: readonly string[],
  expiresAt: number,
  generated: boolean,
  status = '',
): CertificateState => ({ id, domains, expiresAt, status, generated });

export function prodBelongings(now: number): Belongings {
  return {
    certificates: [
      certificate('cert-4e1f0c7a92bd', ['shop.example.com', 'www.shop.example.com'], now + 83 * DAY, false),
      certificate('cert-a07b3d5521c8', ['checkout.example.com'], now + 61 * DAY, true),
      certificate('cert-0c9911fe47d2', ['media.example.com'], now + 88 * DAY, true, 'Not Ready'),
      certificate('cert-77ab10bc3e4f', [], now + 300 * DAY, false),
    ],
    registries: [
      { server: 'registry.example.com', username: 'acme-ci', password: 'demo-registry-password' },
      { server: 'ghcr.io/acme', username: 'acme-bot', password: 'demo-registry-token' },
    ],
    webhooks: [{ name: 'deploys', url: 'https://hooks.example.com/deploys' }],
  };
}

/** Of the rack that everybody may look at directly. */
export function stagingBelongings(now: number): Belongings {
  return {
    certificates: [
      certificate('cert-51d0c7be90a2', ['shop.staging.example.com'], now + 64 * DAY, false),
      certificate('cert-9be2f0147c3d', ['admin.staging.example.com'], now + 71 * DAY, true),
    ],
    registries: [{ server: 'registry.example.com', username: 'acme-staging', password: 'demo-registry-password' }],
    webhooks: [{ name: 'staging-deploys', url: 'https://hooks.example.com/staging' }],
    configs: {
      checkout: { 'receipt-footer': 'Staging: nothing is charged.\n' },
      shop: { 'feature-flags': 'wishlist: on\nnew-basket: off\n', 'robots.txt': 'User-agent: *\nDisallow: /\n' },
    },
    budgets: [
      { app: 'shop', capUsd: 120, spentUsd: 41.27 },
      { app: 'checkout', capUsd: 80, spentUsd: 12.9 },
    ],
  };
}

export function euBelongings(now: number): Belongings {
  return {
    certificates: [
      certificate('cert-d2290be715aa', ['shop.eu.example.com', 'www.shop.eu.example.com'], now + 49 * DAY, true),
      certificate('cert-11c4a8f0e963', ['billing.eu.example.com'], now + 52 * DAY, true),
    ],
    registries: [{ server: 'ghcr.io/acme', username: 'acme-bot', password: 'demo-registry-token' }],
    webhooks: [{ name: 'eu-deploys', url: 'https://hooks.example.com/eu' }],
    configs: { shop: { 'consent-texts': 'version: 7\nlocales: [de, fr, it]\n' } },
  };
}
