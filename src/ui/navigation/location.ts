import type { Place } from '../../resources/define-resource.ts';
import type { SortOrder } from '../table/row-order.ts';
import type { TableWindow } from '../table/table-window.ts';

/** The screens that are not a resource's table. */
export type BuiltInView = 'describe' | 'raw' | 'logs' | 'build-logs' | 'previous-logs';

/** Where one stands, with everything that coming back has to restore. */
export interface Location {
  /** Id of a resource, or a built-in screen. */
  readonly view: string;
  /** Name of a rack; undefined: all racks. */
  readonly rack: string | undefined;
  readonly place: Place;
  readonly filter: string;
  /** The filter a link or the command line brought; `esc` goes back to it before it goes back a view. */
  readonly givenFilter: string;
  readonly unhealthyOnly: boolean;
  /** Undefined: the resource's own. */
  readonly sort: SortOrder | undefined;
  /** Key of the cursor's row; undefined: not placed yet. */
  readonly cursorKey: string | undefined;
  readonly window: TableWindow;
  readonly marks: ReadonlySet<string>;
  /** Column that `c` copies, by id. */
  readonly column: string | undefined;
  /** For describe and raw: the table row they speak of. */
  readonly subject: Subject | undefined;
  /** An instant, epoch ms, that charts, timelines and logs open at; undefined: now. */
  readonly at?: number | undefined;
}

export interface Subject {
  readonly resource: string;
  /** Rack of the table it was opened from; undefined: the table joined all racks. */
  readonly rack: string | undefined;
  readonly rowKey: string;
  /** What a person calls the row. */
  readonly name: string;
}

export interface Destination {
  readonly view: string;
  readonly rack?: string | undefined;
  readonly place?: Place;
  readonly filter?: string | undefined;
  readonly subject?: Subject;
  readonly at?: number | undefined;
}

export function locationOf(destination: Destination): Location {
  return {
    view: destination.view,
    rack: destination.rack,
    place: destination.place ?? {},
    filter: destination.filter ?? '',
    givenFilter: destination.filter ?? '',
    unhealthyOnly: false,
    sort: undefined,
    cursorKey: undefined,
    window: { cursor: 0, top: 0 },
    marks: new Set(),
    column: undefined,
    subject: destination.subject,
    ...(destination.at === undefined ? {} : { at: destination.at }),
  };
}

/** Same view of the same thing? Filters and cursors do not matter. */
export function samePlace(a: Location, b: Location): boolean {
  return placeId(a) === placeId(b);
}

/** Identifies what a location shows. */
export function placeId(location: Pick<Location, 'view' | 'rack' | 'place' | 'subject' | 'at'>): string {
  const { app, service, instance, release, build, process, user } = location.place;
  const instant = location.at === undefined ? [] : [location.at];
  const parts = [location.view, location.rack, app, service, instance, release, build, process, user, ...instant];
  return JSON.stringify([...parts, location.subject?.resource, location.subject?.rowKey].map((part) => part ?? null));
}
