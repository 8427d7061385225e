import * as z from 'zod/mini';
import type { RackReads } from '../rack-api.ts';
import * as nouns from './recorded-nouns.ts';

/** How the answer of one kind of read is kept: the fields of its noun, and what stands in for those that are not. */
export interface RecordedRead {
  /** One noun or a list of them: strips everything that is not on the noun's list. */
  readonly schema: z.ZodMiniType<unknown>;
  /** Fields that are not recorded, as replay fills them in. */
  readonly hidden: Readonly<Record<string, unknown>>;
}

const one = (schema: z.ZodMiniType<unknown>, hidden: object = {}): RecordedRead => ({ schema, hidden: { ...hidden } });
const many = (schema: z.ZodMiniType<unknown>, hidden: object = {}): RecordedRead => one(z.array(schema), hidden);

const PROCESS = { image: '' };
const APP = { parameters: {} };
const BUILD = { entrypoint: '', logs: '', repository: '' };

/**
 * Every read there is; `never`: its answer is made of secrets or may hold any, so that nothing of it is kept (parameters,
 * configuration files, registries, URLs of resources, stored objects).
 */
export const RECORDED_READS: Readonly<Record<keyof RackReads, RecordedRead | 'never'>> = {
  system: one(nouns.system, { parameters: undefined, outputs: undefined }),
  capacity: one(nouns.capacity),
  systemMetrics: many(nouns.metric),
  systemProcesses: many(nouns.process, PROCESS),
  systemReleases: many(nouns.release),
  parameters: 'never',
  instances: many(nouns.instance),
  apps: many(nouns.app, APP),
  app: one(nouns.app, APP),
  processes: many(nouns.process, PROCESS),
  process: one(nouns.process, PROCESS),
  services: many(nouns.service),
  builds: many(nouns.build, BUILD),
  build: one(nouns.build, BUILD),
  releases: many(nouns.release),
  release: one(nouns.release),
  balancers: many(nouns.balancer),
  configs: 'never',
  config: 'never',
  backingResources: 'never',
  backingResource: 'never',
  rackResources: 'never',
  rackResource: 'never',
  rackResourceTypes: 'never',
  certificates: many(nouns.certificate),
  registries: 'never',
  appMetrics: many(nouns.metric),
  serviceMetrics: many(nouns.metric),
  metricsByService: many(nouns.serviceMetrics),
  diagnose: one(nouns.diagnosis),
  budget: 'never',
  cost: one(nouns.cost),
  objects: 'never',
};

export type ReadName = keyof RackReads;

export function isReadName(name: string): name is ReadName {
  return Object.hasOwn(RECORDED_READS, name);
}
