import type { CommonFlags, Invocation, ViewRequest } from '../cli/invocation.ts';
import { runJournal, runJournalVerify } from '../cli/run-journal.ts';
import type { Run } from '../main.ts';
import { openJournals } from './journals.ts';

/** The journal as text: from the disk, whichever racks there are and whether they answer. */
export function printJournal(
  { common, request }: { readonly common: CommonFlags; readonly request: ViewRequest },
  { world, output }: Run,
): Promise<number> {
  const { environment, demo } = world;
  return runJournal({ journal: openJournals(environment)({ demo }), common, request, output, now: environment.now });
}

export function journalVerifyCommand(
  { json }: Extract<Invocation, { command: 'journal-verify' }>,
  { world, output }: Run,
): Promise<number> {
  const { environment, demo } = world;
  return runJournalVerify({ journal: openJournals(environment)({ demo }), json, output, now: environment.now });
}
