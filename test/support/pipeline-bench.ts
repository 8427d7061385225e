import { createAccess } from '../../src/access/create-access.ts';
import { type AnyAction, defineAction, erase, type RunContext } from '../../src/actions/define-action.ts';
import type { Observation } from '../../src/actions/observation.ts';
import { ActionRun, type PipelineDependencies } from '../../src/actions/pipeline.ts';
import type { RunState } from '../../src/actions/run-state.ts';
import type { Failure } from '../../src/domain/failure.ts';
import { outcomeUnclear } from '../../src/domain/outcome-unclear.ts';
import type { ActionRequest } from '../../src/domain/subject.ts';
import { ALLOWED, type Verdict } from '../../src/domain/verdict.ts';
import type { RackSession } from '../../src/live/rack-session.ts';
import type { MutationGuard } from '../../src/protocol/mutation-guard.ts';

export const ROUTE = 'DELETE /apps/{app}/processes/{pid}';

/** What the fake rack was asked to change, and what it shall answer. */
export interface Bench {
  readonly sent: string[];
  readonly journal: string[];
  readonly states: RunState['step'][];
  /** Facts that `gather` gives; change them to move the rack. */
  facts: { name: string; blocked?: string };
  /** What the next looks find; the last one stays. */
  observations: Observation[];
  runFails: unknown;
  /** So many requests succeed before one fails. */
  goodBefore: number;
  verdict: Verdict;
  journalFails: unknown;
  /** Happens while the intent is written down. */
  onBegin: () => void;
  /** Views are told to look again. */
  onChanged: () => void;
  extraRoute: string | undefined;
  challenge: unknown;
  stepUp: PipelineDependencies['stepUp'];
  mfa: ReturnType<PipelineDependencies['mfaLevel']>;
  protectedRack: boolean;
  /** Of the list of racks as it is now. */
  sessionNow: RackSession;
  /** What the name stands for now. */
  target: { readonly id: string; readonly origin: string };
  gathers: number;
  action: Partial<AnyAction>;
  dependencies(): PipelineDependencies;
  start(request?: Partial<ActionRequest>): ActionRun;
}

