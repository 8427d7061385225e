import { sameId } from './app-state.ts';
import type { ActionContext, Kept } from './define-action.ts';
import { type DeployGoal, DeploySightings } from './deploy-observation.ts';
import { lookAtDeploy } from './deploy-verification.ts';
import type { Observation } from './observation.ts';

/** A deploy as the journal keeps it: what was to run, what ran, and how many processes each service wants. */
export function keptDeploy(goal: Omit<DeployGoal, 'crashedBefore'>): Kept {
  return {
    app: [goal.app],
    target: [goal.target],
    before: [goal.before],
    services: goal.services.map(({ name, count }) => `${name}=${count}`),
  };
}

function goalIn({ app, target, before, services = [] }: Kept): DeployGoal {
  return {
    app: app?.[0] ?? '',
    target: target?.[0] ?? '',
    before: before?.[0] ?? '',
    crashedBefore: new Set(),
    services: services.map((text) => {
      const [name = '', count] = text.split('=');
      return { name, count: Number(count ?? 0) };
    }),
  };
}

export function recalledDeploy(kept: Kept, context: ActionContext): Promise<Observation> {
  return lookAgain(goalIn(kept), context);
}

/** What nobody watched may have run and been replaced since: that another release runs now proves nothing. */
async function lookAgain(goal: DeployGoal, context: ActionContext): Promise<Observation> {
  const { release, status } = await context.reads.app(goal.app, { signal: context.signal });
  const isLater = status !== 'rollback' && !sameId(release, goal.target) && !sameId(release, goal.before);
  if (!isLater) return lookAtDeploy(goal, new DeploySightings(), context, false);
  const words = `${goal.app} runs ${release || 'no release'} by now; whether ${goal.target} ran before that cannot be seen.`;
  return { state: 'unknown', words };
}

/** A roll back makes its release itself: the one of that build that nobody knew before. */
export async function recalledRollBack(kept: Kept, context: ActionContext): Promise<Observation> {
  const { reads, signal } = context;
  const goal = goalIn(kept);
  const listed = await reads.releases(goal.app, { limit: 10 }, { signal });
  const isKnown = (id: string): boolean => (kept.releases ?? []).some((known) => sameId(known, id));
  if (!listed.some(({ id }) => isKnown(id))) {
    return { state: 'unknown', words: `The last ${listed.length} releases of ${goal.app} do not reach back to it.` };
  }
  const made = listed.find(({ id, build }) => !isKnown(id) && build === kept.build?.[0]);
  if (!made) {
    const { release } = await reads.app(goal.app, { signal });
    return { state: 'absent', words: `No new release was made; ${goal.app} runs ${release || 'no release'}.` };
  }
  const seen = await lookAgain({ ...goal, target: made.id }, context);
  return seen.state === 'absent'
    ? { ...seen, words: `Release ${made.id} was made, but not promoted. ${seen.words}` }
    : seen;
}
