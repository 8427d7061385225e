import { resolve } from 'node:path';
import type { Invocation } from '../cli/invocation.ts';
import { runBundle } from '../cli/run-bundle.ts';
import { runDoctor } from '../cli/run-doctor.ts';
import type { Run } from '../main.ts';
import { writeNewFile } from '../platform/new-file.ts';
import type { Target, TargetListing } from '../targets/target.ts';
import { placesOf } from './searched-places.ts';

export async function bundleCommand(
  { common, bundle }: Extract<Invocation, { command: 'bundle' }>,
  run: Run,
): Promise<number> {
  const { world, output, signal, version } = run;
  const { environment } = world;
  const listing = await world.list({ wanted: common.rack, onlySelected: true });
  return runBundle({
    common,
    request: bundle,
    listing,
    version,
    output,
    signal,
    now: environment.now,
    doctor: (target) => doctorOf(target, listing, run),
    save: (name, text) => writeNewFile(resolve(environment.cwd, name), text),
  });
}

/** As `doctor --json` prints it, about this rack alone. */
async function doctorOf(target: Target, listing: TargetListing, run: Run): Promise<unknown> {
  const { environment } = run.world;
  let text = '';
  await runDoctor({
    listing: { ...listing, targets: [target] },
    places: run.world.demo ? [] : await placesOf(environment),
    version: run.version,
    nodeVersion: run.proc.versions.node,
    terminal: environment.env.TERM ?? 'unknown',
    json: true,
    output: {
      ...run.output,
      out: (part) => {
        text += part;
      },
    },
    now: environment.now,
    signal: run.signal,
  });
  return JSON.parse(text);
}
