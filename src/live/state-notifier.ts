import type { App } from '../domain/app.ts';
import { appHealth } from '../domain/app-health.ts';
import type { Process } from '../domain/process.ts';
import { safeText } from '../domain/safe-text.ts';
import { SeverityTracker, type StateChange } from '../domain/state-change.ts';
import type { Deck } from './deck.ts';
import type { RackSession } from './rack-session.ts';
import { SingleTimer, SYSTEM_TIMERS, type Timers } from './timers.ts';

export interface StateNotifierOptions {
  readonly deck: Deck;
  readonly now: () => number;
  /** One printable line; called at most once in {@link QUIET_MS}. */
  readonly notify: (text: string) => void;
  readonly timers?: Timers;
}

/** Changes within this time are told as one. */
export const QUIET_MS = 15_000;
const MAX_TEXT = 160;
const TOLD_TOGETHER = 3;

/** Watches every rack and says when one goes or comes back, and when an app gets worse or recovers. */
export class StateNotifier {
  readonly #options: StateNotifierOptions;
  readonly #tracker = new SeverityTracker();
  readonly #timer: SingleTimer;
  readonly #stops = new Map<string, () => void>();
  readonly #unsubscribe: () => void;
  #waiting: StateChange[] = [];
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(options: StateNotifierOptions) {
    this.#options = options;
    this.#timer = new SingleTimer(options.timers ?? SYSTEM_TIMERS);
    this.#unsubscribe = options.deck.sessions.subscribe(() => this.#join());
    this.#join();
  }

  dispose(): void {
    this.#unsubscribe();
    this.#timer.stop();
    for (const stop of this.#stops.values()) stop();
    this.#stops.clear();
  }

  #join(): void {
    const sessions = this.#options.deck.sessions.get();
    for (const [id, stop] of this.#stops) {
      if (sessions.some((session) => session.target.id === id)) continue;
      stop();
      this.#stops.delete(id);
    }
    for (const session of sessions) {
      const { id } = session.target;
      if (!this.#stops.has(id)) this.#stops.set(id, this.#follow(session));
    }
  }

  #follow(session: RackSession): () => void {
    const { name } = session.target;
    const watch = session.watch<{ readonly apps: readonly App[]; readonly processes: readonly Process[] }>({
      key: ['notify'],
      pace: 2,
      read: async (reads, signal) => {
        const [apps, processes] = await Promise.all([
          reads.apps({ signal }),
          reads.systemProcesses({ all: true }, { signal }),
        ]);
        return { apps, processes };
      },
    });
    let away = false;
    const stopLink = session.link.subscribe(() => {
      const { kind } = session.link.get();
      if (kind === 'offline' && !away) this.#changed({ text: `${name} is offline`, better: false });
      if (kind === 'live' && away) this.#changed({ text: `${name} is back`, better: true });
      if (kind === 'offline' || kind === 'live') away = kind === 'offline';
    });
    let seen: number | undefined;
    const stopWatch = watch.subscribe(() => {
      const { data, fetchedAt } = watch.get();
      if (!data || fetchedAt === seen) return;
      seen = fetchedAt;
      this.#look(name, data.apps, data.processes);
    });
    return () => {
      stopLink();
      stopWatch();
      watch.dispose();
    };
  }

  #look(rack: string, apps: readonly App[], processes: readonly Process[]): void {
    const now = this.#options.now();
    for (const app of apps) {
      const own = processes.filter((process) => process.app === app.name);
      const { severity, findings } = appHealth(app, own, now);
      const change = this.#tracker.see(`${rack}/${app.name}`, severity, findings[0]?.summary ?? '', now);
      if (change) this.#changed(change);
    }
  }

  #changed(change: StateChange): void {
    this.#waiting.push(change);
    if (this.#timer.pending) return;
    const wait = this.#toldAt + QUIET_MS - this.#options.now();
    if (wait <= 0) this.#tell();
    else this.#timer.start(wait, () => this.#tell());
  }

  #tell(): void {
    const changes = this.#waiting;
    this.#waiting = [];
    this.#toldAt = this.#options.now();
    // What got worse first.
    const ordered = [...changes.filter(({ better }) => !better), ...changes.filter(({ better }) => better)];
    const rest = ordered.length - TOLD_TOGETHER;
    const texts = ordered.slice(0, TOLD_TOGETHER).map(({ text }) => safeText(text, MAX_TEXT));
    if (texts.length > 0) this.#options.notify(`${texts.join('; ')}${rest > 0 ? ` and ${rest} more` : ''}`);
  }
}