/** A pipeline around one invented action; time passes by itself, as fast as it can. */
export function pipelineBench(): Bench {
  let clock = 1_000_000;
  const bench: Bench = {
    sent: [],
    journal: [],
    states: [],
    facts: { name: 'web-1' },
    observations: [{ state: 'done', words: 'web-1 is gone.' }],
    runFails: undefined,
    goodBefore: 0,
    verdict: ALLOWED,
    journalFails: undefined,
    onBegin: () => undefined,
    onChanged: () => undefined,
    extraRoute: undefined,
    challenge: undefined,
    stepUp: () => undefined,
    mfa: 'none',
    protectedRack: false,
    sessionNow: undefined as unknown as RackSession,
    target: { id: 'direct:acme/prod', origin: 'https://acme' },
    gathers: 0,
    action: {},
    dependencies: () => dependencies(),
    start(request = {}) {
      const run = new ActionRun(
        { actionId: 'test.stop', rack: 'acme/prod', subjects: [{ id: 'web-1', app: 'shop' }], input: {}, ...request },
        dependencies(),
      );
      bench.states.push(run.state.get().step);
      run.state.subscribe(() => {
        const { step } = run.state.get();
        if (bench.states.at(-1) !== step) bench.states.push(step);
      });
      return run;
    },
  };

  const action = (): AnyAction => ({
    ...erase(
      defineAction<{ name: string; blocked?: string }>({
        id: 'test.stop',
        title: 'Stop it',
        about: 'stops it',
        on: ['processes'],
        tier: 1,
        subject: 'process',
        bulk: false,
        permissions: ['convox:process:terminate'],
        routes: [ROUTE],
        gather: async () => {
          bench.gathers += 1;
          return { ...bench.facts };
        },
        preview: ({ name, blocked }) => ({ headline: `Stop ${name}`, effects: [], warnings: [], blocked }),
        changes: () => [{ route: ROUTE, times: 1 }],
        run: runIt,
        observe: async () =>
          (bench.observations.length > 1 ? bench.observations.shift() : bench.observations[0]) as Observation,
        wait: { firstMs: 1_000, everyMs: 1_000, deadlineMs: 20_000, steady: 1 },
        echo: () => 'convox ps stop web-1',
      }),
    ),
    ...bench.action,
  });

  async function runIt(_facts: unknown, { writes, signal }: RunContext): Promise<void> {
    await writes.stopProcess('shop', 'web-1', { signal });
    if (bench.extraRoute !== undefined) await writes.stopProcess('shop', 'web-2', { signal });
  }

  const session = {
    get target() {
      return { name: 'acme/prod', kind: 'direct', demo: true, ...bench.target };
    },
    link: { get: () => ({ kind: 'live' }), subscribe: () => () => {} },
    access: { get: () => createAccess({ kind: 'direct' }), subscribe: () => () => {} },
    system: { get: () => ({ version: '3.24.9' }), subscribe: () => () => {} },
    gateway: undefined,
    history: {},
    reads: () => ({}),
    changed: () => bench.onChanged(),
    writes: (guard: MutationGuard) => ({
      rack: {
        stopProcess: async () => {
          const change = { route: ROUTE };
          await guard.admit(change);
          bench.sent.push(ROUTE);
          if (bench.challenge !== undefined) {
            const failure = bench.challenge;
            bench.challenge = undefined;
            if (!(await guard.challenged(change, failure as never))) throw failure;
            await guard.admit(change);
            bench.sent.push(`${ROUTE} again`);
          }
          const { runFails } = bench;
          if (runFails === undefined || bench.sent.length <= bench.goodBefore) return;
          if (!outcomeUnclear(runFails as Failure)) guard.refused(change);
          throw runFails;
        },
      },
      gateway: undefined,
      sockets: {},
    }),
  } as unknown as RackSession;
  bench.sessionNow = session;

  const dependencies = (): PipelineDependencies => ({
    action: (id) => (id === 'test.stop' ? action() : undefined),
    session: (rack) => (rack === 'acme/prod' || rack === bench.target.id ? bench.sessionNow : undefined),
    verdict: () => bench.verdict,
    isProtected: () => bench.protectedRack,
    stepUp: (rack) => bench.stepUp(rack),
    mfaLevel: () => bench.mfa,
    recorder: {
      begin: async ({ proposal, reason }) => {
        if (bench.journalFails !== undefined) throw bench.journalFails;
        bench.onBegin();
        bench.journal.push(`begin ${proposal.preview.headline}${reason === '' ? '' : ` because ${reason}`}`);
        return {
          result: async (outcome) => void bench.journal.push(`result ${outcome}`),
          verification: async (outcome) => void bench.journal.push(`verification ${outcome}`),
        };
      },
    },
    interaction: {} as never,
    digest: (text) => `#${text}`,
    now: () => clock,
    timers: {
      setTimeout: (callback, ms) => {
        const handle = { stopped: false };
        // After everything that is already on its way.
        setImmediate(() => {
          if (handle.stopped) return;
          clock += ms;
          callback();
        });
        return handle;
      },
      clearTimeout: (handle) => {
        (handle as { stopped: boolean }).stopped = true;
      },
    },
  });
  return bench;
}

/** Resolves when the run is in that step. */
export async function reach<S extends RunState['step']>(
  run: ActionRun,
  step: S,
): Promise<Extract<RunState, { step: S }>> {
  for (let turn = 0; turn < 2_000; turn += 1) {
    const state = run.state.get();
    if (state.step === step) return state as Extract<RunState, { step: S }>;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`never ${step}; it is ${JSON.stringify(run.state.get())}`);
}
