import { hostname } from 'node:os';
import { createJournal } from '../../src/live/journal.ts';
import { JournalFolder } from '../../src/platform/journal-folder.ts';
import { systemProcesses } from '../../src/platform/process-mark.ts';

/**
 * A program of its own that keeps a journal: `<name> <runs> [die]` writes that many runs; `die` begins one more and is killed.
 * Prints one line per run once it is on the disk, `refused <why>` where it could not be written.
 */
const [name = '', runs = '1', last] = process.argv.slice(2);
const environment = {
  env: process.env,
  home: '/',
  cwd: '/',
  platform: process.platform,
  hostname: hostname(),
  now: Date.now,
  random: Math.random,
};
const journal = createJournal({
  store: new JournalFolder(environment),
  processes: systemProcesses(environment.hostname),
  now: Date.now,
});

async function begin(nth: number) {
  return journal.begin({
    rack: { id: 'direct:prod', name: 'prod' },
    user: name,
    actionId: 'process.stop',
    subjects: [{ id: `${name}-${nth}`, app: 'shop' }],
    preview: 'd1',
    headline: 'Stop the process web-1 of shop on prod '.repeat(5),
    confirmation: 'key',
    echo: 'convox ps stop web-1 -a shop',
  });
}

try {
  for (let nth = 0; nth < Number(runs); nth += 1) {
    const run = await begin(nth);
    await run.result({ outcome: 'ok', words: 'Stopped' });
    await run.verification({ state: 'verified', words: 'Gone' });
    process.stdout.write(`${run.id}\n`);
  }
  if (last === 'die') {
    const run = await begin(Number(runs));
    process.stdout.write(`${run.id}\n`, () => process.kill(process.pid, 'SIGKILL'));
  }
} catch (error) {
  process.stdout.write(`refused ${error instanceof Error ? error.message : String(error)}\n`);
}
