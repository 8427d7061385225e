import type { App } from '../domain/app.ts';
import { appHealth } from '../domain/app-health.ts';
import type { AppFacts, RackFacts } from '../domain/findings/facts.ts';
import type { Process } from '../domain/process.ts';
import { isUnhealthy, severityRank } from '../domain/severity.ts';
import { appDetail, PARTS } from './app-facts.ts';
import type { QueryContext } from './define-resource.ts';
import { Look } from './look.ts';
import { byApp, rackProcessesAtAnyPrice } from './rack-processes.ts';

export interface GatheredRack {
  readonly facts: RackFacts;
  /** `certificates: not proxied by the gateway`. */
  readonly missing: readonly string[];
}

/** Four to five requests each: a rack of many sick apps is explained by the worst of them first. */
const MAX_DETAILED = 6;

/**
 * What helps to say why a rack is as it is: all apps and processes in two requests, nodes and certificates, and the detail
 * of the worst apps. Rejects with a Failure where not even its apps can be listed.
 */
export async function gatherRack(context: QueryContext): Promise<GatheredRack> {
  const look = await Look.at(context);
  const { reads, signal } = context;
  const reading = reads.apps({ signal });
  const [apps, rack, instances, certificates] = await Promise.all([
    reading,
    rackProcessesAtAnyPrice(context, reading),
    look.part(PARTS.instances, () => reads.instances({ signal })),
    look.part(PARTS.certificates, () => reads.certificates(undefined, { signal })),
  ]);
  const shared = { rack: context.rack.name, instances, certificates, version: look.version };
  if (rack.failure) {
    // Without its processes no rule could tell an app that is down from one that is not known.
    look.note('apps and their processes', rack.failure.why ?? rack.failure.what);
    return { facts: { ...shared, apps: [] }, missing: look.missing };
  }
  const facts = await detailed(context, look, apps, byApp(rack.processes));
  return { facts: { ...shared, apps: facts }, missing: look.missing };
}

async function detailed(
  context: QueryContext,
  look: Look,
  apps: readonly App[],
  processes: ReadonlyMap<string, readonly Process[]>,
): Promise<readonly AppFacts[]> {
  const plain = apps.map((app) => ({ app, processes: processes.get(app.name) ?? [] }));
  const sick = plain
    .map(({ app, processes: own }) => ({ name: app.name, severity: appHealth(app, own, context.now).severity }))
    .filter(({ severity }) => isUnhealthy(severity))
    .sort((a, b) => severityRank(b.severity) - severityRank(a.severity))
    .slice(0, MAX_DETAILED);
  const chosen = new Set(sick.map(({ name }) => name));
  const rest = plain.length - chosen.size;
  if (rest > 0) {
    const whose = rest === 1 ? 'one app' : `${rest} apps`;
    look.note(
      `services, releases and builds of ${whose}`,
      'only the worst apps are looked at in detail; w on one asks',
    );
  }
  return Promise.all(
    plain.map(async (facts) =>
      chosen.has(facts.app.name) ? { ...facts, ...(await appDetail(context, look, facts.app.name)) } : facts,
    ),
  );
}
