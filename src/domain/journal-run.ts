import type {
  JournalEntry,
  JournalIntent,
  JournalRecovery,
  JournalResult,
  JournalVerification,
} from './journal-entry.ts';

/** One action from its intent to what became of it, as the journal tells it. */
export interface RecordedRun {
  readonly intent: JournalIntent;
  readonly result: JournalResult | undefined;
  readonly verification: JournalVerification | undefined;
  readonly recovered: JournalRecovery | undefined;
  /** Number and hash of the intent's line: what somebody quotes. */
  readonly seq: number;
  readonly hash: string;
}

/** An entry and the line it stands on. */
export interface JournalLine {
  readonly seq: number;
  readonly hash: string;
  readonly entry: JournalEntry;
}

/** Runs in the order in which they began; of several lines of one kind the last counts. */
export function runsOf(lines: readonly JournalLine[]): readonly RecordedRun[] {
  const runs = new Map<string, RecordedRun>();
  for (const { seq, hash, entry } of lines) {
    if (entry.kind === 'note') continue;
    if (entry.kind === 'intent') {
      runs.set(entry.run, {
        intent: entry,
        result: undefined,
        verification: undefined,
        recovered: undefined,
        seq,
        hash,
      });
      continue;
    }
    const run = runs.get(entry.run);
    if (run) runs.set(entry.run, withOutcome(run, entry));
  }
  return [...runs.values()];
}

function withOutcome(run: RecordedRun, entry: JournalResult | JournalVerification | JournalRecovery): RecordedRun {
  if (entry.kind === 'result') return { ...run, result: entry };
  return entry.kind === 'verification' ? { ...run, verification: entry } : { ...run, recovered: entry };
}

/**
 * Nobody has said yet what became of it: no result, or one that does not know, and neither a verification nor a later start
 * has settled it.
 */
export function isOpen({ result, verification, recovered }: RecordedRun): boolean {
  if (recovered !== undefined && recovered.state !== 'pending') return false;
  if (result === undefined) return true;
  // Whatever was sent is followed to a proof: without one the program ended in the middle of looking.
  if (result.outcome === 'ok') return verification === undefined;
  return result.outcome === 'unclear' && (verification === undefined || verification.state === 'unknown');
}

/** App that all of it is about, where there is exactly one. */
export function appOfRun({ intent }: RecordedRun): string | undefined {
  const apps = new Set(intent.subjects.map((subject) => subject.app));
  const [app] = apps;
  return apps.size === 1 ? app : undefined;
}

/** Whether it concerns the app: as one of several, too. */
export function concernsApp({ intent }: RecordedRun, app: string): boolean {
  return intent.subjects.some((subject) => subject.app === app);
}

/** `shop/web-1, web-2`; the rack's name where it concerns no single thing. */
export function subjectText({ intent }: RecordedRun): string {
  const { subjects, rack } = intent;
  if (subjects.length === 0) return rack.name;
  return subjects
    .map(({ app, id }, index) =>
      app === undefined || app === id || (index > 0 && subjects[index - 1]?.app === app) ? id : `${app}/${id}`,
    )
    .join(', ');
}

/** All request ids that the run's answers brought. */
export function requestIdsOf({ result }: RecordedRun): readonly string[] {
  const { failure, requestIds = [] } = result ?? {};
  return failure?.requestId === undefined ? requestIds : [...requestIds, failure.requestId];
}
