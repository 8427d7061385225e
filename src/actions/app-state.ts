import type { App } from '../domain/app.ts';
import type { Build } from '../domain/build.ts';
import { asFailure } from '../domain/failure.ts';
import type { Process } from '../domain/process.ts';
import { isFinished, isOneOff } from '../domain/process-health.ts';
import type { Release } from '../domain/release.ts';
import { newestFirst } from '../domain/release-order.ts';
import type { Service } from '../domain/service.ts';
import { parseVersion, type RackVersion } from '../domain/version.ts';
import type { ActionContext } from './define-action.ts';
import { type KnownDeploys, knownDeploys } from './known-deploys.ts';

/** As many as a rack serves from its cache (convox-api.md 3). */
const LIMIT = 50;

/** An app and everything around its deploys, read at one time. Releases hold secrets. */
export interface AppState {
  readonly app: App;
  /** Newest first. */
  readonly releases: readonly Release[];
  readonly builds: readonly Build[];
  /** Undefined before the first promote, or where it cannot be read. */
  readonly active: Release | undefined;
  /** Sorted by name; none where they cannot be read. */
  readonly services: readonly Service[];
  /** Those that serve: no one-offs, nothing that has finished. */
  readonly processes: readonly Process[];
  readonly known: KnownDeploys;
  /** The budget's breaker refuses promotes and scaling (convox-api.md 4.2). */
  readonly budgetStops: boolean;
}

/** What was said of an app as a subject of an action on any view. */
export function appOf({ subjects }: Pick<ActionContext, 'subjects'>): string {
  const [subject] = subjects;
  return subject?.app ?? subject?.id ?? '';
}

export async function appState(context: ActionContext, name: string): Promise<AppState> {
  const { reads, signal } = context;
  const [app, listed, builds, services, processes, known, budgetStops] = await Promise.all([
    reads.app(name, { signal }),
    reads.releases(name, { limit: LIMIT }, { signal }).catch(nothingAllowed),
    reads.builds(name, { limit: LIMIT }, { signal }).catch((): readonly Build[] => []),
    reads.services(name, { signal }).catch((): readonly Service[] => []),
    reads.processes(name, undefined, { signal }),
    knownDeploys(context, name),
    isStopped(context, name),
  ]);
  const releases = newestFirst(listed);
  const active = await releaseOf(context, name, app.release, releases);
  return { app, releases, builds, active, services, processes: processes.filter(isServing), known, budgetStops };
}

/** A token under a deploy approval may read the release it deploys, but no list (gateway.md 6.7). */
function nothingAllowed(error: unknown): readonly Release[] {
  const failure = asFailure(error);
  if (failure.kind === 'forbidden') return [];
  throw failure;
}

/** A release by id, wherever it can be read: it may be older than the list, and not everybody may read a single one. */
export async function releaseOf(
  { reads, signal }: ActionContext,
  app: string,
  id: string,
  listed: readonly Release[],
): Promise<Release | undefined> {
  if (id === '') return undefined;
  return listed.find((release) => sameId(release.id, id)) ?? reads.release(app, id, { signal });
}

/** Racks compare ids without regard to case (convox-api.md 4.5). */
export function sameId(a: string, b: string): boolean {
  return a.toUpperCase() === b.toUpperCase();
}

export function isServing(process: Process): boolean {
  return !isOneOff(process) && !isFinished(process);
}

export function versionOf({ system }: Pick<ActionContext, 'system'>): RackVersion {
  return parseVersion(system?.version ?? '');
}

/** Would the breaker of the app's budget refuse it? False where nobody can tell. */
export async function isStopped({ reads, access, signal }: ActionContext, app: string): Promise<boolean> {
  if (!access.offers('GET /apps/{app}/budget').allowed) return false;
  try {
    const { cap, state } = await reads.budget(app, { signal });
    return state?.breakerTripped === true && cap?.atCapAction !== 'alert-only';
  } catch {
    return false;
  }
}

export const BUDGET_WARNING =
  'The monthly budget of the app is used up: the rack will refuse this until the budget is reset.';

/** The app is not `running`, in words; undefined where it is. */
export function busyText({ name, status, release }: App): string | undefined {
  if (status === 'running') return undefined;
  const to = release === '' ? '' : ` (release ${release})`;
  return `${name} is ${status}${to}`;
}
