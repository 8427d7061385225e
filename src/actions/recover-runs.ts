import { asFailure } from '../domain/failure.ts';
import type { JournalRecovery } from '../domain/journal-entry.ts';
import type { RecordedRun } from '../domain/journal-run.ts';
import type { Journal } from '../live/journal.ts';
import type { RackSession } from '../live/rack-session.ts';
import type { Timers } from '../live/timers.ts';
import { actionContext } from './action-context.ts';
import { fieldProblems } from './action-field.ts';
import type { ActionContext, AnyAction, Kept, Recall, Wait } from './define-action.ts';
import type { Observation } from './observation.ts';
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
  const open = await deps.journal.openRuns();
  const found = await Promise.all(open.map((run) => recovered(run, deps)));
  return found.filter((run) => run !== undefined);
}

async function recovered(run: RecordedRun, deps: RecoveryDependencies): Promise<RecoveredRun | undefined> {
  const said = await readBack(run, deps);
  if (!said || deps.signal.aborted) return undefined;
  await deps.journal.recovered(run.intent.run, said);
  return { run, ...said };
}

const OPEN_THE_GUIDE = 'It was a step of a guide: open the guide again, it looks at every step.';

type Said = Omit<RecoveredRun, 'run'>;

const ABSENT: Said = { state: 'absent', words: 'The rack stands as before: it did not take effect.' };
const LOOKS_THE_SAME =
  'The rack does not show whether it took effect: it would look the same before and after. Look before you do it again.';

async function readBack(run: RecordedRun, deps: RecoveryDependencies): Promise<Said | undefined> {
  const { intent } = run;
  const action = deps.action(intent.actionId);
  // By what it is, not by what it is called: another rack of that name has nothing to say about it.
  const session = deps.session(intent.rack.id);
  if (!session || session.target.problem) return undefined;
  const input = intent.input ?? {};
  // Guides keep notes of their own, and look at the whole of what a step is about.
  if (intent.actionId.startsWith('guide.')) return unknown(OPEN_THE_GUIDE);
  if (!action) return unknown(`This rackdeck does not know ${intent.actionId}. Look at ${intent.rack.name} yourself.`);
  const clock = new RunClock(deps, deps.signal);
  const request = { subjects: intent.subjects, input };
  const context = () => actionContext({ session, request, clock, now: deps.now, signal: deps.signal });
  try {
    await clock.known(session);
    const { recall, wait } = action;
    if (recall && intent.before) return await lookBack(run, { recall, wait, kept: intent.before }, context);
    return await planAgain(run, action, context(), deps.digest);
  } catch (error) {
    const failure = asFailure(error);
    if (failure.kind === 'not-found') return unknown(`What it was about is gone: ${failure.message}.`);
    // The rack could not be asked: the next start tries again.
    return undefined;
  }
}

const WAS_SECRET = 'What was asked for may have been secret and was not kept, so it cannot be compared. Look yourself.';

/** The same plan, made of what the rack says today: does it still have to be done? */
async function planAgain(
  { intent }: RecordedRun,
  action: AnyAction,
  context: ActionContext,
  digest: RecoveryDependencies['digest'],
): Promise<Said> {
  const [missing] = Object.values(fieldProblems(action.fields ?? [], context.input));
  if (missing !== undefined) return unknown(WAS_SECRET);
  const preview = action.preview(await action.gather(context), context);
  if (preview.blocked !== undefined) return unknown(`Planned again, the rack says: ${preview.blocked}`);
  const now = digest(previewText(action.id, intent.rack.name, preview));
  if (now === intent.preview) return action.previewTells === true ? ABSENT : unknown(LOOKS_THE_SAME);
  return unknown('The rack is no longer as it was: it took effect, or somebody else changed it. Look at it.');
}

/** Looks in a row, so far apart as the action says, after which "no trace" is believed. */
const LOOKS = 3;
/** Whoever passes a request on may still hold it (gateway.md 6.2), and a rack may take half a minute to begin. */
const LATE_MS = 60_000;
/** So long the rack is watched while it still works on it; after that it is the next start's turn. */
const WATCHED_MS = 30_000;
/** What the rack still works on after so long is told as it is, and not asked again at every start. */
const PATIENCE_MS = 3_600_000;

/** Held against how things stood before, as the verification would have gone on. */
async function lookBack(
  run: RecordedRun,
  { recall, wait, kept }: { readonly recall: Recall<never>; readonly wait: Wait; readonly kept: Kept },
  context: () => ActionContext,
): Promise<Said> {
  const { now, pause } = context();
  const since = now();
  let alike = 0;
  let last: Observation['state'] | undefined;
  for (;;) {
    // A look that fails goes up: a rack that cannot be asked has not said anything.
    const seen = await recall.look(kept, context());
    alike = seen.state === last ? alike + 1 : 1;
    last = seen.state;
    if (isEnough(seen.state, alike, wait) || now() - since >= WATCHED_MS)
      return saidOf(seen, run, now() - run.intent.at);
    await pause(wait.everyMs);
  }
}

function isEnough(state: Observation['state'], alike: number, { steady }: Wait): boolean {
  if (state === 'pending') return false;
  return alike >= (state === 'done' ? steady : state === 'absent' ? LOOKS : 1);
}

function saidOf({ state, words }: Observation, { result }: RecordedRun, age: number): Said {
  if (state === 'done' || state === 'failed') return { state, words };
  if (state === 'unknown') return unknown(words);
  if (state === 'pending')
    return age < PATIENCE_MS ? { state, words } : unknown(`It was not brought to its end: ${words}`);
  const accepted = result?.outcome === 'ok';
  if (age < LATE_MS) {
    const hope = accepted ? 'Accepted, without a trace so far' : 'Without a trace so far, but it may still arrive';
    return { state: 'pending', words: `${hope}: ${words}` };
  }
  return accepted
    ? { state: 'failed', words: `It had been accepted, but: ${words}` }
    : { state: 'absent', words: `It did not take effect: ${words}` };
}

function unknown(words: string): Said {
  return { state: 'unknown', words };
}
