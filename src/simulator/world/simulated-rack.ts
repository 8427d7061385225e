import { type Generation, generationOf } from '../wire/version.ts';
import type { AppState, SystemEvent } from './app.ts';
import { appDue, settleApp } from './app-clock.ts';
import { rackPassword } from './names.ts';
import { type Pod, visible } from './pod.ts';
import type { CertificateState, NodeState, RegistryState, WebhookState } from './rack-state.ts';
import { hashText, Random } from './random.ts';
import { DEFAULT_TIMINGS, type Timings } from './timings.ts';

export interface RackOptions {
  /** `prod`, or `acme/prod` for a rack of an organisation. */
  readonly name: string;
  readonly version: string;
  readonly provider?: string;
  readonly seed: number;
  readonly now: () => number;
  readonly lively?: boolean;
  /** Log lines per second per app. */
  readonly logRate?: number;
  readonly timings?: Partial<Timings>;
}

/** How long, and how many an app, removed processes are remembered for their log lines. */
const KEEP_GONE_MS = 26 * 3_600_000;
const KEEP_GONE = 200;

/**
 * The world of one rack: its state and its clock. Nothing ticks: whatever should have happened by now happens when
 * somebody looks (`settle`). Tests change state inside `change`, which invalidates every cached answer.
 */
export class SimulatedRack {
  readonly name: string;
  readonly provider: string;
  readonly random: Random;
  /** For what changes from read to read (list orders): ids must not depend on how often somebody looked. */
  readonly whim: Random;
  readonly seed: number;
  readonly timings: Timings;
  readonly logRate: number;
  readonly lively: boolean;
  readonly startedAt: number;
  password: string;
  signingKey: string;
  readonly apps = new Map<string, AppState>();
  readonly pods = new Map<string, Pod>();
  nodes: NodeState[] = [];
  certificates: CertificateState[] = [];
  registries: RegistryState[] = [];
  webhooks: WebhookState[] = [];
  events: SystemEvent[] = [];
  letsEncrypt: unknown = { role: '', solvers: null };
  /** v2 only: rack parameters, and what `PUT /system` may change. */
  parameters: Record<string, string> = {};
  instanceType = 't3.large';
  /** What `GET /system` says: `running`, `updating` while somebody works on the rack. */
  status = 'running';
  /** The metrics API is down: every cpu and memory reads 0, rack history answers 501. */
  metricsOff = false;
  /** Read-after-write lag: list answers keep showing the old state for this long after a change. */
  readLagMs = 0;
  /** A pod with a sidecar makes `/system/processes?all=true` fail (convox-api.md 5.3). */
  sidecar = false;
  /** More than ten GPU metric queries at once: they answer 503. */
  gpuMetricsBusy = false;
  /** The next build that is started fails. */
  nextBuildFails = false;
  readonly #now: () => number;
  #generation: Generation;
  #byApp = new Map<string, Set<Pod>>();
  #gone = new Map<string, Pod[]>();
  #revision = 0;
  #changedAt = 0;
  #nextDue = 0;
  #fill: ((rack: SimulatedRack) => void) | undefined;

  constructor(options: RackOptions) {
    this.name = options.name;
    this.provider = options.provider ?? 'aws';
    this.seed = hashText(options.name, options.seed);
    this.random = new Random(this.seed);
    this.whim = new Random(this.seed ^ 0x3117);
    this.timings = { ...DEFAULT_TIMINGS, ...options.timings };
    this.logRate = options.logRate ?? 2;
    this.lively = options.lively ?? true;
    this.#now = options.now;
    this.startedAt = options.now();
    this.password = rackPassword(this.random);
    this.signingKey = rackPassword(this.random);
    this.#generation = generationOf(options.version);
  }

  /** Last part of the name: what the rack calls itself. */
  get shortName(): string {
    return this.name.split('/').at(-1) ?? this.name;
  }

  get version(): string {
    return this.#generation.version;
  }

