import { asFailure } from '../domain/failure.ts';
import type { AppFacts } from '../domain/findings/facts.ts';
import type { Release } from '../domain/release.ts';
import type { QueryContext } from './define-resource.ts';
import { Look, type Part } from './look.ts';
import { seenDeploys } from './seen-deploys.ts';
import { auditRefusal, auditTimeline } from './timeline-sources.ts';

/** What is known of an app, and what could not be looked at. */
export interface GatheredApp {
  readonly facts: AppFacts;
  /** `certificates: not proxied by the gateway`. */
  readonly missing: readonly string[];
}

/** The same as the releases view asks, so that both share one answer. */
export const RELEASES = 25;
const BUILDS = 10;

export const PARTS = {
  services: { what: 'services', route: 'GET /apps/{app}/services', needs: 'convox:app:read' },
  releases: { what: 'releases', route: 'GET /apps/{app}/releases', needs: 'convox:release:list' },
  builds: { what: 'builds', route: 'GET /apps/{app}/builds', needs: 'convox:build:list' },
  instances: { what: 'nodes', route: 'GET /instances', needs: 'convox:instance:list' },
  certificates: { what: 'certificates', route: 'GET /certificates', needs: 'convox:certificate:list' },
  budget: { what: 'budget', route: 'GET /apps/{app}/budget', needs: 'convox:budget:read' },
  diagnosis: { what: "the rack's own diagnosis", route: 'GET /apps/{app}/diagnose', needs: 'convox:app:read' },
} as const satisfies Record<string, Part>;

/**
 * Everything that helps to say why an app is as it is, through the session's cached reads: one request per part. Rejects
 * with a Failure where the app or its processes cannot be read: without them no rule could tell.
 */
export async function gatherApp(
  context: QueryContext,
  name: string,
  { asksAudit = false }: GatherOptions = {},
): Promise<GatheredApp> {
  const look = await Look.at(context);
  const { reads, signal } = context;
  const noted = noteAudit(context, look, asksAudit);
  const [app, processes, detail, instances, certificates, budget] = await Promise.all([
    reads.app(name, { signal }),
    reads.processes(name, undefined, { signal }),
    appDetail(context, look, name, noted),
    look.part(PARTS.instances, () => reads.instances({ signal })),
    look.part(PARTS.certificates, () => reads.certificates(undefined, { signal })),
    look.part(PARTS.budget, () => reads.budget(name, { signal })),
  ]);
  const facts = { app, processes, ...detail, instances, certificates, budget, version: look.version };
  return { facts, missing: look.missing };
}

export interface GatherOptions {
  /** A person asks: then the gateway's audit log may be asked who promoted what, which leaves a row there (gateway.md 7.4). */
  readonly asksAudit?: boolean;
}

/** What the audit log tells goes into the history, where {@link seenDeploys} finds it; without it the rest still tells much. */
export async function noteAudit(context: QueryContext, look: Look, asks: boolean): Promise<void> {
  const what = 'who promoted the releases';
  if (!context.gateway) return;
  const refusal = auditRefusal(context);
  if (refusal !== undefined) return look.note(what, refusal);
  if (!asks || !context.history) return;
  try {
    const { missing } = await auditTimeline(context);
    if (missing !== undefined) look.note(what, missing);
  } catch (error) {
    const { kind, why, what: failed } = asFailure(error);
    if (kind === 'cancelled' || kind === 'not-logged-in') throw error;
    look.note(what, why ?? failed);
  }
}

/** What is asked app by app, beyond the app and its processes; the history is read once `noted` has put into it what it will. */
export async function appDetail(
  context: QueryContext,
  look: Look,
  name: string,
  noted: Promise<void>,
): Promise<Omit<AppFacts, 'app' | 'processes'>> {
  const { reads, signal } = context;
  const [services, releases, builds, diagnosis] = await Promise.all([
    look.part(PARTS.services, () => reads.services(name, { signal })),
    look.part(PARTS.releases, () => reads.releases(name, { limit: RELEASES }, { signal })),
    look.part(PARTS.builds, () => reads.builds(name, { limit: BUILDS }, { signal })),
    look.part(PARTS.diagnosis, () => reads.diagnose(name, undefined, { signal })),
    noted,
  ]);
  const creators = await creatorsOf(context, look, releases ?? []);
  return { services, releases, builds, diagnosis, creators, ...seenDeploys(context, name, releases) };
}

/** Who created them: only a gateway keeps that (gateway.md 7.1). */
export async function creatorsOf(
  { gateway, signal }: QueryContext,
  look: Look,
  releases: readonly Release[],
): Promise<ReadonlyMap<string, string> | undefined> {
  const part = { what: 'who made the releases', route: 'GET /apps/{app}/releases', needs: 'convox:release:list' };
  if (!gateway) {
    look.note(part.what, 'only a rack gateway keeps that');
    return undefined;
  }
  if (releases.length === 0) return undefined;
  const ids = releases.map((release) => release.id);
  const creators = await look.part(part, () => gateway.createdBy('release', ids, { signal }));
  return creators && new Map([...creators].map(([id, { email }]) => [id, email] as const));
}
