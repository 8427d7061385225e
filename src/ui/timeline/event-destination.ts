import type { TimelineEvent } from '../../domain/timeline-event.ts';
import type { Place } from '../../resources/define-resource.ts';
import type { Destination } from '../navigation/location.ts';

/** A little before it, so that what led to it is on screen too. */
const LEAD_MS = 15_000;

/** The logs around an event: of its process while that is there, else of its service or app, else of the rack. */
export function logsAround(event: TimelineEvent, rack: string, place: Place, isAlive: boolean): Destination {
  const app = event.app === '' ? place.app : event.app;
  const at = event.at - LEAD_MS;
  if (app === undefined) return { view: 'logs', rack, place: {}, at };
  const service = event.service === undefined || event.service === '' ? {} : { service: event.service };
  const process = event.process !== undefined && isAlive ? { process: event.process } : {};
  return { view: 'logs', rack, place: { app, ...service, ...process }, at };
}

/** What an event is about; undefined where it names nothing that a view shows. */
export function thingOf(event: TimelineEvent, rack: string, place: Place, isAlive: boolean): Destination | undefined {
  const { kind, service, release, build, instance } = event;
  const app = event.app === '' ? undefined : event.app;
  if (kind === 'node') return { view: 'instances', rack, place: {}, filter: instance };
  if (app === undefined) return undefined;
  switch (kind) {
    case 'release':
    case 'promote':
    case 'rollback':
      return { view: 'releases', rack, place: { app }, filter: release };
    case 'env':
      return { view: 'releases', rack, place: { app }, ...(release === undefined ? {} : { filter: release }) };
    case 'build':
      return build === undefined ? undefined : { view: 'build-logs', rack, place: { app, build } };
    case 'crashed':
    case 'ended':
      return logsAround(event, rack, place, isAlive);
    case 'started':
    case 'recovered':
      return {
        view: 'processes',
        rack,
        place: { app, ...(service ? { service } : {}) },
        filter: event.process ?? (release ? `release:${release}` : undefined),
      };
    case 'scale':
    case 'restart':
      return { view: 'services', rack, place: { app }, filter: service };
    case 'status':
    case 'lock':
      return { view: 'apps', rack, place: {}, filter: app };
    case 'audit':
      return undefined;
  }
}
