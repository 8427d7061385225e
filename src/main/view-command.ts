import type { Invocation } from '../cli/invocation.ts';
import { runView } from '../cli/run-view.ts';
import type { RackHistory } from '../live/rack-history.ts';
import type { Run } from '../main.ts';
import type { Environment } from '../platform/environment.ts';
import { findResource } from '../resources/index.ts';
import type { Target } from '../targets/target.ts';

type ViewInvocation = Extract<Invocation, { command: 'view' | 'dashboard' }>;

/** Prints one view; without a name (no terminal to open a dashboard in) the board. */
export async function viewCommand(invocation: ViewInvocation, run: Run): Promise<number> {
  const { world, output, signal } = run;
  const { common } = invocation;
  const request = invocation.command === 'view' ? invocation.view : { view: 'board', json: false, plain: true };
  if (findResource(request.view)?.isLocal) {
    return (await import('./journal-command.ts')).printJournal({ common, request }, run);
  }
  const showsAllRacks = common.rack === undefined && findResource(request.view)?.scope === 'deck';
  return runView({
    common,
    request,
    output,
    signal,
    now: world.environment.now,
    openHistory: (target) => openHistory(target, world.environment),
    listing: await world.list({ wanted: common.rack, onlySelected: !showsAllRacks }),
  });
}

/** Loaded when a view looks back: the others start faster without it. */
async function openHistory(target: Target, environment: Environment): Promise<RackHistory | undefined> {
  if (target.demo) return undefined;
  const [{ SessionHistory }, { HistoryStore }] = await Promise.all([
    import('../live/session-history.ts'),
    import('../live/history-store.ts'),
  ]);
  const history = new SessionHistory(new HistoryStore({ environment, target: target.id }));
  await history.load();
  return history;
}
