import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { StepUp } from '../../src/access/step-up.ts';
import type { AnyAction, OpaqueFacts, PlannedChange, RunContext } from '../../src/actions/define-action.ts';
import { findAction } from '../../src/actions/index.ts';
import type { ActionRun } from '../../src/actions/pipeline.ts';
import type { RunState } from '../../src/actions/run-state.ts';
import { createJournal } from '../../src/live/journal.ts';
import { journalRecorder } from '../../src/main/journal-recorder.ts';
import { JournalFolder } from '../../src/platform/journal-folder.ts';
import { systemProcesses } from '../../src/platform/process-mark.ts';
import type { FaultEffect } from '../../src/simulator/faults.ts';
import type { RecordedRequest } from '../../src/simulator/recorded-request.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { type ActionBench, actionBench, confirm, type LeapingClock, settled } from './action-bench.ts';
import { everythingTold } from './action-states.ts';
import { type PersonMachine, personMachine } from './person-machine.ts';
import { PLANTED, plantSecrets } from './planted-secrets.ts';
import type { Peer, Sample } from './sample-requests.ts';

const PERSON = 'admin@example.com';
const V2 = '20260418101514';
const TIMINGS = { instanceDrain: 5, nodeReplace: 20_000 };
/** Enough for all that a simulated rack does. */
const LONG_MS = 3 * 60_000;
const PROXY = '/api/v1/rack-proxy';

/** What became of one confirmed run. */
export interface Confirmed {
  readonly state: RunState;
  /** The budget of the confirmation. */
  readonly planned: readonly PlannedChange[];
  /** Requests of planned routes, in order, as the peer saw them: `PUT /apps/{name}`. */
  readonly sent: readonly string[];
  /** Everything that changes something or opens a session, planned or not. */
  readonly changing: readonly string[];
  /** Every state, the journal on the disk, and what was saved of the session: all that could tell a secret. */
  readonly told: string;
}

interface Spy {
  planned: readonly PlannedChange[];
  again: (() => Promise<unknown>) | undefined;
  /** Right before the first request may leave. */
  begins: () => void;
}

/** One action on one kind of rack, with the real pipeline, the real journal and the program's own clients. */
export class ActionContract {
  readonly bench: ActionBench;
  readonly run: ActionRun;
  readonly #spy: Spy;
  readonly #machine: PersonMachine;
  readonly #journal: string;
  readonly #told: () => string;
  readonly #since: number;
  readonly #peer: Peer;

