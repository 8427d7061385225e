import { asFailure, type FailureKind } from '../domain/failure.ts';
import { rackHistoryPoints } from '../domain/usage-reading.ts';
import type { UsagePoint } from '../domain/usage-series.ts';
import type { QueryContext } from './define-resource.ts';

const MINUTE_MS = 60_000;
/** What a v3 rack keeps (convox-api.md 5.1). */
const REACH_MS = 3 * 60 * MINUTE_MS;

export interface RackUsageHistory {
  /** Oldest first, shares of what is allocatable; empty where the rack keeps none. */
  readonly points: readonly UsagePoint[];
  /** Why there is none, in words. */
  readonly missing: string | undefined;
}

/** Not offered, not allowed, or a handler that fell over: our own samples stand in (convox-api.md 5.3). */
const WITHOUT: ReadonlySet<FailureKind> = new Set(['unsupported', 'route-missing', 'not-found', 'forbidden', 'server']);

/** `GET /system/metrics` by the minute: AWS racks from 3.6.3 on, and v2 racks. */
export async function rackUsageHistory(
  context: Pick<QueryContext, 'reads' | 'access' | 'now' | 'signal'>,
): Promise<RackUsageHistory> {
  const offered = context.access.offers('GET /system/metrics');
  if (!offered.allowed) return { points: [], missing: offered.reason };
  try {
    // On the full minute, so that two views ask one question.
    const start = Math.floor(context.now / MINUTE_MS) * MINUTE_MS - REACH_MS;
    const metrics = await context.reads.systemMetrics({ start, period: 60 }, { signal: context.signal });
    const points = rackHistoryPoints(metrics);
    return { points, missing: points.length === 0 ? 'the rack has no history yet' : undefined };
  } catch (error) {
    const failure = asFailure(error);
    if (!WITHOUT.has(failure.kind)) throw failure;
    return { points: [], missing: failure.why ?? failure.what };
  }
}
