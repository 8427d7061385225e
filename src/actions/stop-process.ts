import type { Process } from '../domain/process.ts';
import { isOneOff } from '../domain/process-health.ts';
import type { Subject } from '../domain/subject.ts';
import type { ActionContext, Kept, RunContext } from './define-action.ts';
import { defineAction } from './define-action.ts';
import { forEachSubject } from './each-subject.ts';
import type { Observation, ObservedCheck } from './observation.ts';
import { shellWord } from './shell-word.ts';

const STOP = 'DELETE /apps/{app}/processes/{pid}';

interface Stopped {
  readonly subject: Subject;
  readonly process: Process;
  /** Service processes are replaced at once; one-off ones are not (convox-api.md 6.3). */
  readonly others: readonly string[];
  /** All of its service before, whatever they did. */
  readonly before: readonly string[];
}

type Facts = readonly Stopped[];

async function gather({ reads, subjects, signal }: ActionContext): Promise<Facts> {
  return Promise.all(
    subjects.map(async (subject) => {
      const app = subject.app ?? '';
      const [process, all] = await Promise.all([
        reads.process(app, subject.id, { signal }),
        reads.processes(app, undefined, { signal }),
      ]);
      const before = all.filter((other) => other.service === process.service);
      const others = before.filter((other) => other.id !== process.id && isRunning(other) && !isOneOff(other));
      return { subject, process, others: others.map(({ id }) => id), before: before.map(({ id }) => id) };
    }),
  );
}

type StoppedFrom = Omit<Stopped, 'subject' | 'process'> & {
  readonly process: Pick<Process, 'id' | 'app' | 'service' | 'status' | 'command'>;
};

/** By process: app, service, status and whether it was a one-off; then what else of the service ran, and all that was there. */
function kept(facts: Facts): Kept {
  return Object.fromEntries(
    facts.flatMap(({ process, others, before }) => [
      [process.id, [process.app, process.service, process.status, isOneOff(process) ? 'one-off' : '']],
      [`${process.id} others`, others],
      [`${process.id} before`, before],
    ]),
  );
}

function recalled(all: Kept, context: ActionContext): Promise<Observation> {
  const facts = context.subjects.map(({ id }): StoppedFrom => {
    const [app = '', service = '', status = '', kind = ''] = all[id] ?? [];
    return {
      process: { id, app, service, status, command: kind },
      others: all[`${id} others`] ?? [],
      before: all[`${id} before`] ?? [],
    };
  });
  return observe(facts, undefined, context);
}

async function observe(
  facts: readonly StoppedFrom[],
  sent: true | undefined,
  { reads, signal }: ActionContext,
): Promise<Observation> {
  const checks: ObservedCheck[] = [];
  const apps = [...new Set(facts.map(({ process }) => process.app))];
  const now = new Map(
    await Promise.all(apps.map(async (app) => [app, await reads.processes(app, undefined, { signal })] as const)),
  );
  let gone = 0;
  let replaced = 0;
  for (const { process, others, before } of facts) {
    const left = now.get(process.app) ?? [];
    const isGone = !left.some((other) => other.id === process.id);
    if (isGone) gone += 1;
    checks.push({ label: process.id, state: isGone ? 'ok' : 'pending', words: isGone ? 'gone' : 'still there' });
    if (isOneOff(process)) continue;
    const serving = left.filter((other) => other.service === process.service && !isOneOff(other));
    const running = serving.filter(isRunning).length;
    if (serving.some((other) => !before.includes(other.id))) replaced += 1;
    const wanted = wantedOf(process, others);
    const back = running >= wanted && isGone;
    checks.push({
      label: process.service,
      state: back ? 'ok' : 'pending',
      words: wanted === 0 ? `${running} running, none before` : `${running} of ${wanted} running`,
    });
  }
  if (checks.every((check) => check.state === 'ok')) {
    const hadToComeBack = facts.some(({ process }) => !isOneOff(process) && isRunning(process));
    const words = hadToComeBack
      ? 'Stopped; what had to be replaced is running again.'
      : 'Stopped. Nothing of it was running before, so no replacement was waited for.';
    return { state: 'done', words, checks };
  }
  if (gone === 0) {
    // A process takes its time to end, and is listed meanwhile; what replaces it is there at once. Nothing replaces a one-off.
    if (sent || replaced > 0) return { state: 'pending', words: 'Asked to stop; waiting for it to end.', checks };
    const state = facts.every(({ process }) => isOneOff(process)) ? 'unknown' : 'absent';
    return { state, words: 'Nothing has stopped yet.', checks };
  }
  return { state: 'pending', words: `${gone} of ${facts.length} stopped; waiting for the replacement.`, checks };
}

async function run(facts: Facts, context: RunContext): Promise<true> {
  const { writes, signal } = context;
  await forEachSubject(facts, context, (one) => writes.stopProcess(one.process.app, one.process.id, { signal }));
  return true;
}

/** How many of the service must run again: as many as did. */
function wantedOf(process: Pick<Process, 'status'>, others: readonly string[]): number {
  return others.length + (isRunning(process) ? 1 : 0);
}

function isRunning(process: Pick<Process, 'status'>): boolean {
  return process.status === 'running';
}

export const stopProcess = defineAction<Facts, true>({
  id: 'process.stop',
  title: 'Stop process',
  previewTells: true,
  about: 'stops a process; a service starts another one in its place',
  on: ['processes'],
  key: 'x',
  tier: 1,
  subject: 'process',
  bulk: true,
  permissions: ['convox:process:terminate'],
  routes: [STOP],
  gather,
  preview: (facts, { rack }) => ({
    headline:
      facts.length === 1
        ? `Stop ${facts[0]?.process.id} of ${facts[0]?.process.app} on ${rack.name}`
        : `Stop ${facts.length} processes on ${rack.name}`,
    effects: facts.some(({ process }) => !isOneOff(process))
      ? ['A service starts a new process in the place of the old one.']
      : ['One-off processes are not replaced.'],
    warnings: facts
      .filter(({ process, others }) => !isOneOff(process) && isRunning(process) && others.length === 0)
      .map(
        ({ process }) =>
          `${process.id} is the only running process of ${process.service}: it will be down until the new one runs.`,
      ),
    tables: [
      {
        title: 'Processes',
        columns: ['process', 'service', 'status', 'release', 'others running'],
        rows: facts.map(({ process, others }) => [
          process.id,
          process.service,
          process.status,
          process.release,
          String(others.length),
        ]),
      },
    ],
  }),
  changes: (facts) => [{ route: STOP, times: facts.length }],
  run,
  observe,
  wait: { firstMs: 1_000, everyMs: 2_000, deadlineMs: 300_000, steady: 1 },
  recall: { keep: kept, look: recalled },
  echo: (facts) =>
    facts.map(({ process }) => `convox ps stop ${shellWord(process.id)} -a ${shellWord(process.app)}`).join('; '),
});
