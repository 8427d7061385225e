import type { RunIntent, RunRecord, RunRecorder } from '../actions/run-recorder.ts';
import type { Outcome } from '../actions/run-state.ts';
import type { Failure } from '../domain/failure.ts';
import type { JournalConfirmation, JournalOutcome, JournalVerification } from '../domain/journal-entry.ts';
import type { Journal, JournalRun } from '../live/journal.ts';
import type { RackSession } from '../live/rack-session.ts';

/** Runs of the pipeline as lines of the journal. `scripted`: confirmed by the digest of a preview. */
export function journalRecorder(
  journalOf: (session: RackSession) => Journal,
  options: { readonly scripted: boolean },
): RunRecorder {
  return { begin: (intent) => begin(journalOf(intent.session), intent, options.scripted) };
}

async function begin(journal: Journal, intent: RunIntent, scripted: boolean): Promise<RunRecord> {
  const { request, action, facts, session, proposal, reason } = intent;
  const confirmation: JournalConfirmation = scripted ? 'hash' : proposal.confirmation.kind;
  const run = await journal.begin({
    rack: { id: session.target.id, name: session.target.name },
    user: session.access.get().user ?? '',
    actionId: request.actionId,
    subjects: request.subjects,
    input: keptInput(intent),
    ...(action.recall ? { before: action.recall.keep(facts) } : {}),
    preview: proposal.hash,
    headline: proposal.preview.headline,
    confirmation,
    ...(reason === '' ? {} : { reason }),
    echo: proposal.echo,
  });
  return recordOf(run);
}

/** A read back after a crash needs them; what may be secret is not kept. */
function keptInput({ action, request }: RunIntent): Readonly<Record<string, string>> {
  const open = (action.fields ?? []).filter((field) => field.kind !== 'secret' && field.sensitive !== true);
  return Object.fromEntries(
    open.flatMap(({ id }) => (request.input[id] === undefined ? [] : [[id, request.input[id]]])),
  );
}

/** What becomes of a run, in the words of the journal. */
export function recordOf(run: JournalRun): RunRecord {
  return {
    result: (outcome, words, failure) =>
      run.result({ outcome: OUTCOMES[outcome], words, ...(failure ? { failure: failureOf(failure) } : {}) }),
    verification: (outcome, words) => run.verification({ state: STATES[outcome], words }),
  };
}

const OUTCOMES: Readonly<Record<Parameters<RunRecord['result']>[0], JournalOutcome>> = {
  ok: 'ok',
  rejected: 'refused',
  failed: 'failed',
  unclear: 'unclear',
};

const STATES: Readonly<Record<Outcome, JournalVerification['state']>> = {
  verified: 'verified',
  unproven: 'unknown',
  failed: 'failed',
  rejected: 'failed',
  'no-effect': 'failed',
  unclear: 'unknown',
};

function failureOf({ kind, status, requestId }: Failure) {
  return { kind, ...(status === undefined ? {} : { status }), ...(requestId === undefined ? {} : { requestId }) };
}