  set version(version: string) {
    this.#generation = generationOf(version);
    this.#touch();
  }

  get generation(): Generation {
    return this.#generation;
  }

  /** Changes with every change of state; part of every cache key. */
  get revision(): number {
    return this.#revision;
  }

  get changedAt(): number {
    return this.#changedAt;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#now();
  }

  /** The instant at which usage and log lines are computed: it stands still on a rack that is not lively. */
  get pulse(): number {
    return this.lively ? this.#now() : this.startedAt;
  }

  /** Visible processes, in no order. */
  get processes(): Pod[] {
    const now = this.settle();
    return [...this.pods.values()].filter((pod) => visible(pod, now));
  }

  /** Every process of an app, also those to be born later and those removed a while ago. */
  podsOf(app: string): Iterable<Pod> {
    return this.#byApp.get(app) ?? [];
  }

  /** Processes of an app that were removed a while ago: their old log lines stay readable. */
  goneOf(app: string): readonly Pod[] {
    return this.#gone.get(app) ?? [];
  }

  /** Stays empty until somebody looks for the first time (`settle`): whoever starts a world need not wait for what is in it. */
  fillLater(fill: (rack: SimulatedRack) => void): this {
    this.#fill = fill;
    return this;
  }

  /** Runs a change of state and forgets every cached answer. */
  change<T>(mutate: (rack: this, now: number) => T): T {
    this.settle();
    const result = mutate(this, this.#now());
    this.#touch();
    this.settle();
    return result;
  }

  /** Lets everything happen that is due by `now`, and returns it. */
  settle(at?: number): number {
    const fill = this.#fill;
    this.#fill = undefined;
    fill?.(this);
    const now = at ?? this.#now();
    if (now < this.#nextDue) return now;
    let due = Number.POSITIVE_INFINITY;
    let changed = this.#nextDue !== 0;
    for (const app of [...this.apps.values()]) {
      changed = settleApp(this, app, now) || changed;
      if (app.deletedAt !== undefined && app.deletedAt <= now) this.#forgetApp(app);
      else due = Math.min(due, appDue(app, this.timings));
    }
    for (const pod of this.pods.values()) {
      if (pod.removedAt !== undefined && pod.removedAt <= now) this.#bury(pod);
      else due = Math.min(due, pod.removedAt ?? due, pod.bornAt > now ? pod.bornAt : due);
    }
    this.nodes = this.nodes.filter((node) => node.removedAt === undefined || node.removedAt > now);
    for (const node of this.nodes) due = Math.min(due, node.removedAt ?? due, node.readyAt > now ? node.readyAt : due);
    this.#nextDue = due;
    if (changed) this.#touchRevision();
    return now;
  }

  addPod(pod: Pod): Pod {
    this.pods.set(pod.id, pod);
    const siblings = this.#byApp.get(pod.app) ?? new Set();
    siblings.add(pod);
    this.#byApp.set(pod.app, siblings);
    return pod;
  }

  dropPod(pod: Pod): void {
    this.pods.delete(pod.id);
    this.#byApp.get(pod.app)?.delete(pod);
  }

  #bury(pod: Pod): void {
    this.dropPod(pod);
    const horizon = this.#now() - KEEP_GONE_MS;
    if ((pod.removedAt ?? 0) <= horizon) return;
    const gone = this.#gone.get(pod.app) ?? [];
    gone.push(pod);
    if (gone.length > 2 * KEEP_GONE) gone.splice(0, gone.length - KEEP_GONE);
    this.#gone.set(pod.app, gone);
  }

  #forgetApp(app: AppState): void {
    for (const pod of [...this.podsOf(app.name)]) this.dropPod(pod);
    this.apps.delete(app.name);
    this.#gone.delete(app.name);
  }

  #touch(): void {
    this.#nextDue = 0;
    this.#touchRevision();
  }

  #touchRevision(): void {
    this.#revision++;
    this.#changedAt = this.#now();
  }
}
