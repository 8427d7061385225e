import type { App } from '../domain/app.ts';
import { appHealth } from '../domain/app-health.ts';
import type { Failure } from '../domain/failure.ts';
import type { AppFacts, RackFacts } from '../domain/findings/facts.ts';
import type { Process } from '../domain/process.ts';
import { isUnhealthy, severityRank } from '../domain/severity.ts';
import type { System } from '../domain/system.ts';
import { appDetail, type GatherOptions, noteAudit, PARTS } from './app-facts.ts';
import type { QueryContext } from './define-resource.ts';
import { Look } from './look.ts';
import { byApp, rackProcessesAtAnyPrice } from './rack-processes.ts';

export interface GatheredRack {
  readonly system: System;
  readonly facts: RackFacts;
  /** `certificates: not proxied by the gateway`. */
  readonly missing: readonly string[];
  /** Parts that did not answer though the rack did: findings speak of the rest. */
  readonly gaps: readonly Failure[];
}

export interface RackGatherOptions extends GatherOptions {
  /** So many apps at most are looked at in detail, the worst first. */
  readonly mostDetailed?: number;
  /** Apps that look well are detailed, too, where there is room; default no. */
  readonly healthyToo?: boolean;
  /** Only this app in detail. */
  readonly app?: string | undefined;
}

/** Four to five requests each: a rack of many sick apps is explained by the worst of them first. */
const MAX_DETAILED = 6;

/**
 * What helps to say why a rack is as it is: all apps and processes in two requests, nodes and certificates, and the detail
 * of the worst apps. Rejects with a Failure where not even its apps can be listed.
 */
export async function gatherRack(context: QueryContext, options: RackGatherOptions = {}): Promise<GatheredRack> {
  const look = await Look.at(context);
  const { reads, signal } = context;
  const noted = noteAudit(context, look, options.asksAudit ?? false);
  const reading = reads.apps({ signal });
  const [apps, rack, instances, certificates] = await Promise.all([
    reading,
    rackProcessesAtAnyPrice(context, reading),
    look.part(PARTS.instances, () => reads.instances({ signal })),
    look.part(PARTS.certificates, () => reads.certificates(undefined, { signal })),
    noted,
  ]);
  const shared = { rack: context.rack.name, instances, certificates, version: look.version };
  // Without its processes no rule could tell an app that is down from one that is not known.
  if (rack.failure) look.failed('apps and their processes', rack.failure);
  const known = rack.failure ? [] : await detailed(context, look, apps, byApp(rack.processes), options);
  const { system, missing, failures } = look;
  const gaps = rack.workedRound ? [rack.workedRound, ...failures] : failures;
  return { system, facts: { ...shared, apps: known }, missing, gaps };
}

async function detailed(
  context: QueryContext,
  look: Look,
  apps: readonly App[],
  processes: ReadonlyMap<string, readonly Process[]>,
  options: RackGatherOptions,
): Promise<readonly AppFacts[]> {
  const plain = apps.map((app) => ({ app, processes: processes.get(app.name) ?? [] }));
  const chosen = chooseDetailed(plain, context.now, options);
  const rest = plain.length - chosen.size;
  if (rest > 0 && options.app === undefined) {
    const whose = rest === 1 ? 'one app' : `${rest} apps`;
    look.note(
      `services, releases and builds of ${whose}`,
      'only the worst apps are looked at in detail; w on one asks',
    );
  }
  const noted = Promise.resolve();
  return Promise.all(
    plain.map(async (facts) =>
      chosen.has(facts.app.name) ? { ...facts, ...(await appDetail(context, look, facts.app.name, noted)) } : facts,
    ),
  );
}

function chooseDetailed(
  apps: readonly Pick<AppFacts, 'app' | 'processes'>[],
  now: number,
  { app: only, mostDetailed = MAX_DETAILED, healthyToo = false }: RackGatherOptions,
): ReadonlySet<string> {
  if (only !== undefined) return new Set([only]);
  const ranked = apps
    .map(({ app, processes }) => ({ name: app.name, severity: appHealth(app, processes, now).severity }))
    .filter(({ severity }) => healthyToo || isUnhealthy(severity))
    .sort((a, b) => severityRank(b.severity) - severityRank(a.severity))
    .slice(0, mostDetailed);
  return new Set(ranked.map(({ name }) => name));
}
