import type { App } from '../domain/app.ts';
import { asFailure } from '../domain/failure.ts';
import type { AppUpdate } from '../protocol/app-writes.ts';
import { BUDGET_WARNING, busyText, isStopped, versionOf } from './app-state.ts';
import type { ActionContext, RunContext } from './define-action.ts';

export const UPDATE_APP = 'PUT /apps/{name}';

/** What lock, unlock and parameters read before. */
export interface AppUpdateFacts {
  readonly app: App;
  readonly budgetStops: boolean;
  readonly v3: boolean;
}

export async function gatherUpdate(context: ActionContext, name: string): Promise<AppUpdateFacts> {
  const [app, budgetStops] = await Promise.all([
    context.reads.app(name, { signal: context.signal }),
    isStopped(context, name),
  ]);
  return { app, budgetStops, v3: versionOf(context).generation === 'v3' };
}

/** A v3 rack applies the active release again on any change of an app (convox-api.md 6.2). */
export function updateEffects({ app, v3 }: AppUpdateFacts): readonly string[] {
  if (!v3 || app.release === '') return [];
  return [`The rack applies ${app.release} again (this re-promotes it): ${app.name} is updating for a moment.`];
}

export function updateWarnings({ app, budgetStops, v3 }: AppUpdateFacts): readonly string[] {
  return budgetStops && v3 && app.release !== '' ? [BUDGET_WARNING] : [];
}

/** Applying the active release again in the middle of a deploy would fight with it. */
export function updateBlocked({ app, v3 }: AppUpdateFacts): string | undefined {
  const busy = v3 ? busyText(app) : undefined;
  return busy === undefined
    ? undefined
    : `${busy}, and the rack would apply a release again on top: wait until it is running.`;
}

/**
 * The change itself, and then the release once more: a v3 rack that refuses the second half (its budget is used up, say) has
 * done the first. What is true is read back.
 */
export async function updateApp(
  { app, v3 }: AppUpdateFacts,
  update: AppUpdate,
  { writes, signal, note }: RunContext,
): Promise<{ readonly sent: true }> {
  try {
    await writes.updateApp(app.name, update, { signal });
  } catch (error) {
    const failure = asFailure(error);
    if (!v3 || failure.kind !== 'conflict') throw failure;
    note(`The release could not be applied again: ${failure.message}`);
  }
  return { sent: true };
}
