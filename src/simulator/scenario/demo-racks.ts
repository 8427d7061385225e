import { SimulatedRack } from '../world/simulated-rack.ts';
import type { Timings } from '../world/timings.ts';
import { euBelongings, furnish, prodBelongings, stagingBelongings } from './belongings.ts';
import { foundRack, makeSound, stretch } from './found-rack.ts';
import { healthyPlans } from './healthy-plans.ts';
import { strikeAll } from './incident.ts';
import { namedIncident, withHistory } from './named-incidents.ts';
import { euPlans, stagingPlans } from './other-plans.ts';
import { prodIncidents } from './prod-incidents.ts';
import { prodPlans } from './prod-plans.ts';
import { stagingIncidents } from './staging-incidents.ts';

export interface DemoOptions {
  readonly seed: number;
  readonly now: () => number;
  readonly lively: boolean;
  readonly logRate: number;
  readonly apps?: number | undefined;
  readonly processes?: number | undefined;
  readonly version?: string | undefined;
  readonly timings?: Partial<Timings> | undefined;
  /** Name of the one failure; without it the racks have the troubles of the default demo. */
  readonly incident?: string | undefined;
}

const DEFAULT_VERSION = '3.24.9';
const OLD_VERSION = '3.21.4';

/** Services of prod whose number of processes is part of the story. */
const STORY = new Set(['checkout/web', 'search/indexer', 'media/worker']);

/** The three racks of the demo: acme/prod in trouble, staging, and acme/eu on an older version; each is filled when it is looked at. */
export function demoRacks(options: DemoOptions): { prod: SimulatedRack; staging: SimulatedRack; eu: SimulatedRack } {
  const rack = (name: string, version: string, fill: (rack: SimulatedRack, options: DemoOptions) => void) =>
    newRack(name, options.version ?? version, options).fillLater((empty) => fill(empty, options));
  return {
    prod: rack('acme/prod', DEFAULT_VERSION, fillProd),
    staging: rack('staging', DEFAULT_VERSION, fillStaging),
    eu: rack('acme/eu', OLD_VERSION, fillEu),
  };
}

function fillProd(rack: SimulatedRack, options: DemoOptions): void {
  const incident = namedIncident(options.incident);
  const plans = incident === undefined ? prodPlans : withHistory(healthyPlans(prodPlans), incident.history ?? {});
  foundRack(rack, plans, { apps: options.apps, processes: options.processes, nodes: 6 });
  const now = rack.now();
  furnish(rack, prodBelongings(now));
  if (incident !== undefined) makeSound(rack);
  strikeAll(rack, incident === undefined ? prodIncidents : [incident]);
  if (options.processes !== undefined) {
    stretch(rack, options.processes, (app, service) => STORY.has(`${app.name}/${service}`));
  }
}

function fillStaging(rack: SimulatedRack, options: DemoOptions): void {
  foundRack(rack, stagingPlans, { nodes: 3 });
  furnish(rack, stagingBelongings(rack.now()));
  const incident = namedIncident(options.incident);
  if (incident === undefined) strikeAll(rack, stagingIncidents);
  else if (incident.name === 'expired-cert') strikeAll(rack, [incident]);
}

function fillEu(rack: SimulatedRack): void {
  foundRack(rack, euPlans, { nodes: 3 });
  furnish(rack, euBelongings(rack.now()));
}

function newRack(name: string, version: string, options: DemoOptions): SimulatedRack {
  const { seed, now, lively, logRate } = options;
  const timings = { ...options.timings, ...namedIncident(options.incident)?.timings };
  const rack = new SimulatedRack({
    name,
    version,
    seed,
    now,
    lively,
    logRate,
    timings,
  });
  if (rack.generation.v2)
    rack.parameters = { Autoscale: 'Yes', InstanceCount: '3', InstanceType: 't3.large', Version: version };
  return rack;
}
