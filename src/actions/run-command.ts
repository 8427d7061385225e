import { asFailure, Failure } from '../domain/failure.ts';
import { EXEC_ROUTES } from '../protocol/exec-request.ts';
import { type ActionContext, defineAction, type RunContext } from './define-action.ts';
import type { AttachEnd } from './interaction.ts';
import type { Observation } from './observation.ts';
import { endOrThrow, needTerminal, sessionObservation } from './session-end.ts';

const START = 'POST /apps/{app}/services/{service}/processes';
const STOP = 'DELETE /apps/{app}/processes/{pid}';
/** Keeps the process alive until the real command has its terminal (convox-api.md 6.3). */
const HOLD = 'sleep 3600';
const START_DEADLINE_MS = 300_000;

interface Facts {
  readonly app: string;
  readonly service: string;
  readonly release: string;
  readonly command: string;
  readonly detached: boolean;
  /** Takes traffic. */
  readonly serving: boolean;
}

interface Result {
  readonly process: string;
  readonly end: AttachEnd | undefined;
}

async function gather({ reads, subjects, input, signal }: ActionContext): Promise<Facts> {
  const [subject] = subjects;
  const name = subject?.app ?? '';
  const service = subject?.service ?? subject?.id ?? '';
  const [app, services] = await Promise.all([reads.app(name, { signal }), reads.services(name, { signal })]);
  const found = services.find((each) => each.name === service);
  if (!found) {
    throw new Failure({
      kind: 'not-found',
      what: `${name} has no service ${service}`,
      next: `Its services are ${services.map((each) => each.name).join(', ')}.`,
    });
  }
  return {
    app: name,
    service,
    release: input.release || app.release,
    command: input.command?.trim() ?? '',
    detached: input.detached === 'yes',
    serving: found.ports.length > 0 || found.nlb.length > 0,
  };
}

async function run(facts: Facts, context: RunContext): Promise<Result> {
  const { writes, interaction, note, signal } = context;
  const { app, service, command, release, detached } = facts;
  if (!detached) needTerminal(interaction);
  const started = await writes.runProcess(
    app,
    service,
    { command: detached ? command : HOLD, ...(release === '' ? {} : { release }) },
    { signal },
  );
  note(`${started.id} started`);
  if (detached) return { process: started.id, end: undefined };
  // Whatever happens from here on, the process must not stay behind.
  let end: AttachEnd | undefined;
  let failure: Failure | undefined;
  try {
    await untilRunning(facts, started.id, context);
    end = endOrThrow(await attach(facts, started.id, context));
  } catch (error) {
    failure = asFailure(error);
  }
  await remove(facts, started.id, context, failure);
  if (failure) throw failure;
  return { process: started.id, end };
}

/** Twice in a row, as a process that crashes at once reads `running` for a moment. */
async function untilRunning(
  { app }: Facts,
  id: string,
  { reads, pause, now, note, signal }: RunContext,
): Promise<void> {
  const deadline = now() + START_DEADLINE_MS;
  let running = 0;
  let said = '';
  while (running < 2) {
    await pause(1_000);
    const { status } = await reads.process(app, id, { signal });
    running = status === 'running' ? running + 1 : 0;
    if (status !== said) note(`${id} is ${status}`);
    said = status;
    if (OVER.has(status) || now() > deadline) {
      throw new Failure({
        kind: 'conflict',
        what: `${id} did not come up`,
        why: `it is ${status}`,
        next: 'Look at its logs and at the findings of the app (w).',
      });
    }
  }
}

const OVER: ReadonlySet<string> = new Set(['failed', 'crashed', 'complete', 'stopped', 'oom']);

function attach(
  { app, service, command }: Facts,
  id: string,
  { sockets, interaction }: RunContext,
): Promise<AttachEnd> {
  return interaction.attach({
    title: `${command} in ${service} of ${app}`,
    open: (sink, size) =>
      sockets.exec(
        {
          kind: 'process',
          app,
          process: id,
          command,
          entrypoint: true,
          ...(size ? { size, tty: true } : { tty: false }),
        },
        sink,
      ),
    secrets: [],
  });
}

async function remove(
  { app }: Facts,
  id: string,
  { writes, note }: RunContext,
  earlier: Failure | undefined,
): Promise<void> {
  try {
    // Without the run's signal: giving up must not leave it behind either.
    await writes.stopProcess(app, id);
    note(`${id} removed`);
  } catch (error) {
    const failure = asFailure(error);
    throw new Failure({
      kind: failure.kind,
      what: `${id} could not be removed`,
      why: failure.message,
      next: `Stop it: it would sleep for an hour. Before that: ${earlier?.message ?? 'the command ended'}.`,
      status: failure.status,
      requestId: failure.requestId,
      cause: failure,
    });
  }
}

async function observe(
  facts: Facts,
  result: Result | undefined,
  { reads, signal }: ActionContext,
): Promise<Observation> {
  if (result === undefined)
    return { state: 'unknown', words: 'Whether a process was started is not known; look at the processes.' };
  const left = await reads.processes(facts.app, undefined, { signal });
  const there = left.find((each) => each.id === result.process);
  if (facts.detached) {
    return {
      state: 'done',
      words: `${result.process} was started${there ? ` and is ${there.status}` : ' and has ended'}.`,
    };
  }
  if (there && there.status !== 'terminating')
    return { state: 'pending', words: `${result.process} is still there (${there.status}).` };
  const ended = sessionObservation(facts.command, result.end);
  return { ...ended, words: `${ended.words} ${result.process} is removed.` };
}

export const runCommand = defineAction<Facts, Result>({
  id: 'process.run',
  title: 'Run a one-off command',
  about: 'starts a process beside the service, runs a command in it and removes it',
  on: ['services'],
  tier: 2,
  subject: 'service',
  bulk: false,
  permissions: ['convox:process:start', 'convox:process:exec', 'convox:process:terminate'],
  routes: [START, EXEC_ROUTES.process, STOP],
  fields: [
    {
      id: 'command',
      label: 'Command',
      kind: 'text',
      required: true,
      help: "One line, run without a shell: sh -c '...' for pipes.",
    },
    { id: 'release', label: 'Release', kind: 'text', required: false, help: 'Empty: the active one.' },
    { id: 'detached', label: 'Detached', kind: 'flag', required: false, help: 'yes: start it and do not wait.' },
  ],
  command: ({ subjects, input }, facts) => ({
    service: subjects[0]?.service ?? subjects[0]?.id ?? '',
    command: input.command?.trim() ?? '',
    serving: facts?.serving,
  }),
  gather,
  preview: ({ app, service, release, command, detached }, { rack }) => ({
    headline: `Run ${command} in a new process of ${service} (${app}) on ${rack.name}`,
    effects: [
      `A process of ${service} starts on release ${release}, with its environment; it takes room on an instance.`,
      detached ? 'It is left alone: look at its logs.' : 'It is removed when the command ends, also after errors.',
    ],
    warnings: [],
    ...(release === '' ? { blocked: `${app} has no active release. Promote one first.` } : {}),
  }),
  changes: ({ detached }) =>
    detached
      ? [{ route: START, times: 1 }]
      : [
          { route: START, times: 1 },
          { route: EXEC_ROUTES.process, times: 1 },
          { route: STOP, times: 1 },
        ],
  run,
  observe,
  wait: { firstMs: 500, everyMs: 2_000, deadlineMs: 120_000, steady: 1 },
  echo: ({ app, service, command, detached }) => `convox run ${service} '${command}' -a ${app}${detached ? ' -d' : ''}`,
});
