import type { AnyAction, SubjectKind } from '../../actions/define-action.ts';
import type { Subject } from '../../domain/subject.ts';
import type { Place } from '../../resources/define-resource.ts';

/** What an action would be about if it were chosen now: taken once, so that a poll behind a menu changes nothing in it. */
export interface Selection {
  /** The view whose rows these are. */
  readonly view: string;
  /** Where the view stands, for what is about more than a row. */
  readonly place: Place;
  /** One, unless rows of several racks are marked, or none is chosen. */
  readonly racks: readonly string[];
  readonly subjects: readonly Subject[];
  /** Marked rows that the filter hides; they are left out. */
  readonly hidden: number;
}

/** Is it offered on the rows of a view? */
export function isOfferedOn({ on, subject }: AnyAction, view: string): boolean {
  // The landing screen lists apps, too, those of all racks.
  if (view === 'board') return on.includes('apps');
  // A build stands for the release that was made of it.
  if (view === 'builds') return on.includes('builds') || (subject === 'release' && on.includes('releases'));
  return on.includes(view);
}

/** The subjects of one action: the rows themselves, or what they and their place belong to. Empty: nothing of its kind. */
export function subjectsFor(action: AnyAction, selection: Selection): readonly Subject[] {
  const { subjects, place, view } = selection;
  if (action.subject === 'none') return [];
  if (isOfferedOn(action, view) && subjects.length > 0) return subjects;
  const wider = subjects.flatMap((subject) => widened(action.subject, subject));
  return wider.length > 0 ? distinct(wider) : fromPlace(action.subject, place);
}

/** The app or the service that something belongs to. */
function widened(kind: SubjectKind, { app, service }: Subject): readonly Subject[] {
  if (app === undefined || app === '') return [];
  if (kind === 'app') return [{ id: app, app }];
  return kind === 'service' && service !== undefined && service !== '' ? [{ id: service, app, service }] : [];
}

function fromPlace(kind: SubjectKind, place: Place): readonly Subject[] {
  const { app, service, process, release, instance } = place;
  if (kind === 'instance') return instance === undefined ? [] : [{ id: instance }];
  if (app === undefined) return [];
  if (kind === 'process' && process !== undefined) return [{ id: process, app, service }];
  if (kind === 'release' && release !== undefined) return [{ id: release, app }];
  return widened(kind, { id: app, app, service });
}

function distinct(subjects: readonly Subject[]): readonly Subject[] {
  const known = new Map(subjects.map((subject) => [`${subject.app}/${subject.id}`, subject]));
  return [...known.values()];
}

/** `web-1 of shop`, `3 of them`, `acme/prod`: what a menu or a panel is about. */
export function subjectWords(subjects: readonly Subject[], rack: string | undefined): string {
  const [only] = subjects;
  if (only === undefined) return rack ?? '';
  if (subjects.length > 1) return `${subjects.length} of them`;
  return only.app === undefined || only.app === only.id ? only.id : `${only.id} of ${only.app}`;
}
