import type { CertificateState } from '../world/rack-state.ts';
import { SimulatedRack } from '../world/simulated-rack.ts';
import type { Timings } from '../world/timings.ts';
import { DAY } from './app-plan.ts';
import { foundRack, stretch } from './found-rack.ts';
import { strikeAll } from './incident.ts';
import { euPlans, stagingPlans } from './other-plans.ts';
import { prodIncidents } from './prod-incidents.ts';
import { prodPlans } from './prod-plans.ts';

export interface DemoOptions {
  readonly seed: number;
  readonly now: () => number;
  readonly lively: boolean;
  readonly logRate: number;
  readonly apps?: number | undefined;
  readonly processes?: number | undefined;
  readonly version?: string | undefined;
  readonly timings?: Partial<Timings> | undefined;
}

const DEFAULT_VERSION = '3.24.9';
const OLD_VERSION = '3.21.4';

/** Services of prod whose number of processes is part of the story. */
const STORY = new Set(['checkout/web', 'search/indexer', 'media/worker']);

/** The three racks of the demo: acme/prod in trouble, staging, and acme/eu on an older version. */
export function demoRacks(options: DemoOptions): { prod: SimulatedRack; staging: SimulatedRack; eu: SimulatedRack } {
  return { prod: prodRack(options), staging: stagingRack(options), eu: euRack(options) };
}

function prodRack(options: DemoOptions): SimulatedRack {
  const rack = newRack('acme/prod', options.version ?? DEFAULT_VERSION, options);
  foundRack(rack, prodPlans, { apps: options.apps, processes: options.processes, nodes: 6 });
  const now = rack.now();
  rack.change(() => {
    rack.certificates = certificates(now);
    rack.registries = [
      { server: 'registry.example.com', username: 'acme-ci', password: 'demo-registry-password' },
      { server: 'ghcr.io/acme', username: 'acme-bot', password: 'demo-registry-token' },
    ];
    rack.webhooks = [{ name: 'deploys', url: 'https://hooks.example.com/deploys' }];
  });
  strikeAll(rack, prodIncidents);
  if (options.processes !== undefined) {
    stretch(rack, options.processes, (app, service) => STORY.has(`${app.name}/${service}`));
  }
  return rack;
}

function certificates(now: number): CertificateState[] {
  return [
    {
      id: 'cert-4e1f0c7a92bd',
      domains: ['shop.example.com', 'www.shop.example.com'],
      expiresAt: now + 83 * DAY,
      status: '',
      generated: false,
    },
    {
      id: 'cert-a07b3d5521c8',
      domains: ['checkout.example.com'],
      expiresAt: now + 61 * DAY,
      status: '',
      generated: true,
    },
    {
      id: 'cert-0c9911fe47d2',
      domains: ['media.example.com'],
      expiresAt: now + 88 * DAY,
      status: 'Not Ready',
      generated: true,
    },
    { id: 'cert-77ab10bc3e4f', domains: [], expiresAt: now + 300 * DAY, status: '', generated: false },
  ];
}

function stagingRack(options: DemoOptions): SimulatedRack {
  const rack = newRack('staging', options.version ?? DEFAULT_VERSION, options);
  foundRack(rack, stagingPlans, { nodes: 3 });
  return rack;
}

function euRack(options: DemoOptions): SimulatedRack {
  const rack = newRack('acme/eu', options.version ?? OLD_VERSION, options);
  foundRack(rack, euPlans, { nodes: 3 });
  return rack;
}

function newRack(name: string, version: string, { seed, now, lively, logRate, timings }: DemoOptions): SimulatedRack {
  const rack = new SimulatedRack({
    name,
    version,
    seed,
    now,
    lively,
    logRate,
    ...(timings === undefined ? {} : { timings }),
  });
  if (rack.generation.v2)
    rack.parameters = { Autoscale: 'Yes', InstanceCount: '3', InstanceType: 't3.large', Version: version };
  return rack;
}
