import type { Process } from '../domain/process.ts';
import { type AppState, busyText, sameId } from './app-state.ts';
import { STUCK_MS } from './deploy-times.ts';

/**
 * Why nothing may be promoted now; undefined: it may. `force` is asked for by the person, and taken only where waiting leads
 * nowhere: the deploy hangs, or nobody can cancel it from here.
 */
export function busyReason(
  state: AppState,
  { force, mayCancel, now }: { readonly force: boolean; readonly mayCancel: boolean; readonly now: number },
): string | undefined {
  const busy = busyText(state.app);
  if (busy === undefined) return undefined;
  const hopeless = isStuck(state, now) || (state.app.status === 'updating' && !mayCancel);
  if (force && hopeless) return undefined;
  const cancel = mayCancel && state.app.status === 'updating' ? ', or cancel the deploy first (deploy.cancel)' : '';
  if (force) return `${busy} and does not hang: forcing is for deploys that do. Wait until it is running${cancel}.`;
  const offer = hopeless ? ', or go on all the same with the field force' : '';
  return `${busy}: wait until it is running${cancel}${offer}.`;
}

/** The rack does not know its own state, or the new processes have not come up for a long time. */
export function isStuck({ app, processes }: AppState, now: number): boolean {
  if (app.status === 'unknown') return true;
  const fresh = processes.filter((process) => sameId(process.release, app.release));
  const oldest = Math.min(...fresh.map(startOf));
  const waiting = fresh.some((process) => process.status !== 'running');
  return app.status === 'updating' && waiting && now - oldest > STUCK_MS;
}

function startOf({ startedAt }: Process): number {
  return startedAt ?? Number.POSITIVE_INFINITY;
}
