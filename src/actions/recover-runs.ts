import { asFailure } from '../domain/failure.ts';
import type { JournalRecovery } from '../domain/journal-entry.ts';
import type { RecordedRun } from '../domain/journal-run.ts';
import type { Journal } from '../live/journal.ts';
import type { RackSession } from '../live/rack-session.ts';
import type { Timers } from '../live/timers.ts';
import { actionContext } from './action-context.ts';
import { fieldProblems } from './action-field.ts';
import type { AnyAction } from './define-action.ts';
import { previewText } from './preview.ts';
import { RunClock } from './run-clock.ts';

export interface RecoveryDependencies {
  readonly journal: Pick<Journal, 'openRuns' | 'recovered'>;
  readonly action: (id: string) => AnyAction | undefined;
  readonly session: (rack: string) => RackSession | undefined;
  readonly digest: (text: string) => string;
  readonly now: () => number;
  readonly timers: Timers;
  readonly signal: AbortSignal;
}

export interface RecoveredRun {
  readonly run: RecordedRun;
  readonly state: JournalRecovery['state'];
  /** One or two sentences. */
  readonly words: string;
}

/**
 * Runs whose program ended before their outcome was known: the rack is asked again (reads only) and what it says goes into
 * the journal. A run whose rack is not there to be asked stays open. Rejects only where the journal itself cannot be read.
 */
export async function recoverRuns(deps: RecoveryDependencies): Promise<readonly RecoveredRun[]> {
  const found: RecoveredRun[] = [];
  for (const run of await deps.journal.openRuns()) {
    if (deps.signal.aborted) break;
    const said = await readBack(run, deps);
    if (!said) continue;
    await deps.journal.recovered(run.intent.run, said);
    found.push({ run, ...said });
  }
  return found;
}

const OPEN_THE_GUIDE = 'It was a step of a guide: open the guide again, it looks at every step.';

type Said = Omit<RecoveredRun, 'run'>;

const ABSENT: Said = { state: 'absent', words: 'The rack stands as before: it did not take effect.' };
const LOOKS_THE_SAME =
  'The rack does not show whether it took effect: it would look the same before and after. Look before you do it again.';

async function readBack({ intent }: RecordedRun, deps: RecoveryDependencies): Promise<Said | undefined> {
  const action = deps.action(intent.actionId);
  // By what it is, not by what it is called: another rack of that name has nothing to say about it.
  const session = deps.session(intent.rack.id);
  if (!session || session.target.problem) return undefined;
  const input = intent.input ?? {};
  // Guides keep notes of their own, and look at the whole of what a step is about.
  if (intent.actionId.startsWith('guide.')) return unknown(OPEN_THE_GUIDE);
  if (!action) return unknown(`This rackdeck does not know ${intent.actionId}. Look at ${intent.rack.name} yourself.`);
  const [missing] = Object.values(fieldProblems(action.fields ?? [], input));
  if (missing !== undefined) {
    return unknown(
      'What was asked for may have been secret and was not kept, so it cannot be compared. Look yourself.',
    );
  }
  const clock = new RunClock(deps, deps.signal);
  try {
    await clock.known(session);
    const request = { subjects: intent.subjects, input };
    const context = actionContext({ session, request, clock, now: deps.now, signal: deps.signal });
    const preview = action.preview(await action.gather(context), context);
    if (preview.blocked !== undefined) return unknown(`Planned again, the rack says: ${preview.blocked}`);
    const now = deps.digest(previewText(action.id, intent.rack.name, preview));
    if (now === intent.preview) return action.previewTells === true ? ABSENT : unknown(LOOKS_THE_SAME);
    return unknown('The rack is no longer as it was: it took effect, or somebody else changed it. Look at it.');
  } catch (error) {
    const failure = asFailure(error);
    if (failure.kind === 'not-found') return unknown(`What it was about is gone: ${failure.message}.`);
    // The rack could not be asked: the next start tries again.
    return undefined;
  }
}

function unknown(words: string): Said {
  return { state: 'unknown', words };
}
