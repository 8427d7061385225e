import { asFailure } from '../../domain/failure.ts';
import type { TimelineEvent } from '../../domain/timeline-event.ts';
import type { RackSession } from '../../live/rack-session.ts';
import type { Watch } from '../../live/watch.ts';
import type { Place, QueryContext } from '../../resources/define-resource.ts';
import { type RackUsageHistory, rackUsageHistory } from '../../resources/rack-usage-history.ts';
import { reportedTimeline } from '../../resources/timeline-sources.ts';

/** What charts and timelines of a rack or an app need beside the samples. */
export interface Insight {
  readonly events: readonly TimelineEvent[];
  /** Only for a whole rack. */
  readonly own: RackUsageHistory | undefined;
}

/** Deploys and births change slowly. */
export const INSIGHT_PACE = 6;

/** Kept fresh for as long as it is watched; charts and the timeline of one app share it. */
export function watchInsight(session: RackSession, app: string | undefined, now: () => number): Watch<Insight> {
  const place: Place = app === undefined ? {} : { app };
  return session.watch<Insight>({
    key: ['insight', place],
    pace: INSIGHT_PACE,
    read: async (reads, signal) => {
      const context = sessionContext(session, place, { reads, signal, now: now() });
      const [events, own] = await Promise.all([
        reportedTimeline(context),
        app === undefined ? ownHistory(context) : undefined,
      ]);
      return { events, own };
    },
  });
}

/** Events are worth showing without it, whatever kept it from coming. */
async function ownHistory(context: QueryContext): Promise<RackUsageHistory> {
  try {
    return await rackUsageHistory(context);
  } catch (error) {
    return { points: [], missing: asFailure(error).what };
  }
}

export function sessionContext(
  session: RackSession,
  at: Place,
  asked: Pick<QueryContext, 'reads' | 'signal' | 'now'>,
): QueryContext {
  const { name, kind, origin, source, demo } = session.target;
  return {
    rack: { name, kind, origin, source, demo },
    gateway: session.gateway,
    access: session.access.get(),
    system: session.system.get(),
    history: session.history,
    at,
    ...asked,
  };
}
