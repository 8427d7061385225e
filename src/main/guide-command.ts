import type { Invocation } from '../cli/invocation.ts';
import { guideInput, guideList, runGuideCheck } from '../cli/run-guide.ts';
import { Failure } from '../domain/failure.ts';
import { findGuide, GUIDES } from '../guides/index.ts';
import type { Run } from '../main.ts';
import { selectTarget } from '../targets/select-target.ts';
import { openGuide } from './open-guide.ts';

export async function guidesCommand(
  { json }: Extract<Invocation, { command: 'guides' }>,
  { output }: Run,
): Promise<number> {
  output.out(guideList(GUIDES, json));
  return 0;
}

/** `rackdeck guide <id> --check`: looks only, whatever the settings allow. */
export async function guideCommand(
  { common, guide: request }: Extract<Invocation, { command: 'guide' }>,
  { world, output, version }: Run,
): Promise<number> {
  const guide = findGuide(request.guide);
  if (!guide) throw unknownGuide(request.guide);
  if (!request.check) throw lookOnly(guide.id);
  const input = guideInput(guide, request.set);
  const target = selectTarget(await world.list({ wanted: common.rack, onlySelected: true }), common.rack);
  const { settings } = await world.own.file.read();
  const opened = openGuide({
    world,
    guide,
    target,
    input,
    version,
    rules: settings.guardrails,
    access: () => undefined,
    readOnly: () => 'flag',
    onlyLooks: true,
  });
  try {
    return await runGuideCheck({ run: opened.run, target: target.name, json: request.json, output });
  } finally {
    await opened.close();
  }
}

function unknownGuide(id: string): Failure {
  const known = GUIDES.map((guide) => guide.id).join(', ');
  return new Failure({ kind: 'usage', what: `There is no guide '${id}'`, next: `There are: ${known}.` });
}

function lookOnly(id: string): Failure {
  return new Failure({
    kind: 'usage',
    what: 'A guide is done in the dashboard, step by step, by a person',
    next: `Look at all its steps from here: rackdeck guide ${id} --check.`,
  });
}
