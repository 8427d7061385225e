import { createJournal, type Journal, type NewIntent } from '../../src/live/journal.ts';
import { JournalMemory } from '../../src/live/journal-memory.ts';
import type { JournalStore } from '../../src/platform/journal-folder.ts';
import type { ProcessTable } from '../../src/platform/process-mark.ts';

export const PROCESSES: ProcessTable = {
  pid: 4711,
  host: 'here',
  boot: () => 'boot-1',
  isAlive: () => true,
  started: () => '100',
  user: () => 'ada',
};

export function anIntent(changes: Partial<NewIntent> = {}): NewIntent {
  return {
    rack: { id: 'gateway:acme/prod', name: 'acme/prod' },
    user: 'ops@example.com',
    actionId: 'process.stop',
    subjects: [{ id: 'web-1', app: 'shop', service: 'web' }],
    preview: 'sha256-of-preview',
    headline: 'Stop the process web-1 of shop on acme/prod',
    confirmation: 'key',
    echo: 'convox ps stop web-1 -a shop',
    ...changes,
  };
}

/** Three runs, ten minutes apart up to `now`: one that went well, one refused on another rack, one without an end. */
export async function sampleJournal(now: number, store: JournalStore = new JournalMemory()): Promise<Journal> {
  let clock = now - 20 * 60_000;
  let next = 1;
  const journal = createJournal({ store, processes: PROCESSES, now: () => clock, newId: () => `run-${next++}` });
  const first = await journal.begin(anIntent({ reason: 'it hangs' }));
  await first.result({ outcome: 'ok', words: 'web-1 was stopped', requestIds: ['req-1'] });
  await first.verification({ state: 'verified', words: 'web-1 is gone; web-2 runs in its place.' });
  clock += 10 * 60_000;
  const second = await journal.begin(
    anIntent({
      rack: { id: 'direct:staging', name: 'staging' },
      user: '',
      actionId: 'app.delete',
      subjects: [{ id: 'blog', app: 'blog' }],
      confirmation: 'type',
      headline: 'Delete the app blog on staging',
    }),
  );
  await second.result({
    outcome: 'refused',
    words: 'You may not do this',
    failure: { kind: 'forbidden', status: 403, requestId: 'req-2' },
  });
  clock += 10 * 60_000;
  await journal.begin(
    anIntent({
      actionId: 'release.promote',
      subjects: [
        { id: 'RNEW', app: 'api' },
        { id: 'ROTHER', app: 'shop' },
      ],
    }),
  );
  return journal;
}
