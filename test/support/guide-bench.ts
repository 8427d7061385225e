import { createHash } from 'node:crypto';
import type { ConfirmationAnswer } from '../../src/actions/confirmation.ts';
import type { RunState } from '../../src/actions/run-state.ts';
import type { GuideProgressStore } from '../../src/domain/guide-progress.ts';
import type { StepState } from '../../src/domain/guide-step.ts';
import { ALLOWED, type Verdict } from '../../src/domain/verdict.ts';
import type { Guide } from '../../src/guides/define-guide.ts';
import { GuideRun } from '../../src/guides/guide-run.ts';
import { findGuide } from '../../src/guides/index.ts';
import type { StepRun } from '../../src/guides/runner.ts';
import type { GuideQuestion } from '../../src/guides/step-run.ts';
import { GuideProgressMemory } from '../../src/live/guide-progress-folder.ts';
import { createGuideDoor } from '../../src/main/guide-door.ts';
import { guidePlaces } from '../../src/main/guide-places.ts';
import type { DemoWorld } from '../../src/main/world.ts';
import { kubeOf } from '../../src/simulator/kubernetes/kube-world.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { basicCredential } from '../../src/targets/rack-address.ts';
import { protocolClients } from './protocol-clients.ts';
import { simulatedTargets } from './simulated-targets.ts';

export interface GuideBenchOptions {
  readonly guide: string | Guide;
  readonly rack: string;
  readonly input?: Readonly<Record<string, string>>;
  readonly simulator: Simulator;
  readonly progress?: GuideProgressStore;
  readonly verdict?: (question: GuideQuestion) => Verdict;
  readonly undecided?: (question: GuideQuestion) => string;
  /** Every rack, or the one of this name. */
  readonly isProtected?: boolean | string;
  readonly journalFails?: unknown;
  /** Copies from an earlier bench. */
  readonly kept?: Map<string, string>;
  /** Names of the variables that are set; on the demo none is. */
  readonly variables?: readonly string[];
  /** The program dies when this is on the disk: nothing it does afterwards happens. */
  readonly diesAfter?: DeathPoint;
}

/** In their order: the intent in the journal, the notes before the request, its answer, the proof of its effect. */
export type DeathPoint = 'intent' | 'notes' | 'write' | 'verification';

export interface GuideBench {
  readonly run: GuideRun;
  readonly journal: string[];
  readonly kept: Map<string, string>;
  /** States by step id, after `run.start()` or `run.check()`. */
  states(): Readonly<Record<string, StepState>>;
  words(step: string): string;
  evidence(step: string): string;
  /** Confirms with what is asked for and waits for the end. */
  /** Confirms, and resolves when the program is dead (`diesAfter`); a change that ends before that rejects. */
  dieIn(step: string, what?: 'apply' | 'undo'): Promise<void>;
  make(step: string, what?: 'apply' | 'undo', answer?: ConfirmationAnswer): Promise<RunState>;
  close(): Promise<void>;
}

export function startQuietSimulator(options: Parameters<typeof startSimulator>[0] = {}): Promise<Simulator> {
  return startSimulator({ seed: 1, lively: false, ...options });
}

