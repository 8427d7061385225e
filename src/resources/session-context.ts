import type { RackSession } from '../live/rack-session.ts';
import type { QueryContext } from './define-resource.ts';

/** What a query may use of a session that is open. */
export function contextOf(
  session: RackSession,
  asked: Pick<QueryContext, 'reads' | 'signal' | 'now' | 'at'>,
): QueryContext {
  const { name, kind, origin, source, demo } = session.target;
  return {
    ...asked,
    rack: { name, kind, origin, source, demo },
    gateway: session.gateway,
    access: session.access.get(),
    system: session.system.get(),
    history: session.history,
    lately: session.lately,
  };
}
