import { asFailure, Failure, withDetails } from '../domain/failure.ts';
import { outcomeUnclear } from '../domain/outcome-unclear.ts';
import type { Process } from '../domain/process.ts';
import { EXEC_ROUTES } from '../protocol/exec-request.ts';
import { busyText } from './app-state.ts';
import { type ActionContext, defineAction, type RunContext } from './define-action.ts';
import type { AttachEnd } from './interaction.ts';
import type { Observation } from './observation.ts';
import { endOrThrow, needTerminal, sessionObservation } from './session-end.ts';
import { consentTo, RECORD_FIELD, recordingOf, type SessionRecording } from './session-recording.ts';
import { shellWord } from './shell-word.ts';

const START = 'POST /apps/{app}/services/{service}/processes';
const STOP = 'DELETE /apps/{app}/processes/{pid}';
/** Keeps the process alive until the real command has its terminal (convox-api.md 6.3). */
const HOLD = 'sleep 3600';
const START_DEADLINE_MS = 300_000;
/** Reads in a row that may fail: right after its start a process may not be listed yet (convox-api.md 12.33). */
const FAILED_READS = 5;

interface Facts {
  readonly app: string;
  readonly service: string;
  readonly release: string;
  readonly command: string;
  readonly detached: boolean;
  /** Takes traffic. */
  readonly serving: boolean;
  /** `shop is updating (release R2)`; undefined: it is not busy. */
  readonly busy: string | undefined;
  /** Processes of the service before. */
  readonly before: readonly string[];
  /** As typed; empty: the active one. */
  readonly chosen: string;
  readonly recording: SessionRecording;
}

interface Result {
  readonly process: string;
  readonly end: AttachEnd | undefined;
  /** The session broke off, or came about in a way that nobody knows. */
  readonly broken: Failure | undefined;
}

async function gather(context: ActionContext): Promise<Facts> {
  const { reads, subjects, input, signal } = context;
  const [subject] = subjects;
  const name = subject?.app ?? '';
  const service = subject?.service ?? subject?.id ?? '';
  const [app, services, processes] = await Promise.all([
    reads.app(name, { signal }),
    reads.services(name, { signal }),
    reads.processes(name, undefined, { signal }),
  ]);
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
    release: input.release?.trim() || app.release,
    command: input.command?.trim() ?? '',
    detached: input.detached === 'yes',
    serving: found.ports.length > 0 || found.nlb.length > 0,
    busy: busyText(app),
    before: processes.filter((each) => each.service === service).map(({ id }) => id),
    chosen: input.release?.trim() ?? '',
    recording: await recordingOf(context, name, input.release?.trim() || app.release),
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
  if (detached) return { process: started.id, end: undefined, broken: undefined };
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
  // A command that may have run must not look like one that did not: it is what the proof speaks about.
  if (failure && !outcomeUnclear(failure)) throw failure;
  return { process: started.id, end, broken: failure };
}

/** Twice in a row, as a process that crashes at once reads `running` for a moment. */
async function untilRunning(
  { app }: Facts,
  id: string,
  { reads, pause, now, note, signal }: RunContext,
): Promise<void> {
  const deadline = now() + START_DEADLINE_MS;
  let running = 0;
  let failed = 0;
  let said = '';
  while (running < 2) {
    await pause(1_000);
    const status = await reads.process(app, id, { signal }).then(
      (process) => process.status,
      (error: unknown) => {
        failed += 1;
        // Nothing of the command has run: whatever the link says, this is no unclear outcome.
        if (failed > FAILED_READS || signal.aborted) throw notUp(id, asFailure(error).message, asFailure(error));
        return undefined;
      },
    );
    if (status !== undefined) failed = 0;
    running = status === 'running' ? running + 1 : 0;
    if (status !== undefined && status !== said) note(`${id} is ${status}`);
    said = status ?? said;
    if (OVER.has(said) || now() > deadline) throw notUp(id, said === '' ? 'it never showed up' : `it is ${said}`);
  }
}

