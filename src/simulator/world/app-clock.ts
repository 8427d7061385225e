import type { AppState } from './app.ts';
import { settleBuilds } from './builds.ts';
import { settleDeploy } from './deploy.ts';
import type { SimulatedRack } from './simulated-rack.ts';
import type { Timings } from './timings.ts';

/** Lets an app's builds and rollout proceed to `now`; true when something changed. */
export function settleApp(rack: SimulatedRack, app: AppState, now: number): boolean {
  const built = settleBuilds(rack, app, now);
  return settleDeploy(rack, app, now) || built;
}

/** The next instant at which the app changes by itself. */
export function appDue(app: AppState, timings: Timings): number {
  let due = app.deletedAt ?? Number.POSITIVE_INFINITY;
  for (const { plan, status, endedAt } of app.builds) {
    if (endedAt === undefined) due = Math.min(due, status === 'created' ? plan.runningAt : plan.endsAt);
  }
  const { deploy } = app;
  if (deploy === undefined) return due;
  if (deploy.rollbackAt !== undefined) return Math.min(due, deploy.rollbackAt + timings.rollback);
  return Math.min(due, deploy.completesAt ?? due, deploy.deadlineAt);
}
