import { createHash } from 'node:crypto';
import { findAction } from '../../src/actions/index.ts';
import type { Interaction } from '../../src/actions/interaction.ts';
import { ActionRun, type PipelineDependencies } from '../../src/actions/pipeline.ts';
import type { RunState } from '../../src/actions/run-state.ts';
import type { ActionRequest, Subject } from '../../src/domain/subject.ts';
import { ALLOWED, refused, type Verdict } from '../../src/domain/verdict.ts';
import { createDeck } from '../../src/live/create-deck.ts';
import type { RackSession } from '../../src/live/rack-session.ts';
import type { Timers } from '../../src/live/timers.ts';
import type { RackApi } from '../../src/protocol/rack-api.ts';
import type { RecordedRequest } from '../../src/simulator/recorded-request.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/simulator.ts';
import type { AppState } from '../../src/simulator/world/app.ts';
import type { SimulatedRack } from '../../src/simulator/world/simulated-rack.ts';
import type { RackConnection, Target } from '../../src/targets/target.ts';
import { simulatedTargets } from './simulated-targets.ts';

/** 1 September 2026, noon. */
const START = Date.UTC(2026, 8, 1, 12);

/**
 * Time that passes only while a pipeline waits and nothing is under way: an hour of watching takes as long as its requests.
 */
export class LeapingClock {
  #now = START;
  #waiting: { readonly due: number; readonly callback: () => void; readonly leaps: boolean }[] = [];
  #busy = 0;
  #scheduled = false;

  readonly now = (): number => this.#now;