function notUp(id: string, why: string, cause?: Failure): Failure {
  return new Failure({
    kind: 'conflict',
    what: `${id} did not come up`,
    why,
    next: 'Look at its logs and at the findings of the app (w).',
    cause,
  });
}

const OVER: ReadonlySet<string> = new Set(['failed', 'crashed', 'complete', 'stopped', 'oom']);

function attach(
  { app, service, command, recording }: Facts,
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
    secrets: recording.secrets,
    record: recording.wanted,
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
    if (failure.kind === 'not-found') return note(`${id} is gone already`);
    // Whether it is gone is read back.
    if (outcomeUnclear(failure)) return note(`${id}: ${failure.message}`);
    throw withDetails(failure, {
      what: `${id} could not be removed`,
      why: failure.message,
      next: `Stop it: it would sleep for an hour. Before that: ${earlier?.message ?? 'the command ended'}.`,
      cause: failure,
    });
  }
}

async function observe(facts: Facts, result: Result | undefined, context: ActionContext): Promise<Observation> {
  const { reads, signal } = context;
  const now = await reads.processes(facts.app, undefined, { signal });
  if (result === undefined) return lost(facts, now);
  const there = now.find((each) => each.id === result.process);
  if (facts.detached) return detachedObservation(result.process, there);
  if (there && there.status !== 'terminating')
    return { state: 'pending', words: `${result.process} is still there (${there.status}).` };
  if (result.broken) return { state: 'failed', words: `${result.broken.message}. ${result.process} is removed.` };
  const ended = sessionObservation(facts.command, result.end);
  return { ...ended, words: `${ended.words} ${result.process} is removed.` };
}

/** The answer to its start got lost: one that is there now and was not before, and does what we asked for, is ours. */
function lost({ service, before, command, detached }: Facts, now: readonly Process[]): Observation {
  const wanted = detached ? command : HOLD;
  const found = now.find(
    (each) => each.service === service && !before.includes(each.id) && (each.command === wanted || each.command === ''),
  );
  if (!found) return { state: 'absent', words: `There is no new process of ${service}.` };
  return detached
    ? { state: 'done', words: `${found.id} was started and is ${found.status}.` }
    : {
        state: 'failed',
        words: `${found.id} was started, but the command did not run in it. Stop it: it would sleep for an hour.`,
      };
}

/** Started is not yet come up: one that ends with an error at once is told. */
function detachedObservation(id: string, there: Process | undefined): Observation {
  if (!there) return { state: 'done', words: `${id} was started and has ended.` };
  const { status } = there;
  if (status === 'running' || status === 'complete')
    return { state: 'done', words: `${id} was started and is ${status}.` };
  if (OVER.has(status)) return { state: 'failed', words: `${id} was started and is ${status}: look at its log.` };
  return { state: 'pending', words: `${id} was started and is ${status}.` };
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
    RECORD_FIELD,
  ],
  command: ({ subjects, input }, facts) => ({
    service: subjects[0]?.service ?? subjects[0]?.id ?? '',
    command: input.command?.trim() ?? '',
    serving: facts?.serving,
  }),
  gather,
  preview: ({ app, service, release, command, detached, busy, recording }, { rack }) => ({
    headline: `Run ${command} in a new process of ${service} (${app}) on ${rack.name}`,
    effects: [
      `A process of ${service} starts on release ${release}, with its environment; it takes room on an instance.`,
      detached
        ? 'It is left alone: look at its logs.'
        : 'It is removed when the command ends, also after errors; after an hour it ends by itself.',
      ...consentTo(recording),
    ],
    warnings: busy === undefined ? [] : [`${busy}: the release it starts on is the one that is being deployed.`],
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
  echo: ({ app, service, command, detached, chosen }) =>
    `convox run ${shellWord(service)} ${shellWord(command)} -a ${shellWord(app)}${chosen === '' ? '' : ` --release ${shellWord(chosen)}`}${detached ? ' -d' : ''}`,
});