/** A guide on a simulated rack, as the program runs it; time passes by itself, as fast as it can. */
export function guideBench(options: GuideBenchOptions): GuideBench {
  const { simulator } = options;
  const guide = typeof options.guide === 'string' ? findGuide(options.guide) : options.guide;
  const target = simulatedTargets(simulator, 'admin@example.com').targets.find(({ name }) => name === options.rack);
  if (!guide || !target) throw new Error(`no guide ${String(options.guide)} or no rack ${options.rack}`);
  const journal: string[] = [];
  const kept = options.kept ?? new Map<string, string>();
  const places = guidePlaces({
    environment: environment(),
    clients: protocolClients({ now: Date.now, random: Math.random, userAgent: 'rackdeck/test' }),
    userAgent: 'rackdeck/test',
    demo: demoWorld(simulator, kept),
  });
  const { variables } = options;
  const local = variables && {
    ...places.local,
    variables: (names: readonly string[]) => names.filter((each) => variables.includes(each)),
  };
  const door = createGuideDoor({ target, ...places, ...(local ? { local } : {}) });
  let clock = 1_000_000;
  let died: () => void = () => undefined;
  const death = new Promise<void>((resolve) => {
    died = resolve;
  });
  const survive = (point: DeathPoint): Promise<void> => {
    if (options.diesAfter !== point) return Promise.resolve();
    died();
    return new Promise(() => undefined);
  };
  const progress = options.progress ?? new GuideProgressMemory();
  const { id, name, kind, demo } = target;
  const run = new GuideRun(guide, options.input ?? {}, {
    rack: { id, name, kind, demo },
    door,
    verdict: options.verdict ?? (() => ALLOWED),
    ...(options.undecided ? { undecided: options.undecided } : {}),
    isProtected: (name) => options.isProtected === true || options.isProtected === name,
    recorder: {
      begin: async ({ actionId, step, proposal, reason }) => {
        if (options.journalFails !== undefined) throw options.journalFails;
        journal.push(`${actionId} ${step}: ${proposal.preview.headline}${reason === '' ? '' : ` because ${reason}`}`);
        await survive('intent');
        return {
          result: async (outcome) => {
            await survive('write');
            journal.push(`result ${outcome}`);
          },
          verification: async (outcome) => {
            journal.push(`verification ${outcome}`);
            await survive('verification');
          },
        };
      },
    },
    progress: {
      load: (id, rack) => progress.load(id, rack),
      all: (id) => progress.all(id),
      save: async (notes) => {
        await progress.save(notes);
        if (notes.underWay) await survive('notes');
      },
    },
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    now: () => clock,
    timers: {
      setTimeout: (callback, ms) => {
        const handle = { stopped: false };
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
  const view = (step: string) => run.state.get().steps.find((each) => each.step.id === step);
  return {
    run,
    journal,
    kept,
    states: () =>
      Object.fromEntries(run.state.get().steps.map(({ step, result }) => [step.id, result?.state ?? 'unknown'])),
    words: (step) => view(step)?.result?.words ?? '',
    evidence: (step) => (view(step)?.result?.evidence ?? []).map(({ label, text }) => `${label}: ${text}`).join('\n'),
    make: async (step, what = 'apply', answer) => {
      const begun = run.begin(step, what);
      const asked = await settled(begun);
      if (asked.step !== 'confirm') return asked;
      const { confirmation } = asked.proposal;
      const typed = confirmation.kind === 'type' ? confirmation.text : '';
      begun.confirm(answer ?? { typed, reason: 'test' });
      const ended = await begun.finished();
      await run.check();
      return ended;
    },
    dieIn: async (step, what = 'apply') => {
      const begun = run.begin(step, what);
      const asked = await settled(begun);
      if (asked.step !== 'confirm') throw new Error(`${step} was not asked: ${JSON.stringify(asked)}`);
      const { confirmation } = asked.proposal;
      begun.confirm({ typed: confirmation.kind === 'type' ? confirmation.text : '', reason: 'test' });
      const ended = await Promise.race([death, begun.finished()]);
      if (ended) throw new Error(`${step} ended before the program died: ${JSON.stringify(ended)}`);
      run.dispose();
    },
    close: async () => {
      run.dispose();
      await door.close();
    },
  };
}

/** Resolves when the run asks for a confirmation, or has ended without. */
export async function settled(run: StepRun): Promise<RunState> {
  for (;;) {
    const state = run.state.get();
    if (state.step !== 'planning' && state.step !== 'checking') return state;
    await new Promise<void>((resolve) => {
      const stop = run.state.subscribe(() => {
        stop();
        resolve();
      });
    });
  }
}

export function demoWorld(simulator: Simulator, kept = new Map<string, string>()): DemoWorld {
  const found = simulator.endpoints.find((endpoint) => endpoint.kind === 'console');
  const credential = found && basicCredential('convox', found.token);
  return {
    aws: simulator.aws,
    folders: simulator.folders,
    hosts: simulator.hosts,
    kept,
    console: found && { baseUrl: found.host, authorization: () => credential, dialect: 'console' },
  };
}

/** The cluster below a simulated rack. */
export function clusterBelow(simulator: Simulator, name: string) {
  const rack = simulator.racks.find((each) => each.name === name);
  if (!rack) throw new Error(`no rack ${name}`);
  return kubeOf(rack);
}

function environment() {
  return {
    env: {},
    home: '/home/ann',
    cwd: '/home/ann',
    platform: 'linux' as const,
    hostname: 'laptop',
    now: Date.now,
    random: Math.random,
  };
}
