import type { Process } from './process.ts';
import type { Promote, Rollback } from './promote.ts';
import type { TimelineEvent } from './timeline-event.ts';

/** Events that nobody reports: what changed between two readings, told at the time of the second. */

export function startedEvent(process: Process, seenAt: number): TimelineEvent {
  return {
    ...ofProcess(process, 'started'),
    at: Math.min(seenAt, process.startedAt ?? seenAt),
    severity: 'ok',
    what: `${process.id} started${process.release === '' ? '' : ` on ${process.release}`}`,
    source: process.startedAt === undefined ? 'seen' : 'rack',
  };
}

export function endedEvent(process: Process, seenAt: number): TimelineEvent {
  return {
    ...ofProcess(process, 'ended'),
    at: seenAt,
    severity: 'ok',
    what: `${process.id} ended${process.release === '' ? '' : ` (${process.release})`}`,
    source: 'seen',
  };
}

export function crashedEvent(process: Process, seenAt: number): TimelineEvent {
  const event = ofProcess(process, 'crashed');
  return {
    ...event,
    // A process may crash again and again under one id.
    id: `${event.id}:${seenAt}`,
    at: seenAt,
    severity: 'critical',
    what: `${process.id} ${process.status}${process.release === '' ? '' : ` on ${process.release}`}`,
    source: 'seen',
  };
}

/** It was down already when it was first looked at: since when, nobody tells. */
export function foundCrashedEvent(process: Process, seenAt: number): TimelineEvent {
  const event = crashedEvent(process, seenAt);
  return {
    ...event,
    what: `${process.id} found ${process.status}${process.release === '' ? '' : ` on ${process.release}`}`,
  };
}

export function recoveredEvent(process: Process, seenAt: number): TimelineEvent {
  const event = ofProcess(process, 'recovered');
  return {
    ...event,
    id: `${event.id}:${seenAt}`,
    at: seenAt,
    severity: 'ok',
    what: `${process.id} runs again`,
    source: 'seen',
  };
}

function ofProcess(process: Process, kind: 'started' | 'ended' | 'crashed' | 'recovered') {
  return {
    id: `${kind}:${process.app}/${process.id}`,
    kind,
    app: process.app,
    service: process.service,
    process: process.id,
    release: process.release,
    instance: process.instance,
  };
}

export function promoteEvent(app: string, { release, at, by, source }: Promote): TimelineEvent {
  return {
    id: `promote:${app}/${release}:${at}`,
    at,
    kind: 'promote',
    severity: 'info',
    app,
    release,
    what: `${release} promoted`,
    ...(by === undefined ? {} : { by }),
    source: source === 'seen' ? 'seen' : 'audit',
  };
}

export function rollbackEvent(app: string, { release, to, at }: Rollback): TimelineEvent {
  return {
    id: `rollback:${app}/${release}:${at}`,
    at,
    kind: 'rollback',
    severity: 'warning',
    app,
    release,
    what: `${release} rolled back${to === undefined ? '' : `, ${to} serves again`}`,
    source: 'seen',
  };
}

export function statusEvent(app: string, from: string, to: string, at: number): TimelineEvent {
  const bad = to === 'rollback' || to === 'failed' || to === 'deleting';
  return {
    id: `status:${app}:${to}:${at}`,
    at,
    kind: 'status',
    severity: bad ? 'warning' : 'ok',
    app,
    what: `${app} ${to} (was ${from})`,
    source: 'seen',
  };
}

export function lockEvent(app: string, locked: boolean, at: number): TimelineEvent {
  const what = `${app} ${locked ? 'locked' : 'unlocked'}`;
  return { id: `lock:${app}:${locked}:${at}`, at, kind: 'lock', severity: 'info', app, what, source: 'seen' };
}

export function scaleEvent(app: string, service: string, from: number, to: number, at: number): TimelineEvent {
  return {
    id: `scale:${app}/${service}:${to}:${at}`,
    at,
    kind: 'scale',
    severity: 'info',
    app,
    service,
    what: `${service} scaled from ${from} to ${to}`,
    source: 'seen',
  };
}

export function nodeEvent(instance: string, change: 'joined' | 'left', at: number): TimelineEvent {
  return {
    id: `node:${instance}:${change}:${at}`,
    at,
    kind: 'node',
    severity: change === 'left' ? 'warning' : 'info',
    app: '',
    instance,
    what: `node ${instance} ${change}`,
    source: 'seen',
  };
}
