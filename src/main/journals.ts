import { createJournal, type Journal } from '../live/journal.ts';
import { JournalMemory } from '../live/journal-memory.ts';
import type { Environment } from '../platform/environment.ts';
import { JournalFolder } from '../platform/journal-folder.ts';
import { systemProcesses } from '../platform/process-mark.ts';

/** The journal in the state folder. Reading it makes no file. */
export function openJournal(environment: Environment): Journal {
  const { now, hostname } = environment;
  return createJournal({ store: new JournalFolder(environment), processes: systemProcesses(hostname), now });
}

/** Which journal a rack's actions belong into: the past of a demo ends with it. */
export function openJournals(environment: Environment): (rack: { readonly demo: boolean }) => Journal {
  const { now, hostname } = environment;
  const own = openJournal(environment);
  const demo = createJournal({ store: new JournalMemory(), processes: systemProcesses(hostname), now });
  return (rack) => (rack.demo ? demo : own);
}
