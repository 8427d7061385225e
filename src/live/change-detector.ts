import type { App } from '../domain/app.ts';
import type { Instance } from '../domain/instance.ts';
import type { Process } from '../domain/process.ts';
import { isOneOff, statusSeverity } from '../domain/process-health.ts';
import { type AppSample, deploysSeen } from '../domain/promote.ts';
import { standingCrashes } from '../domain/reported-events.ts';
import {
  crashedEvent,
  endedEvent,
  lockEvent,
  nodeEvent,
  promoteEvent,
  recoveredEvent,
  rollbackEvent,
  scaleEvent,
  startedEvent,
  statusEvent,
} from '../domain/seen-events.ts';
import type { Service } from '../domain/service.ts';
import type { TimelineEvent } from '../domain/timeline-event.ts';

/** Samples of one app that a deploy is recognised from: a rollback is known by what served before it. */
const APP_SAMPLES = 16;

interface AppState {
  samples: AppSample[];
  locked: boolean;
}

/**
 * Compares each reading with the one before and says what happened between them. The first reading of a list says only
 * what is down: the rest of what it shows may be as old as the rack.
 */
export class ChangeDetector {
  /** By app: what ran when its processes were last listed. */
  readonly #processes = new Map<string, ReadonlyMap<string, Process>>();
  readonly #apps = new Map<string, AppState>();
  readonly #counts = new Map<string, number>();
  #nodes: ReadonlySet<string> | undefined;
  #listedAll = false;

  /** `app`: the list is of that app alone; undefined: of the whole rack. */
  processes(list: readonly Process[], app: string | undefined, at: number): readonly TimelineEvent[] {
    const events: TimelineEvent[] = [];
    const byApp = new Map<string, Map<string, Process>>();
    if (app !== undefined) byApp.set(app, new Map());
    for (const process of list) {
      if (process.app === '' || (app !== undefined && process.app !== app)) continue;
      const group = byApp.get(process.app) ?? new Map<string, Process>();
      group.set(process.id, process);
      byApp.set(process.app, group);
    }
    // An empty list of a whole rack is a rack that cannot tell, not one that lost everything (convox-api.md 5.3).
    if (app === undefined && byApp.size > 0) {
      for (const known of this.#processes.keys()) if (!byApp.has(known)) byApp.set(known, new Map());
    }
    for (const [name, group] of byApp) this.#compare(name, group, app === undefined, at, events);
    if (app === undefined && list.length > 0) this.#listedAll = true;
    return events;
  }

  apps(list: readonly App[], at: number): readonly TimelineEvent[] {
    const events: TimelineEvent[] = [];
    for (const app of list) {
      const known = this.#apps.get(app.name);
      if (!known) {
        const first = { at, status: app.status, release: app.release };
        this.#apps.set(app.name, { samples: [first], locked: app.locked });
        continue;
      }
      if (known.locked !== app.locked) events.push(lockEvent(app.name, app.locked, at));
      known.locked = app.locked;
      const last = known.samples.at(-1);
      if (last && last.status !== app.status) events.push(statusEvent(app.name, last.status, app.status, at));
      events.push(...deploysOf(app, known, at));
    }
    return events;
  }

  services(app: string, list: readonly Service[], at: number): readonly TimelineEvent[] {
    return list.flatMap(({ name, count, agent }) => {
      const key = `${app}/${name}`;
      const before = this.#counts.get(key);
      this.#counts.set(key, count);
      // An agent runs once per node: its number says how many nodes there are.
      return before === undefined || before === count || agent ? [] : [scaleEvent(app, name, before, count, at)];
    });
  }

  instances(list: readonly Instance[], at: number): readonly TimelineEvent[] {
    const before = this.#nodes;
    const now = new Set(list.map(({ id }) => id));
    if (now.size === 0) return [];
    this.#nodes = now;
    if (before === undefined) return [];
    return [
      ...[...now].filter((id) => !before.has(id)).map((id) => nodeEvent(id, 'joined', at)),
      ...[...before].filter((id) => !now.has(id)).map((id) => nodeEvent(id, 'left', at)),
    ];
  }

  #compare(
    app: string,
    group: ReadonlyMap<string, Process>,
    wholeRack: boolean,
    at: number,
    events: TimelineEvent[],
  ): void {
    const before = this.#processes.get(app);
    this.#processes.set(app, group);
    // An app that appears in a list of the whole rack after the first one is new, and so are its processes.
    if (before === undefined && !(wholeRack && this.#listedAll)) {
      events.push(...standingCrashes([...group.values()], at));
      return;
    }
    for (const [id, process] of group) {
      const old = before?.get(id);
      const bad = statusSeverity(process.status) === 'critical';
      if (old === undefined) {
        events.push(startedEvent(process, at));
        if (bad) events.push(crashedEvent(process, at));
      } else if (bad && (statusSeverity(old.status) !== 'critical' || restarted(old, process))) {
        events.push(crashedEvent(process, at));
      } else if (!bad && process.status === 'running' && statusSeverity(old.status) === 'critical') {
        events.push(recoveredEvent(process, at));
      }
    }
    for (const [id, old] of before ?? []) {
      // A build or a one-off that ends has done its work: not news, and there are many of them.
      if (!group.has(id) && !isOneOff(old)) events.push(endedEvent(old, at));
    }
  }
}

/** Crashed then and now, but not the same crash: it was started anew between the two readings. */
function restarted(old: Process, process: Process): boolean {
  return old.startedAt !== undefined && process.startedAt !== undefined && process.startedAt > old.startedAt;
}

/** Promotes and rollbacks that this sample shows for the first time. */
function deploysOf(app: App, known: AppState, at: number): readonly TimelineEvent[] {
  const sample: AppSample = { at, status: app.status, release: app.release };
  const [before, last] = known.samples.slice(-2);
  const same = (other: AppSample | undefined): boolean =>
    other !== undefined && other.status === sample.status && other.release === sample.release;
  // Two equal samples settle a deploy; more of them say no more.
  if (same(before) && same(last ?? before)) return [];
  known.samples = [...known.samples, sample].slice(-APP_SAMPLES);
  const { promotes, rollbacks } = deploysSeen(known.samples);
  return [
    ...promotes.filter((promote) => promote.at === at).map((promote) => promoteEvent(app.name, promote)),
    ...rollbacks.filter((rollback) => rollback.at === at).map((rollback) => rollbackEvent(app.name, rollback)),
  ];
}
