import type { Process } from './process.ts';
import { isFinished, isOneOff } from './process-health.ts';
import { scaleEvent } from './seen-events.ts';
import type { TimelineEvent } from './timeline-event.ts';

/**
 * What the coming and going of an app's processes since `from` (epoch ms) tells, where no deploy explains it: a service
 * whose processes were all replaced was restarted, one that only gained or only lost some was scaled. Where some crashed, or
 * only a part was replaced (a node went), nothing is said. `seen`: started, ended and crashed of that app in that time.
 */
export function replacementEvents(
  app: string,
  processes: readonly Process[],
  seen: readonly TimelineEvent[],
  from: number,
): readonly TimelineEvent[] {
  if (seen.length === 0) return [];
  const serving = processes.filter((process) => !isOneOff(process) && !isFinished(process));
  return [...Map.groupBy(seen, ({ service }) => service ?? '')].flatMap(([service, events]) => {
    const own = serving.filter((process) => process.service === service);
    return service === '' ? [] : ofService(app, service, own, events, from);
  });
}

function ofService(
  app: string,
  service: string,
  own: readonly Process[],
  events: readonly TimelineEvent[],
  from: number,
): readonly TimelineEvent[] {
  if (events.some(({ kind }) => kind === 'crashed')) return [];
  const standing = new Set(own.map(({ id }) => id));
  // One that came and went within that time changed nothing.
  const came = new Set(of(events, 'started'));
  const started = new Set([...came].filter((id) => standing.has(id))).size;
  const ended = new Set(of(events, 'ended').filter((id) => !came.has(id))).size;
  const at = Math.max(...events.map((event) => event.at));
  if (started > 0 && ended > 0) {
    const all = own.every((process) => process.startedAt !== undefined && process.startedAt > from);
    return all ? [restartEvent(app, service, at)] : [];
  }
  const before = own.length - started + ended;
  // Nothing was there before: a new service, not a larger one.
  return before === own.length || before <= 0 ? [] : [scaleEvent(app, service, before, own.length, at)];
}

function of(events: readonly TimelineEvent[], wanted: 'started' | 'ended'): readonly string[] {
  return events.flatMap(({ kind, process }) => (kind === wanted && process !== undefined ? [process] : []));
}

function restartEvent(app: string, service: string, at: number): TimelineEvent {
  return {
    id: `restart:${app}/${service}:${at}`,
    at,
    kind: 'restart',
    severity: 'info',
    app,
    service,
    what: `${service} restarted`,
    source: 'seen',
  };
}
