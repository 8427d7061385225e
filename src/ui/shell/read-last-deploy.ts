import { asFailure } from '../../domain/failure.ts';
import { lastDeploy } from '../../domain/last-deploy.ts';
import type { RackSession } from '../../live/rack-session.ts';
import type { DeployAnswer } from '../log/log-quests.ts';

/** Lists that a table has read a moment ago serve as well. */
const FRESH_MS = 30_000;

/** When the app's release began to serve; what a role may not read is done without. */
export async function readLastDeploy(session: RackSession, app: string): Promise<DeployAnswer> {
  const reads = session.reads({ freshMs: FRESH_MS });
  const [apps, processes, releases] = await Promise.allSettled([
    reads.apps(),
    reads.processes(app),
    reads.releases(app, { limit: 20 }),
  ]);
  if (apps.status === 'rejected') return { unknown: asFailure(apps.reason).message };
  const active = apps.value.find((each) => each.name === app)?.release ?? '';
  if (active === '') return { unknown: `no release of ${app} was ever promoted` };
  const deploy = lastDeploy(active, answered(processes), answered(releases));
  if (deploy) return { deploy };
  const failed = [processes, releases].find((each) => each.status === 'rejected');
  const why = failed?.status === 'rejected' ? `: ${asFailure(failed.reason).message}` : '';
  return { unknown: `it is not known when ${active} was deployed${why}` };
}

function answered<T>(result: PromiseSettledResult<readonly T[]>): readonly T[] {
  return result.status === 'fulfilled' ? result.value : [];
}