  /** Timers of a pipeline make time pass; those of everything else merely ring when it does. */
  timers(leaps: boolean): Timers {
    return {
      setTimeout: (callback, ms) => {
        const entry = { due: this.#now + Math.max(0, ms), callback, leaps };
        this.#waiting.push(entry);
        this.#schedule();
        return entry;
      },
      clearTimeout: (handle) => {
        this.#waiting = this.#waiting.filter((entry) => entry !== handle);
      },
    };
  }

  /** Something is under way: time stands still until the result is called. */
  hold(): () => void {
    let held = true;
    this.#busy += 1;
    return () => {
      if (!held) return;
      held = false;
      this.#busy -= 1;
      this.#schedule();
    };
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // Everything that has come already goes first.
    setImmediate(() =>
      setImmediate(() => {
        this.#scheduled = false;
        this.#step();
      }),
    );
  }

  #step(): void {
    if (this.#busy > 0 || !this.#waiting.some(({ leaps }) => leaps)) return;
    const next = this.#waiting.reduce((first, entry) => (entry.due < first.due ? entry : first));
    this.#waiting = this.#waiting.filter((entry) => entry !== next);
    this.#now = Math.max(this.#now, next.due);
    next.callback();
    this.#schedule();
  }
}

export interface BenchOptions extends Pick<SimulatorOptions, 'version' | 'incident' | 'timings'> {
  /** `direct` is the rack `staging`; `gateway` is acme/prod as a person of the gateway. */
  readonly kind?: 'direct' | 'gateway' | 'console';
  readonly person?: string;
  /** The person's machine; what an action uses beyond it fails loudly. */
  readonly interaction?: Partial<Interaction>;
  /** In place of what the session knows of permissions and routes. */
  readonly verdict?: PipelineDependencies['verdict'];
  /** Whatever else a test brings itself. */
  readonly pipeline?: (clock: LeapingClock, simulator: Simulator) => Partial<PipelineDependencies>;
}

export interface ActionBench {
  readonly simulator: Simulator;
  readonly rack: SimulatedRack;
  readonly session: RackSession;
  readonly clock: LeapingClock;
  readonly journal: string[];
  /** What changed something, in order: `POST /apps/shop/releases`. */
  readonly mutations: () => readonly string[];
  readonly bodies: () => readonly string[];
  readonly app: (name: string) => AppState;
  readonly start: (actionId: string, subjects: readonly Subject[], input?: ActionRequest['input']) => ActionRun;
  /** Plans, confirms whatever is asked, and waits for the end. */
  readonly run: (actionId: string, subjects: readonly Subject[], input?: ActionRequest['input']) => Promise<RunState>;
  /** The preview, or why there is none; nothing is confirmed. */
  readonly plan: (actionId: string, subjects: readonly Subject[], input?: ActionRequest['input']) => Promise<RunState>;
  readonly close: () => Promise<void>;
}

const RACKS = { direct: 'staging', gateway: 'acme/prod', console: 'acme/eu' } as const;

/** The real pipeline and session in front of a simulated rack. */
export async function actionBench(options: BenchOptions = {}): Promise<ActionBench> {
  const { kind = 'direct', person, interaction, verdict, pipeline, ...rest } = options;
  const clock = new LeapingClock();
  const simulator = await startSimulator({ ...rest, now: clock.now, logRate: 1 });
  const listing = simulatedTargets(simulator, person, clock.now);
  const targets = listing.targets.map((target) => held(target, clock));
  const deck = createDeck({
    listing: { ...listing, targets },
    now: clock.now,
    random: () => 0.5,
    timers: clock.timers(false),
  });
  const name = RACKS[kind];
  const session = deck.session(name);
  const rack = simulator.racks.find((each) => each.name === name);
  if (!session || !rack) throw new RangeError(`no rack ${name}`);
  if (options.incident === undefined) heal(rack);
  const stops = [session.access.subscribe(() => {}), session.system.subscribe(() => {})];
  const journal: string[] = [];
  const deps: PipelineDependencies = {
    ...dependencies(session, clock, journal),
    ...(interaction ? { interaction: interaction as Interaction } : {}),
    ...(verdict ? { verdict } : {}),
    ...pipeline?.(clock, simulator),
  };
  const start: ActionBench['start'] = (actionId, subjects, input = {}) =>
    new ActionRun({ actionId, rack: name, subjects, input }, deps);
  const plan: ActionBench['plan'] = (...request) => settled(start(...request), 'planning');
  return {
    simulator,
    rack,
    session,
    clock,
    journal,
    mutations: () => changing(simulator, kind).map(({ method, path }) => `${method} ${pathOf(path)}`),
    bodies: () => changing(simulator, kind).map(({ body }) => body),
    app: (app) => rack.apps.get(app) ?? missing(app),
    start,
    plan,
    run: async (...request) => {
      const run = start(...request);
      await settled(run, 'planning');
      confirm(run);
      return run.finished();
    },
    close: async () => {
      for (const stop of stops) stop();
      await deck.dispose();
      await simulator.close();
    },
  };
}

/** The demo has its troubles; a test brings its own. */
function heal(rack: SimulatedRack): void {
  rack.change(() => {
    for (const app of rack.apps.values()) for (const service of app.services.values()) service.fate = 'healthy';
    for (const pod of rack.pods.values()) pod.fate = { kind: 'healthy' };
  });
}

export function missing(what: string): never {
  throw new RangeError(`no ${what}`);
}

/** Answers whatever the confirmation asks for. */
export function confirm(run: ActionRun): void {
  const state = run.state.get();
  if (state.step !== 'confirm') return;
  const { confirmation } = state.proposal;
  const typed = confirmation.kind === 'type' ? confirmation.text : confirmation.kind === 'key' ? confirmation.key : '';
  run.confirm({ typed, reason: 'a test' });
}

/** The first state that is not `step`. */
export async function settled(run: ActionRun, step: RunState['step']): Promise<RunState> {
  while (run.state.get().step === step) {
    await new Promise<void>((resolve) => {
      const stop = run.state.subscribe(() => {
        stop();
        resolve();
      });
    });
  }
  return run.state.get();
}

function dependencies(session: RackSession, clock: LeapingClock, journal: string[]): PipelineDependencies {
  return {
    action: findAction,
    session: (name) => (name === session.target.name ? session : undefined),
    verdict: ({ action }) => mayRun(session, action.permissions, action.routes),
    isProtected: () => false,
    stepUp: () => undefined,
    mfaLevel: () => 'none',
    recorder: {
      begin: async ({ proposal }) => {
        journal.push(`begin ${proposal.preview.headline}`);
        return {
          result: async (outcome) => void journal.push(`result ${outcome}`),
          verification: async (outcome) => void journal.push(`verification ${outcome}`),
        };
      },
    },
    interaction: {} as PipelineDependencies['interaction'],
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    now: clock.now,
    timers: clock.timers(true),
  };
}

function mayRun({ access, target }: RackSession, permissions: readonly string[], routes: readonly string[]): Verdict {
  // A console decides by itself and does not say so beforehand: what the actions do on one is held here, not whether they may.
  for (const permission of target.kind === 'console' ? [] : permissions) {
    const verdict = access.get().can(permission);
    if (!verdict.allowed) return verdict;
  }
  for (const route of routes) {
    const verdict = access.get().offers(route);
    if (!verdict.allowed) return refused(verdict.because, verdict.reason);
  }
  return ALLOWED;
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** As the peer of the client saw it, once each: a gateway passes on what it gets. */
function changing(simulator: Simulator, kind: keyof typeof RACKS): readonly RecordedRequest[] {
  const seen = simulator.requests.filter(({ method }) => !READS.has(method));
  if (kind === 'gateway') return seen.filter(({ server }) => server === 'gateway');
  return seen.filter(({ server, rack }) => (kind === 'console' ? server === 'console' : rack === RACKS.direct));
}

const pathOf = (path: string): string => path.replace(/^\/api\/v1\/rack-proxy/, '');

/** Every call of a connection holds the clock while it is under way. */
function held(target: Target, clock: LeapingClock): Target {
  return new Proxy(target, {
    get: (inner, key) =>
      key === 'connect' ? (): RackConnection => heldConnection(inner.connect(), clock) : Reflect.get(inner, key),
  });
}

function heldConnection(connection: RackConnection, clock: LeapingClock): RackConnection {
  return {
    ...connection,
    rack: withLogs(heldCalls(connection.rack, clock), finiteLog(connection.rack, clock)),
    gateway: connection.gateway && heldCalls(connection.gateway, clock),
    writes: (guard) => {
      const changes = connection.writes(guard);
      return {
        ...changes,
        rack: heldCalls(changes.rack, clock),
        gateway: changes.gateway && heldCalls(changes.gateway, clock),
      };
    },
    close: () => connection.close(),
  };
}

function heldCalls<T extends object>(client: T, clock: LeapingClock): T {
  return new Proxy(client, {
    get: (inner, key) => {
      const value: unknown = Reflect.get(inner, key);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        const release = clock.hold();
        const result: unknown = Reflect.apply(value, inner, args);
        if (result instanceof Promise) void result.then(release, release);
        else release();
        return result;
      };
    },
  });
}

function withLogs(rack: RackApi, openLogs: RackApi['openLogs']): RackApi {
  return new Proxy(rack, { get: (inner, key) => (key === 'openLogs' ? openLogs : Reflect.get(inner, key)) });
}

/** A log that is read to its end holds the clock until then. */
function finiteLog(rack: RackApi, clock: LeapingClock): RackApi['openLogs'] {
  return (source, options, sink) => {
    if (options.follow) return rack.openLogs(source, options, sink);
    const release = clock.hold();
    const stream = rack.openLogs(source, options, {
      open: () => sink.open(),
      lines: (lines) => sink.lines(lines),
      end: (end) => {
        release();
        sink.end(end);
      },
    });
    return {
      get bytes() {
        return stream.bytes;
      },
      pause: () => stream.pause(),
      resume: () => stream.resume(),
      close: () => {
        release();
        stream.close();
      },
    };
  };
}
