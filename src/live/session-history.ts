import type { App } from '../domain/app.ts';
import type { Build } from '../domain/build.ts';
import type { Instance } from '../domain/instance.ts';
import { ObservableValue } from '../domain/observable-value.ts';
import type { Process } from '../domain/process.ts';
import type { Release } from '../domain/release.ts';
import { buildEvents, envEvents, releaseEvents } from '../domain/reported-events.ts';
import type { Service } from '../domain/service.ts';
import type { System } from '../domain/system.ts';
import type { TimelineEvent } from '../domain/timeline-event.ts';
import type { Usage, UsageLimit } from '../domain/usage.ts';
import type { UsagePoint, UsageSummary } from '../domain/usage-series.ts';
import { parseVersion } from '../domain/version.ts';
import { ChangeDetector } from './change-detector.ts';
import type { HistoryStore } from './history-store.ts';
import type { RackHistory, StoredHistory } from './rack-history.ts';
import { COARSE_MS } from './usage-ring.ts';
import { UsageSampler } from './usage-sampler.ts';

/** Events kept in memory at most. */
const MOST_EVENTS = 5_000;
/** What lists tell of is kept as long as anybody calls it recent, ms, and no more of it than this. */
const REPORTED_MS = 2 * 3_600_000;
const MOST_REPORTED = 500;
const NOBODY: ReadonlyMap<string, string> = new Map();
/** Processes of a minute that are worth the disk: those that use most. */
const TOP_PROCESSES = 20;
/** Nodes, apps and services of a minute at most. */
const MOST_STORED = 250;

/** Listens to the answers of one rack and remembers ({@link RackHistory}). Sends nothing itself. */
export class SessionHistory implements RackHistory {
  readonly version = new ObservableValue(0);
  readonly #sampler = new UsageSampler();
  readonly #changes = new ChangeDetector();
  readonly #store: HistoryStore | undefined;
  #events: TimelineEvent[] = [];
  /** By id: the same log is asked again and again. */
  readonly #noted = new Map<string, TimelineEvent>();
  readonly #reported = new Map<string, TimelineEvent>();
  #percentOnly: boolean | undefined;
  #since: number | undefined;
  /** The minute that is being sampled: written when the next one begins. */
  #minute: number | undefined;
  #loading: Promise<void> | undefined;
  #loaded = false;
  #skipped = 0;

  constructor(store?: HistoryStore) {
    this.#store = store;
  }

  get percentOnly(): boolean | undefined {
    return this.#percentOnly;
  }

  get since(): number | undefined {
    return this.#since;
  }

