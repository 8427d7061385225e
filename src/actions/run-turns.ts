import type { RackSession } from '../live/rack-session.ts';
import type { AnyAction } from './define-action.ts';

/** Who is at work, and who waits for it, by app. Gone with its session. */
const TURNS = new WeakMap<RackSession, Map<string, Promise<void>>>();

export interface Turn {
  /** Somebody else was before us: what was looked at before may have moved. */
  readonly waited: boolean;
  /** Idempotent. */
  release(): void;
}

/**
 * From the last look until the answer is there, changes of one app go one after the other: two that were planned on the same
 * state would otherwise both write, and the second undo the first. Rejects with nothing and holds nothing up where the run is
 * given up while it waits: `signal` ends the wait.
 */
export async function takeTurn(session: RackSession, key: string, signal: AbortSignal): Promise<Turn> {
  const turns = TURNS.get(session) ?? new Map<string, Promise<void>>();
  TURNS.set(session, turns);
  const before = turns.get(key);
  const { promise, resolve } = Promise.withResolvers<void>();
  const mine = before === undefined ? promise : before.then(() => promise);
  turns.set(key, mine);
  void mine.then(() => {
    if (turns.get(key) === mine) turns.delete(key);
  });
  if (before !== undefined) await Promise.race([before, aborted(signal)]);
  return { waited: before !== undefined, release: resolve };
}

/** The app whose turn it is; undefined for what holds nothing up: sessions and ports that stay open, and the rack itself. */
export function turnKey(
  action: AnyAction,
  subjects: readonly { readonly app?: string | undefined }[],
): string | undefined {
  if (action.routes.some((route) => route.startsWith('SOCKET '))) return undefined;
  const apps = [...new Set(subjects.flatMap(({ app }) => app ?? []))].sort();
  return apps.length === 1 ? apps[0] : undefined;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