  private constructor(
    bench: ActionBench,
    run: ActionRun,
    rest: { spy: Spy; machine: PersonMachine; journal: string; since: number; peer: Peer },
  ) {
    this.bench = bench;
    this.run = run;
    this.#spy = rest.spy;
    this.#machine = rest.machine;
    this.#journal = rest.journal;
    this.#since = rest.since;
    this.#peer = rest.peer;
    this.#told = everythingTold(run);
    run.state.subscribe(() => this.#lookAway());
  }

  /** Plans it; nothing is confirmed. */
  static async plan(id: string, sample: Sample, peer: Peer): Promise<ActionContract> {
    const spy: Spy = { planned: [], again: undefined, begins: () => undefined };
    const machine = machineOf(sample);
    const journal = mkdtempSync(join(tmpdir(), 'rackdeck-journal-'));
    const bench = await actionBench({
      kind: peer === 'v2' ? 'direct' : peer,
      timings: TIMINGS,
      interaction: machine,
      ...(peer === 'v2' ? { version: V2 } : {}),
      ...(peer === 'gateway' ? { person: PERSON } : {}),
      pipeline: (clock, simulator) => ({
        action: (wanted) => watched(findAction(wanted), spy),
        recorder: recorderIn(journal, clock),
        stepUp: () => (peer === 'gateway' ? codesOf(simulator) : undefined),
        mfaLevel: (routes) =>
          routes.some((route) => / \/api\/v1\/deploy-approval-requests\/.+\//.test(route)) ? 'always' : 'none',
      }),
    });
    plantSecrets(bench.rack);
    sample.prepare?.(bench);
    const subjects = (await sample.subjects?.(bench)) ?? [];
    const input = typeof sample.input === 'function' ? sample.input(bench) : sample.input;
    const since = bench.simulator.requests.length;
    const run = bench.start(id, subjects, input);
    const contract = new ActionContract(bench, run, { spy, machine, journal, since, peer });
    await settled(run, 'planning');
    return contract;
  }

  /** Confirms twice, as a key pressed twice does, and waits for the end. `effect` strikes the first planned request. */
  async confirmed(effect?: FaultEffect): Promise<Confirmed> {
    const [first] = this.#spy.planned;
    const lifted = effect && first ? this.#strike(first.route, effect) : () => undefined;
    // From then on only: what is read before has its time.
    if (effect?.kind === 'silence') {
      this.#spy.begins = () => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    }
    try {
      confirm(this.run);
      confirm(this.run);
      if (effect?.kind === 'silence') await this.#waitOut();
    } finally {
      vi.useRealTimers();
      this.#spy.begins = () => undefined;
    }
    const state = await this.run.finished();
    lifted();
    return { state, planned: this.#spy.planned, ...this.seen(), told: this.#everything() };
  }

  /** Sends everything once more with what the run was given; nothing may leave. */
  async abuse(): Promise<void> {
    await this.#spy.again?.().catch(() => undefined);
  }

  /** What has left since it was planned. */
  seen(): Pick<Confirmed, 'sent' | 'changing'> {
    const requests = this.bench.simulator.requests.slice(this.#since).filter((request) => this.#isOwn(request));
    const routes = this.#spy.planned.map(({ route }) => route);
    const sent = requests.flatMap((request) => routes.find((route) => isOf(request, route)) ?? []);
    const changing = requests.filter(changes).map(({ kind, method, path }) => `${kind} ${method} ${path}`);
    return { sent, changing };
  }

  async close(): Promise<void> {
    await Promise.all(this.#machine.proxies.map(({ proxy }) => proxy.stop()));
    await this.bench.close();
    rmSync(this.#journal, { recursive: true, force: true });
  }

  /** A gateway passes on what it gets: only the peer of the client counts. */
  #isOwn({ server, rack }: RecordedRequest): boolean {
    if (this.#peer === 'gateway' || this.#peer === 'console') return server === this.#peer;
    return rack === this.bench.rack.name;
  }

  #strike(planned: string, effect: FaultEffect): () => void {
    // What the gateway keeps by itself becomes a release on the rack.
    const route = planned.includes(' /api/v1/') ? 'POST /apps/{app}/releases' : planned;
    const { method, pattern } = parsed(route);
    const rack = this.bench.rack.name;
    const kind = method === 'SOCKET' ? ('ws' as const) : ('http' as const);
    const match = { rack, kind, method: method === 'SOCKET' ? 'GET' : method, path: pattern };
    return this.bench.simulator.faults.add({ match, times: 1, effect });
  }

  /** Until the request has arrived, then longer than anybody waits for an answer. */
  async #waitOut(): Promise<void> {
    while (this.seen().sent.length === 0 && this.run.state.get().step !== 'ended') {
      await new Promise((resolve) => setImmediate(resolve));
    }
    vi.advanceTimersByTime(11 * 60_000);
  }

  /** What is proven, or takes long to be, need not be looked at for an hour. */
  #lookAway(): void {
    const state = this.run.state.get();
    const isLong = state.step === 'verifying' && this.bench.clock.now() - state.since > LONG_MS;
    if (state.step === 'watching' || isLong) this.run.cancel();
  }

  #everything(): string {
    const lines = journalFiles(this.#journal).map((file) => readFileSync(file, 'utf8'));
    // Input is what the person typed: an undo that would type it again is never shown.
    const states = this.#told()
      .split('\n')
      .map((state) =>
        JSON.stringify(JSON.parse(state), (key, value: unknown) => (key === 'input' ? undefined : value)),
      );
    return [...states, ...lines, ...this.#machine.titles].join('\n');
  }
}

/** A person with the files that the samples name. */
function machineOf({ typed = [] }: Sample): PersonMachine {
  const machine = personMachine();
  machine.files.set('notes.txt', `${PLANTED}-notes`);
  machine.files.set('site.crt', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n');
  machine.files.set('site.key', `-----BEGIN PRIVATE KEY-----\n${PLANTED}-key\n-----END PRIVATE KEY-----\n`);
  machine.typed = [...typed];
  return machine;
}

/** Keeps what was planned, and a way to send it all again. */
function watched(action: AnyAction | undefined, spy: Spy): AnyAction | undefined {
  if (!action) return undefined;
  return {
    ...action,
    changes: (facts, context) => {
      spy.planned = action.changes(facts, context);
      return spy.planned;
    },
    preview: (facts, context) => {
      // For the request log before a confirmation.
      if (spy.planned.length === 0) spy.planned = action.changes(facts, context);
      return action.preview(facts, context);
    },
    run: (facts: OpaqueFacts, context: RunContext) => {
      spy.again = async () => action.run(facts, context);
      spy.begins();
      return action.run(facts, context);
    },
  };
}

function recorderIn(folder: string, clock: LeapingClock) {
  const environment = {
    env: { XDG_STATE_HOME: folder },
    home: folder,
    cwd: folder,
    platform: process.platform,
    hostname: 'test',
    now: clock.now,
    random: Math.random,
  };
  const journal = createJournal({
    store: new JournalFolder(environment),
    processes: systemProcesses('test'),
    now: clock.now,
  });
  return journalRecorder(() => journal, { scripted: false });
}

function journalFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Somebody with the authenticator at hand. */
function codesOf({ gateway }: Simulator): StepUp {
  const person = {
    ensure: async (level: string) => (level === 'always' ? { code: gateway?.totpCode(PERSON) ?? '' } : undefined),
    challenged: () => undefined,
    rejected: () => undefined,
  };
  return person as unknown as StepUp;
}

function parsed(route: string): { readonly method: string; readonly pattern: RegExp } {
  const [method = '', path = ''] = route.split(' ');
  const segments = path
    .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
    .replace(/\{server\}/g, '.+')
    .replace(/\{[^}]+\}/g, '[^/]+');
  return { method, pattern: new RegExp(`^(?:${PROXY})?${segments}$`) };
}

function isOf({ kind, method, path }: RecordedRequest, route: string): boolean {
  const wanted = parsed(route);
  const isSocket = wanted.method === 'SOCKET';
  return isSocket === (kind === 'ws') && (isSocket || wanted.method === method) && wanted.pattern.test(path);
}

/** Logs are read over a socket, too. */
function changes({ kind, method, path }: RecordedRequest): boolean {
  if (kind === 'ws') return !path.endsWith('/logs');
  return !['GET', 'HEAD', 'OPTIONS'].includes(method);
}
