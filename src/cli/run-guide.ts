import { Failure } from '../domain/failure.ts';
import { isGreen, type StepState } from '../domain/guide-step.ts';
import type { Guide } from '../guides/define-guide.ts';
import type { GuideRun, StepView } from '../guides/guide-run.ts';
import type { Output } from './output.ts';

export interface GuideCheckRun {
  readonly run: GuideRun;
  /** Name of the target. */
  readonly target: string;
  readonly json: boolean;
  readonly output: Output;
}

/**
 * Looks at every step once and prints what it found. Resolves with 0 where everything is green or only waits to be done, with 1
 * where something is blocked or could not be read.
 */
export async function runGuideCheck({ run, target, json, output }: GuideCheckRun): Promise<number> {
  await run.start();
  const { steps, notices } = run.state.get();
  output.out(json ? jsonText(run.guide, target, steps) : plainText(run.guide, target, steps));
  if (!json) for (const notice of notices) output.err(`note: ${notice}\n`);
  return steps.some(({ result }) => isTrouble(result?.state)) ? 1 : 0;
}

function isTrouble(state: StepState | undefined): boolean {
  return state === undefined || state === 'blocked' || state === 'unknown';
}

/** `rackdeck/guide@1`. */
function jsonText(guide: Guide, target: string, steps: readonly StepView[]): string {
  const report = {
    schema: 'rackdeck/guide@1',
    guide: guide.id,
    target,
    steps: steps.map(({ step, result, done }) => ({
      id: step.id,
      title: step.title,
      state: result?.state ?? 'unknown',
      why: step.why,
      words: result?.words ?? '',
      next: result?.next ?? null,
      command: result?.command ?? null,
      evidence: result?.evidence ?? [],
      danger: step.danger ?? null,
      applies: step.apply !== undefined,
      undo: step.undo !== undefined,
      done: done ? { what: done.what, at: new Date(done.at).toISOString(), outcome: done.outcome } : null,
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** State as a sign and a word: not by colour alone. */
const SIGNS: Readonly<Record<StepState, string>> = {
  ok: '+ ok',
  'not-needed': '+ not needed',
  todo: '> to do',
  pending: '~ under way',
  blocked: 'x blocked',
  waiting: '. waiting',
  unknown: '? unknown',
};

const WIDTH = Math.max(...Object.values(SIGNS).map((sign) => sign.length));

function plainText(guide: Guide, target: string, steps: readonly StepView[]): string {
  const lines = [`${guide.title} on ${target}`, ''];
  const indent = ' '.repeat(WIDTH + 2);
  for (const { step, result } of steps) {
    lines.push(`${SIGNS[result?.state ?? 'unknown'].padEnd(WIDTH)}  ${step.title}`);
    if (!result) continue;
    lines.push(`${indent}${result.words}`);
    if (!isGreen(result.state)) lines.push(`${indent}why: ${step.why}`);
    for (const { label, text } of result.evidence) lines.push(`${indent}  ${label}: ${text}`);
    if (result.command !== undefined) lines.push(`${indent}run: ${result.command}`);
    if (result.next !== undefined) lines.push(`${indent}next: ${result.next}`);
  }
  return `${lines.join('\n')}\n`;
}

/** `items[].id`. */
export function guideList(guides: readonly Guide[], json: boolean): string {
  if (json) {
    const items = guides.map(({ id, title, about, fields, steps }) => ({
      id,
      title,
      about,
      fields: fields.map((field) => ({ id: field.id, label: field.label, about: field.about })),
      steps: steps.length,
    }));
    return `${JSON.stringify({ schema: 'rackdeck/guides@1', items }, null, 2)}\n`;
  }
  const width = Math.max(...guides.map(({ id }) => id.length));
  return guides.map(({ id, about }) => `${id.padEnd(width)}  ${about}\n`).join('');
}

/** Values of `--set`, checked against the guide's fields. Throws a `usage` Failure that names the fields. */
export function guideInput(guide: Guide, set: readonly string[]): Readonly<Record<string, string>> {
  const input: Record<string, string> = {};
  for (const pair of set) {
    const at = pair.indexOf('=');
    const id = at < 0 ? pair : pair.slice(0, at);
    const field = guide.fields.find((each) => each.id === id);
    if (at < 0 || !field) throw unknownField(guide, at < 0 ? undefined : id);
    const value = pair.slice(at + 1);
    if (field.choices && !field.choices.includes(value)) {
      throw new Failure({ kind: 'usage', what: `--set ${id} takes ${field.choices.join(', ')}` });
    }
    input[id] = value;
  }
  return input;
}

function unknownField({ id, fields }: Guide, given: string | undefined): Failure {
  const names = fields.map((field) => field.id).join(', ');
  return new Failure({
    kind: 'usage',
    what: given === undefined ? '--set takes field=value' : `The guide ${id} has no field '${given}'`,
    next: names === '' ? 'It takes none.' : `It takes: ${names}.`,
  });
}
