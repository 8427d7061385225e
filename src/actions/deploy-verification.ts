import { deployTrouble } from '../domain/deploy-trouble.ts';
import type { LogLine } from '../domain/log-line.ts';
import type { Process } from '../domain/process.ts';
import { statusSeverity } from '../domain/process-health.ts';
import type { Service } from '../domain/service.ts';
import { type AppState, isServing } from './app-state.ts';
import type { ActionContext, AfterLook } from './define-action.ts';
import { type DeployGoal, DeploySightings, observeDeploy, type WantedService } from './deploy-observation.ts';
import { BEFORE_MS } from './deploy-times.ts';
import { crashesBetween } from './known-deploys.ts';
import type { Observation } from './observation.ts';

/** Lines of the log before and after that are compared. */
const LINES = 4_000;

/** How the app was right before a deploy, and what the looks since have seen. */
export class DeployBasis {
  readonly seen = new DeploySightings();
  readonly at: number;
  readonly processes: readonly Process[];
  #lines: Promise<readonly LogLine[]> | undefined;

  constructor(at: number, processes: readonly Process[]) {
    this.at = at;
    this.processes = processes;
  }

  /** Reads back which errors are usual; not waited for, as no new process writes anything for seconds to come. */
  rememberLog(context: ActionContext, app: string): void {
    this.#lines ??= context.recentLog(app, { sinceMs: BEFORE_MS, lines: LINES }).catch((): readonly LogLine[] => []);
  }

  async lines(): Promise<readonly LogLine[]> {
    return (await this.#lines) ?? [];
  }
}

/** App, processes and services as they are now, held against the goal. */
export async function lookAtDeploy(
  goal: DeployGoal,
  seen: DeploySightings,
  { reads, signal }: ActionContext,
  accepted: boolean,
): Promise<Observation> {
  const [app, processes, services] = await Promise.all([
    reads.app(goal.app, { signal }),
    reads.processes(goal.app, undefined, { signal }),
    reads.services(goal.app, { signal }).catch(() => undefined),
  ]);
  const wanted = services === undefined || services.length === 0 ? undefined : wantedOf(services);
  return observeDeploy(goal, seen, { app, processes, services: wanted }, accepted);
}

export function wantedOf(services: readonly Service[]): readonly WantedService[] {
  // An agent runs one process on each node: its count is what is ready, not what is wanted.
  return services.map(({ name, count, agent }) => ({ name, count: agent ? 0 : count }));
}

/** After the proof: crashes and errors that the app did not have before. */
export async function lookForTrouble(
  { app, target }: Pick<DeployGoal, 'app' | 'target'>,
  basis: DeployBasis,
  context: ActionContext,
): Promise<AfterLook> {
  const now = context.now();
  const sinceMs = Math.max(1, now - basis.at);
  const [before, processes, lines] = await Promise.all([
    basis.lines(),
    context.reads.processes(app, undefined, { signal: context.signal }),
    context.recentLog(app, { sinceMs: sinceMs + 60_000, lines: LINES }).catch((): readonly LogLine[] => []),
  ]);
  return deployTrouble(
    { processes: basis.processes, lines: before },
    {
      release: target,
      processes: processes.filter(isServing),
      lines,
      crashes: {
        // What the old processes do while they go is not the new release's doing.
        since: crashesBetween(context, { app, release: target, from: basis.at, to: now }),
        before: crashesBetween(context, { app, from: basis.at - sinceMs, to: basis.at }),
      },
      sinceMs,
    },
  );
}

function isCrashed({ status }: Process): boolean {
  return statusSeverity(status) === 'critical';
}

/** What a deploy of this state is to bring about. */
export function goalOf(state: AppState, target: string, services: readonly WantedService[]): DeployGoal {
  const agents = new Set(state.services.filter(({ agent }) => agent).map(({ name }) => name));
  return {
    app: state.app.name,
    target,
    before: state.app.release,
    crashedBefore: new Set(state.processes.filter(isCrashed).map(({ service }) => service)),
    services: services.map(({ name, count }) => ({ name, count: agents.has(name) ? 0 : count })),
  };
}
