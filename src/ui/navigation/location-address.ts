import type { ViewAddress } from '../../domain/view-address.ts';
import type { Place } from '../../resources/define-resource.ts';
import type { StartPlace } from '../dashboard-services.ts';
import type { Location } from './location.ts';

const PARTS = ['service', 'instance', 'release', 'build', 'process', 'user'] as const;

/** The address of what is on screen. A text of its own (a log line in full) has the address of where it was opened. */
export function addressOf({ view, rack, place, filter, subject }: Location): ViewAddress {
  const narrowed = new Map<string, string>();
  for (const part of PARTS) {
    const value = place[part];
    if (value !== undefined) narrowed.set(part, value);
  }
  const ofRow = subject !== undefined && (view === 'describe' || view === 'raw');
  if (ofRow) narrowed.set('row', subject.rowKey).set('screen', view);
  return {
    rack: subject === undefined ? rack : subject.rack,
    app: place.app,
    view: subject === undefined ? view : subject.resource,
    narrowed: Object.fromEntries(narrowed),
    filter: subject === undefined ? filter : '',
  };
}

/** Where an address leads; parts that nobody knows are passed over. */
export function startPlaceOf({ rack, app, view, narrowed, filter }: ViewAddress): StartPlace {
  const place: { -readonly [Part in keyof Place]: Place[Part] } = {};
  for (const part of PARTS) {
    const value = narrowed[part];
    if (value) place[part] = value;
  }
  const { row, screen } = narrowed;
  return {
    ...(view === '' ? {} : { view }),
    ...(rack === undefined ? {} : { rack }),
    ...(app === undefined ? {} : { app }),
    ...(filter === '' ? {} : { filter }),
    place,
    ...(row && (screen === 'describe' || screen === 'raw') ? { row: { key: row, screen } } : {}),
  };
}
