import type { Invocation } from '../cli/invocation.ts';
import { runDoctor } from '../cli/run-doctor.ts';
import type { Run } from '../main.ts';
import { placesOf } from './searched-places.ts';

export async function doctorCommand(
  invocation: Extract<Invocation, { command: 'doctor' }>,
  { world, output, signal, proc, version }: Run,
): Promise<number> {
  const { environment } = world;
  return runDoctor({
    listing: await world.list(),
    places: world.demo ? [] : await placesOf(environment),
    version,
    nodeVersion: proc.versions.node,
    terminal: `${environment.env.TERM ?? 'unknown'}${output.isTerminal ? '' : ' (not a terminal)'}`,
    json: invocation.json,
    output,
    now: environment.now,
    signal,
  });
}
