import type { DoneStep, GuideProgress, GuideProgressStore } from '../domain/guide-progress.ts';
import { isGreen } from '../domain/guide-step.ts';
import type { Guide, GuideRack } from './define-guide.ts';

export interface Resumed {
  readonly progress: GuideProgress | undefined;
  /** To be read before anything else. */
  readonly notices: readonly string[];
}

type Input = Readonly<Record<string, string>>;

/**
 * What an earlier run kept: on this target; else, where nothing was done here, on one that has become this one meanwhile (a move
 * changes the name of the rack, and the old one is in no list any more). Its notes are gone on with, not copied.
 */
export async function resumed(
  guide: Guide,
  rack: GuideRack,
  input: Input,
  store: GuideProgressStore,
): Promise<Resumed> {
  const { progress, damage } = await store.load(guide.id, rack.id);
  const problem = damage === undefined ? [] : [damage];
  const other = isUntouched(progress) ? await continued(guide, rack, input, store) : undefined;
  if (other) {
    const words = `Begun as ${other.from}: this rack is what became of it.`;
    return { progress: adopted(other.progress), notices: [...problem, words, ...resumeNotices(other.progress, guide)] };
  }
  return { progress: progress && adopted(progress), notices: [...problem, ...resumeNotices(progress, guide)] };
}

const isUntouched = (progress: GuideProgress | undefined): boolean =>
  progress === undefined ||
  (progress.underWay === undefined && Object.values(progress.steps).every(({ done }) => done === undefined));

/** The newest unfinished notes that lead to this rack; none where the person has named something else. */
async function continued(
  guide: Guide,
  rack: GuideRack,
  input: Input,
  store: GuideProgressStore,
): Promise<{ readonly progress: GuideProgress; readonly from: string } | undefined> {
  const { continues } = guide;
  if (!continues) return undefined;
  const all = await store.all(guide.id);
  for (const progress of all.toSorted((one, other) => other.updatedAt - one.updatedAt)) {
    if (progress.target === rack.id || isFinished(guide, progress)) continue;
    const found = continues(progress, rack);
    if (!found || Object.entries(found.input).some(([id, value]) => (input[id]?.trim() || value) !== value)) continue;
    return { progress: { ...progress, input: { ...progress.input, ...found.input } }, from: found.from };
  }
  return undefined;
}

const isFinished = ({ steps }: Guide, progress: GuideProgress): boolean =>
  steps.every(({ id }) => isGreen(progress.steps[id]?.state ?? 'waiting'));

/** A change that was cut off may have happened: it can be taken back with what was kept for that before it was sent. */
function adopted(progress: GuideProgress): GuideProgress {
  const { underWay, ...rest } = progress;
  if (!underWay || underWay.what === 'undo') return rest;
  const { step, at, kept } = underWay;
  const seen = rest.steps[step] ?? { state: 'unknown', words: '', evidence: [], checkedAt: at };
  const done: DoneStep = { what: 'apply', at, outcome: 'unclear', words: 'It was cut off.', kept };
  return { ...rest, steps: { ...rest.steps, [step]: { ...seen, done } } };
}

function resumeNotices(progress: GuideProgress | undefined, { steps }: Guide): readonly string[] {
  if (!progress) return [];
  const { underWay, startedAt } = progress;
  const begun = `Taken up again; begun on ${new Date(startedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC. Every step is checked anew.`;
  if (!underWay) return [begun];
  const title = steps.find(({ id }) => id === underWay.step)?.title ?? underWay.step;
  const verb = underWay.what === 'undo' ? 'Taking back' : 'Doing';
  return [begun, `${verb} "${title}" was cut off: what the step shows now is what is true.`];
}
