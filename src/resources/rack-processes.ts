import type { App } from '../domain/app.ts';
import { asFailure, Failure } from '../domain/failure.ts';
import type { Process } from '../domain/process.ts';
import type { QueryContext } from './define-resource.ts';

export interface RackProcesses {
  readonly processes: readonly Process[];
  /** Why the processes of this rack could not be counted; undefined where the list is whole. */
  readonly failure: Failure | undefined;
  /** Why the one call for all did not do, where the list is whole nevertheless: the apps were asked one by one. */
  readonly workedRound?: Failure;
}

/**
 * Every process of the rack in one request, sent beside the one for the apps. Where that one call fails for a reason of its own, the caller still has its
 * apps: the failure is data, not an error screen.
 */
export async function rackProcesses(
  context: QueryContext,
  apps: Promise<readonly App[]> | readonly App[],
): Promise<RackProcesses> {
  try {
    const [processes, list] = await Promise.all([
      context.reads.systemProcesses({ all: true }, { signal: context.signal }),
      apps,
    ]);
    return { processes, failure: concernsApps(processes, list) ? undefined : onlyOwnProcesses() };
  } catch (error) {
    const failure = asFailure(error);
    if (failure.kind === 'server' || failure.kind === 'forbidden' || failure.kind === 'unsupported') {
      return { processes: [], failure };
    }
    throw failure;
  }
}

/**
 * As {@link rackProcesses}, but asks app by app where the one call does not answer for the apps (convox-api.md 5.3: a single
 * pod with a sidecar breaks it). One request per app: only for a view of one rack, never for the board.
 */
export async function rackProcessesAtAnyPrice(
  context: QueryContext,
  apps: Promise<readonly App[]>,
): Promise<RackProcesses> {
  const cheap = await rackProcesses(context, apps);
  if (cheap.failure === undefined || cheap.failure.kind === 'forbidden') return cheap;
  try {
    const lists = await Promise.all(
      (await apps).map((app) => context.reads.processes(app.name, undefined, { signal: context.signal })),
    );
    return { processes: lists.flat(), failure: undefined, workedRound: cheap.failure };
  } catch (error) {
    const failure = asFailure(error);
    if (failure.kind === 'cancelled' || failure.kind === 'not-logged-in') throw failure;
    return cheap;
  }
}

/** A list without a single process of any released app is the rack's own processes, not proof that nothing runs. */
function concernsApps(processes: readonly Process[], apps: readonly App[]): boolean {
  const released = apps.filter((app) => app.release !== '');
  if (released.length === 0 || processes.length === 0) return true;
  const names = new Set(apps.map((app) => app.name));
  return processes.some((process) => names.has(process.app));
}

function onlyOwnProcesses(): Failure {
  return new Failure({
    kind: 'unsupported',
    what: 'The rack lists only its own processes',
    why: 'the rack lists only its own',
    where: 'GET /system/processes',
  });
}

export function byApp(processes: readonly Process[]): ReadonlyMap<string, readonly Process[]> {
  const groups = new Map<string, Process[]>();
  for (const process of processes) {
    const group = groups.get(process.app);
    if (group) group.push(process);
    else groups.set(process.app, [process]);
  }
  return groups;
}
