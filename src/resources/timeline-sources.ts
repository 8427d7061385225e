import { auditEvents } from '../domain/audit-events.ts';
import { asFailure, type FailureKind } from '../domain/failure.ts';
import type { Process } from '../domain/process.ts';
import { birthEvents, buildEvents, releaseEvents } from '../domain/reported-events.ts';
import type { TimelineEvent } from '../domain/timeline-event.ts';
import type { Creator } from '../protocol/gateway-api.ts';
import type { QueryContext } from './define-resource.ts';
import { rackProcessesAtAnyPrice } from './rack-processes.ts';

/** Releases carry their whole env and manifest: few of them. */
const RELEASES = 15;
const BUILDS = 20;
/** A rack's timeline asks for deploys of the apps that changed last; never of all of them. */
const MOST_APPS = 4;
const AUDIT_ROWS = 300;

const REFUSED: ReadonlySet<FailureKind> = new Set(['forbidden', 'unsupported', 'route-missing', 'not-found', 'server']);

/** Where a gateway call stands, for a remark on screen. */
export interface AuditTelling {
  readonly events: readonly TimelineEvent[];
  /** Why the gateway's audit log is not part of it; undefined where it is. */
  readonly missing: string | undefined;
}

/** What a rack's lists tell of the past of an app, or of the whole rack. Env values never get into it. */
export async function reportedTimeline(context: QueryContext): Promise<readonly TimelineEvent[]> {
  const { at } = context;
  const processes = await processesAt(context);
  const apps = at.app === undefined ? lastChanged(processes) : [at.app];
  const told = await Promise.all(apps.map((app) => deploysOf(context, app)));
  return [...birthEvents(processes), ...told.flat()];
}

/** Of the app, or of the whole rack; shared with the views that show them. */
export async function processesAt({ at, ...context }: QueryContext): Promise<readonly Process[]> {
  const { reads, signal } = context;
  if (at.app !== undefined) return reads.processes(at.app, undefined, { signal });
  const { processes, failure } = await rackProcessesAtAnyPrice({ ...context, at }, reads.apps({ signal }));
  if (failure && processes.length === 0) throw failure;
  return processes;
}

/** Why the audit log cannot be asked; undefined where it can. */
export function auditRefusal({ gateway, access }: Pick<QueryContext, 'gateway' | 'access'>): string | undefined {
  if (!gateway) return 'only a gateway keeps an audit log';
  const offered = access.offers('GET /api/v1/audit-logs');
  if (!offered.allowed) return offered.reason;
  const allowed = access.can('gateway:audit_log:list');
  return allowed.allowed ? undefined : allowed.reason;
}

/** One request that leaves an audit row itself (gateway.md 7.4): for when a person asks, never for a poll. The history notes the answer. */
export async function auditTimeline(
  context: Pick<QueryContext, 'gateway' | 'access' | 'signal' | 'history'>,
): Promise<AuditTelling> {
  const { gateway, signal, history } = context;
  const missing = auditRefusal(context);
  if (!gateway || missing !== undefined) return { events: [], missing };
  try {
    const { entries } = await gateway.auditLogs({ range: '24h', limit: AUDIT_ROWS }, { signal });
    const events = auditEvents(entries);
    history?.note(events);
    return { events, missing: undefined };
  } catch (error) {
    const failure = asFailure(error);
    if (!REFUSED.has(failure.kind)) throw failure;
    return { events: [], missing: failure.why ?? failure.what };
  }
}

/** Apps with the newest processes, newest first. */
function lastChanged(processes: readonly { readonly app: string; readonly startedAt: number | undefined }[]) {
  const newest = new Map<string, number>();
  for (const { app, startedAt } of processes) {
    if (app !== '' && startedAt !== undefined && startedAt > (newest.get(app) ?? 0)) newest.set(app, startedAt);
  }
  return [...newest]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_APPS)
    .map(([app]) => app);
}

async function deploysOf(context: QueryContext, app: string): Promise<readonly TimelineEvent[]> {
  const { reads, signal } = context;
  const [releases, builds] = await Promise.all([
    orEmpty(reads.releases(app, { limit: RELEASES }, { signal })),
    orEmpty(reads.builds(app, { limit: BUILDS }, { signal })),
  ]);
  const [releasedBy, builtBy] = await Promise.all([
    creatorsOf(context, 'release', releases),
    creatorsOf(context, 'build', builds),
  ]);
  return [...releaseEvents(releases, releasedBy), ...buildEvents(builds, builtBy)];
}

async function orEmpty<T>(reading: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await reading;
  } catch (error) {
    const failure = asFailure(error);
    if (REFUSED.has(failure.kind)) return [];
    throw failure;
  }
}

async function creatorsOf(
  { gateway, signal }: QueryContext,
  type: 'release' | 'build',
  list: readonly { readonly id: string }[],
): Promise<ReadonlyMap<string, string>> {
  if (!gateway || list.length === 0) return new Map();
  try {
    const ids = list.map(({ id }) => id);
    const creators: ReadonlyMap<string, Creator> = await gateway.createdBy(type, ids, { signal });
    return new Map([...creators].map(([id, { email }]) => [id, email]));
  } catch (error) {
    const failure = asFailure(error);
    if (failure.kind === 'cancelled' || failure.kind === 'not-logged-in') throw failure;
    return new Map();
  }
}
