import type { Invocation } from '../cli/invocation.ts';
import { runView } from '../cli/run-view.ts';
import type { Run } from '../main.ts';
import { findResource } from '../resources/index.ts';

type ViewInvocation = Extract<Invocation, { command: 'view' | 'dashboard' }>;

/** Prints one view; without a name (no terminal to open a dashboard in) the board. */
export async function viewCommand(invocation: ViewInvocation, { world, output, signal }: Run): Promise<number> {
  const { common } = invocation;
  const request = invocation.command === 'view' ? invocation.view : { view: 'board', json: false, plain: true };
  const showsAllRacks = common.rack === undefined && findResource(request.view)?.scope === 'deck';
  return runView({
    common,
    request,
    output,
    signal,
    now: world.environment.now,
    listing: await world.list({ wanted: common.rack, onlySelected: !showsAllRacks }),
  });
}
