import type { Failure } from '../domain/failure.ts';
import type { Observable } from '../domain/observable-value.ts';
import { ObservableValue } from '../domain/observable-value.ts';
import type { ProxyCounts, RunningProxy } from '../protocol/proxy-listener.ts';
import { SingleTimer, type Timers } from './timers.ts';

/** A running proxy as a list shows it. */
export interface ProxyStatus extends ProxyCounts {
  readonly id: string;
  /** `acme/prod > shop > database`. */
  readonly label: string;
  /** `127.0.0.1:5432`. */
  readonly local: string;
  /** `db.internal:5432`. */
  readonly remote: string;
  readonly startedAt: number;
  readonly lastFailure: Failure | undefined;
}

/** Counters run with every packet; nobody reads faster than this. */
const EVERY_MS = 250;

/** The proxies of this program: listed, stopped one by one, and all when it ends. */
export class ProxyDesk {
  readonly #running = new Map<string, { readonly label: string; readonly proxy: RunningProxy }>();
  readonly #list = new ObservableValue<readonly ProxyStatus[]>([]);
  readonly #timer: SingleTimer;
  #next = 1;

  constructor(timers: Timers) {
    this.#timer = new SingleTimer(timers);
  }

  /** Oldest first. */
  get list(): Observable<readonly ProxyStatus[]> {
    return this.#list;
  }

  /** Returns its id. It leaves the list when it stops, whoever stops it. */
  add(label: string, proxy: RunningProxy): string {
    const id = String(this.#next++);
    this.#running.set(id, { label, proxy });
    const forget = proxy.subscribe(() => this.#soon());
    void proxy.stopped.then(() => {
      forget();
      this.#running.delete(id);
      this.#publish();
    });
    this.#publish();
    return id;
  }

  /** False where there is none of that id. */
  async stop(id: string): Promise<boolean> {
    const entry = this.#running.get(id);
    await entry?.proxy.stop();
    return entry !== undefined;
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ proxy }) => proxy.stop()));
    this.#timer.stop();
  }

  #soon(): void {
    if (!this.#timer.pending) this.#timer.start(EVERY_MS, () => this.#publish());
  }

  #publish(): void {
    this.#timer.stop();
    const statuses = [...this.#running].map(([id, { label, proxy }]) => statusOf(id, label, proxy));
    this.#list.set(statuses);
  }
}

function statusOf(id: string, label: string, proxy: RunningProxy): ProxyStatus {
  const { host, port } = proxy.target;
  return {
    ...proxy.counts(),
    id,
    label,
    local: `127.0.0.1:${proxy.port}`,
    remote: `${host}:${port}`,
    startedAt: proxy.startedAt,
  };
}
