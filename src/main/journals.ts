import { createJournal, type Journal } from '../live/journal.ts';
import { JournalMemory } from '../live/journal-memory.ts';
import type { Environment } from '../platform/environment.ts';
import { JournalFolder } from '../platform/journal-folder.ts';
import { systemProcesses } from '../platform/process-mark.ts';

type Journals = (rack: { readonly demo: boolean }) => Journal;

/** One per run of the program: what acts and what shows must look at the same demo journal. */
const OPENED = new WeakMap<Environment, Journals>();

/**
 * Which journal a rack's actions belong into: the one in the state folder, or one in memory for a demo, whose past ends with
 * it. Opening and reading make no file.
 */
export function openJournals(environment: Environment): Journals {
  const known = OPENED.get(environment);
  if (known) return known;
  const { now, hostname } = environment;
  const processes = systemProcesses(hostname);
  const own = createJournal({ store: new JournalFolder(environment), processes, now });
  const demo = createJournal({ store: new JournalMemory(), processes, now });
  const journals: Journals = (rack) => (rack.demo ? demo : own);
  OPENED.set(environment, journals);
  return journals;
}