  get stored(): StoredHistory {
    const { path, problem } = this.#store ?? { path: undefined, problem: undefined };
    return { path, problem, loaded: this.#loaded, skipped: this.#skipped };
  }

  subjects(): readonly string[] {
    return this.#sampler.subjects();
  }

  points(subject: string, from: number, to: number): readonly UsagePoint[] {
    return this.#sampler.points(subject, from, to);
  }

  summary(subject: string, from: number, to: number): UsageSummary | undefined {
    return this.#sampler.ring(subject)?.summary(from, to);
  }

  limit(subject: string): UsageLimit | undefined {
    return this.#sampler.limit(subject);
  }

  events(from: number, to: number): readonly TimelineEvent[] {
    return [...this.#events, ...this.#noted.values()].filter((event) => event.at >= from && event.at <= to);
  }

  note(events: readonly TimelineEvent[]): void {
    const before = this.#noted.size;
    for (const event of events) this.#noted.set(event.id, event);
    for (const id of this.#noted.keys()) {
      if (this.#noted.size <= MOST_EVENTS) break;
      this.#noted.delete(id);
    }
    if (this.#noted.size !== before) this.version.set(this.version.get() + 1);
  }

  reported(from: number): readonly TimelineEvent[] {
    return [...this.#reported.values()].filter(({ at }) => at >= from);
  }

  load(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /** An answer came: `method` and `args` of RackReads. The time is that of the answer, epoch ms. */
  take(method: string, args: readonly unknown[], value: unknown, at: number): void {
    // Each method answers with what its declaration says (rack-api.ts); the cache behind us has forgotten the type.
    switch (method) {
      case 'system':
        this.#percentOnly = parseVersion((value as System).version).generation === 'v2';
        return;
      case 'systemProcesses':
        if ((args[0] as { readonly all?: boolean } | undefined)?.all)
          this.#processes(value as Process[], undefined, at);
        return;
      case 'processes':
        // A list that was asked for by service or release is a part: who is missing in it has not ended.
        if (args[1] === undefined) this.#processes(value as Process[], String(args[0]), at);
        return;
      case 'apps':
        this.#remember(this.#changes.apps(value as App[], at), false);
        return;
      case 'services':
        this.#sampler.services(String(args[0]), value as Service[]);
        this.#remember(this.#changes.services(String(args[0]), value as Service[], at), false);
        return;
      case 'instances':
        this.#instances(value as Instance[], at);
        return;
      case 'releases':
        this.#report([...releaseEvents(value as Release[], NOBODY), ...envEvents(value as Release[])], at);
        return;
      case 'builds':
        this.#report(buildEvents(value as Build[], NOBODY), at);
        return;
      default:
    }
  }

  /** Writes what is not written yet. */
  close(): Promise<void> {
    if (this.#minute !== undefined) this.#writeMinute(this.#minute);
    this.#minute = undefined;
    return this.#store?.close() ?? Promise.resolve();
  }

  #processes(list: readonly Process[], app: string | undefined, at: number): void {
    const events = this.#changes.processes(list, app, at);
    const percentOnly = this.#percentOnly;
    const sampled = percentOnly !== undefined && this.#sampler.processes(list, app, percentOnly, at);
    if (sampled) this.#tick(at);
    this.#remember(events, sampled);
  }

  #instances(list: readonly Instance[], at: number): void {
    const events = this.#changes.instances(list, at);
    const percentOnly = this.#percentOnly;
    const sampled = percentOnly !== undefined && this.#sampler.instances(list, percentOnly, at);
    if (sampled) this.#tick(at);
    this.#remember(events, sampled);
  }

  #report(events: readonly TimelineEvent[], at: number): void {
    for (const event of events) if (event.at >= at - REPORTED_MS) this.#reported.set(event.id, event);
    for (const [id, event] of this.#reported) {
      if (this.#reported.size > MOST_REPORTED || event.at < at - REPORTED_MS) this.#reported.delete(id);
    }
  }

  #remember(events: readonly TimelineEvent[], sampled: boolean): void {
    for (const event of events) this.#store?.append({ kind: 'event', at: event.at, event });
    if (events.length > 0) this.#events = [...this.#events, ...events].slice(-MOST_EVENTS);
    if (events.length > 0 || sampled) this.version.set(this.version.get() + 1);
  }

  #tick(at: number): void {
    this.#since ??= at;
    const minute = Math.floor(at / COARSE_MS) * COARSE_MS;
    if (this.#minute === minute) return;
    if (this.#minute !== undefined) {
      this.#writeMinute(this.#minute);
      this.#sampler.tidy(at);
    }
    this.#minute = minute;
  }

  #writeMinute(minute: number): void {
    if (!this.#store) return;
    const processes: (readonly [string, Usage])[] = [];
    const others: (readonly [string, Usage])[] = [];
    for (const subject of this.#sampler.subjects()) {
      const usage = this.#sampler.ring(subject)?.minute(minute);
      if (usage) (subject.startsWith('process:') ? processes : others).push([subject, usage]);
    }
    const top = [...heaviest(processes, 'cpu'), ...heaviest(processes, 'memory')];
    const usage = new Map([...others.sort(byImportance).slice(0, MOST_STORED), ...top]);
    if (usage.size > 0) this.#store.append({ kind: 'usage', at: minute, usage });
  }

  async #load(): Promise<void> {
    const store = this.#store;
    if (store) {
      const events: TimelineEvent[] = [];
      const { skipped } = await store.load((record) => {
        if (record.kind === 'event') events.push(record.event);
        else
          for (const [subject, { cpu, memory }] of record.usage) this.#sampler.restore(subject, record.at, cpu, memory);
      });
      this.#skipped = skipped;
      this.#events = [...events, ...this.#events].slice(-MOST_EVENTS);
    }
    this.#loaded = true;
    this.version.set(this.version.get() + 1);
  }
}

function heaviest(list: readonly (readonly [string, Usage])[], measure: 'cpu' | 'memory') {
  return list.toSorted(([, a], [, b]) => (b[measure] ?? 0) - (a[measure] ?? 0)).slice(0, TOP_PROCESSES);
}

const IMPORTANCE = ['rack', 'app:', 'node:', 'service:'];

function byImportance([a, first]: readonly [string, Usage], [b, second]: readonly [string, Usage]): number {
  const rank = (key: string): number => IMPORTANCE.findIndex((prefix) => key.startsWith(prefix));
  return rank(a) - rank(b) || (second.memory ?? 0) - (first.memory ?? 0);
}
