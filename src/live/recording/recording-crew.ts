import type { App } from '../../domain/app.ts';
import type { Deck } from '../deck.ts';
import type { LogFollow } from '../log-follow.ts';
import type { RackSession } from '../rack-session.ts';
import type { Watch } from '../watch.ts';

export interface CrewOptions {
  /** Follow the logs of the apps too. */
  readonly logs: boolean;
  /** Only this rack. */
  readonly rack?: string | undefined;
}

/** A rack with more apps than this is watched as a whole only: its apps in detail would take too many requests. */
const MAX_APPS = 25;
const RELEASES = 50;
const BUILDS = 30;
const LOG_BACK_MS = 10 * 60_000;
/** What is behind a log follow is kept in the file: here only what a reconnect needs. */
const LOG_CAPACITY = 1_000;

/** Keeps asking what a replay will want to know, whatever is on screen. `stop` ends it. */
export class RecordingCrew {
  readonly #options: CrewOptions;
  readonly #watches = new Map<string, Watch<unknown>>();
  readonly #logs = new Map<string, LogFollow>();
  readonly #stops: (() => void)[] = [];

  constructor(deck: Deck, options: CrewOptions) {
    this.#options = options;
    const join = (): void => {
      for (const session of deck.sessions.get()) this.#join(session);
    };
    this.#stops.push(deck.sessions.subscribe(join));
    join();
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    for (const watch of this.#watches.values()) watch.dispose();
    for (const log of this.#logs.values()) log.dispose();
    this.#watches.clear();
    this.#logs.clear();
  }

  #join(session: RackSession): void {
    const { id, name } = session.target;
    if (this.#watches.has(id) || (this.#options.rack !== undefined && this.#options.rack !== name)) return;
    const watch = session.watch<readonly App[]>({
      key: ['recording', 'rack'],
      pace: 2,
      read: async (reads, signal) => {
        const others = [
          reads.system({ signal }),
          reads.systemProcesses({ all: true }, { signal }),
          reads.instances({ signal }),
          reads.capacity({ signal }),
        ];
        // Each failure is an answer of its own in the recording; only a rack without apps has nothing to go on with.
        const [apps] = await Promise.all([reads.apps({ signal }), Promise.allSettled(others)]);
        return apps;
      },
    });
    this.#watches.set(id, watch);
    this.#stops.push(watch.subscribe(() => this.#apps(session, watch.get().data ?? [])));
    this.#once(session);
  }

  /** What hardly changes. */
  #once(session: RackSession): void {
    if (!session.access.get().offers('GET /certificates').allowed) return;
    const watch = session.watch({
      key: ['recording', 'certificates'],
      pace: 60,
      read: (reads, signal) => reads.certificates(undefined, { signal }),
    });
    this.#watches.set(`${session.target.id} certificates`, watch);
  }

  /** The rack's own report, where it makes one: rarely, because it reads the logs of every process. */
  #diagnose(session: RackSession, name: string): void {
    if (!session.access.get().offers('GET /apps/{app}/diagnose').allowed) return;
    const watch = session.watch({
      key: ['recording', 'diagnose', name],
      pace: 20,
      read: (reads, signal) => reads.diagnose(name, {}, { signal }),
    });
    this.#watches.set(`${session.target.id} ${name} diagnose`, watch);
  }

  #apps(session: RackSession, apps: readonly App[]): void {
    if (apps.length > MAX_APPS) return;
    for (const { name } of apps) {
      const id = `${session.target.id} ${name}`;
      if (this.#watches.has(id)) continue;
      const watch = session.watch({
        key: ['recording', 'app', name],
        pace: 4,
        read: (reads, signal) =>
          Promise.allSettled([
            reads.processes(name, undefined, { signal }),
            reads.services(name, { signal }),
            reads.releases(name, { limit: RELEASES }, { signal }),
            reads.builds(name, { limit: BUILDS }, { signal }),
          ]),
      });
      this.#watches.set(id, watch);
      this.#diagnose(session, name);
      if (!this.#options.logs) continue;
      const follow = { sinceMs: LOG_BACK_MS, follow: true, capacity: LOG_CAPACITY };
      this.#logs.set(id, session.followLogs({ kind: 'app', app: name }, follow));
    }
  }
}
