import type { Failure } from '../../domain/failure.ts';
import type { Observable } from '../../domain/observable-value.ts';
import type { Journal } from '../../live/journal.ts';
import type { LinkState } from '../../live/link.ts';
import { baseInterval } from '../../live/poll-pace.ts';
import type { RackSession } from '../../live/rack-session.ts';
import type { Visibility, Watch } from '../../live/watch.ts';
import type { AnyResource, OpaqueRow, Place, QueryContext } from '../../resources/define-resource.ts';
import { runQuery } from '../../resources/run-query.ts';
import { sameRow } from './same-row.ts';
import type { SourceRow } from './table-column.ts';

/** What one rack contributes to a view. */
export interface RackShare {
  readonly rack: string;
  readonly link: LinkState;
  /** Undefined until the first answer. */
  readonly rows: readonly SourceRow[] | undefined;
  readonly fetchedAt: number | undefined;
  /** The last answer was a failure; rows are from before it. */
  readonly failure: Failure | undefined;
  /** Data older than this is worth a warning, ms. */
  readonly staleAfterMs: number;
}

export interface FeedState {
  readonly shares: readonly RackShare[];
  /** All racks' rows in one list; a new array only when one of them changed. */
  readonly rows: readonly SourceRow[];
}

/** Keeps the rows of one view fresh: one watch per rack, joined. */
export interface RowFeed extends Observable<FeedState> {
  /** Resolves when every rack answered or failed. */
  refresh(): Promise<void>;
  setVisibility(visibility: Visibility): void;
  dispose(): void;
}

export interface FeedRequest {
  readonly resource: AnyResource;
  readonly sessions: readonly RackSession[];
  readonly place: Place;
  /** Where the actions on a rack are recorded. */
  readonly journalOf?: JournalOf | undefined;
  readonly now: () => number;
}

/** Undefined where nothing is kept. */
export type JournalOf = (rack: { readonly demo: boolean }) => Journal | undefined;

export function createRowFeed(request: FeedRequest): RowFeed {
  const listeners = new Set<() => void>();
  const shares = request.sessions.map((session) => new ShareWatch(session, request));
  let state: FeedState | undefined;
  const notify = (): void => {
    state = undefined;
    for (const listener of [...listeners]) listener();
  };
  let rows: readonly SourceRow[] = [];
  const unsubscribe = shares.map((share) => share.subscribe(notify));
  return {
    get() {
      if (state === undefined) {
        const current = shares.map((share) => share.get());
        rows = joinRows(current, rows);
        state = { shares: current, rows };
      }
      return state;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async refresh() {
      await Promise.all(shares.map((share) => share.refresh()));
    },
    setVisibility(visibility) {
      for (const share of shares) share.setVisibility(visibility);
    },
    dispose() {
      for (const stop of unsubscribe) stop();
      for (const share of shares) share.dispose();
      listeners.clear();
    },
  };
}

/** The same array as before while no rack delivered anything new: everything behind it is remembered by identity. */
function joinRows(shares: readonly RackShare[], previous: readonly SourceRow[]): readonly SourceRow[] {
  const only = shares.length === 1 ? (shares[0]?.rows ?? []) : undefined;
  if (only !== undefined) return only.length === 0 && previous.length === 0 ? previous : only;
  const joined = shares.flatMap((share) => share.rows ?? []);
  const same = joined.length === previous.length && joined.every((row, index) => row === previous[index]);
  return same ? previous : joined;
}

class ShareWatch {
  readonly #session: RackSession;
  readonly #request: FeedRequest;
  readonly #watch: Watch<readonly OpaqueRow[]>;
  #byKey: ReadonlyMap<string, SourceRow> = new Map();
  #last: { data: readonly OpaqueRow[]; rows: readonly SourceRow[] } | undefined;
  #failed: { failure: Failure; rows: readonly SourceRow[] } | undefined;

  constructor(session: RackSession, request: FeedRequest) {
    this.#session = session;
    this.#request = request;
    const { resource, place } = request;
    const pace = paceOf(resource);
    this.#watch = session.watch<readonly OpaqueRow[]>({
      key: ['view', resource.id, place],
      ...(pace === undefined ? {} : { pace }),
      read: (reads, signal) =>
        runQuery(resource, {
          rack: rackOf(session),
          reads,
          gateway: session.gateway,
          access: session.access.get(),
          system: session.system.get(),
          history: session.history,
          lately: session.lately,
          journal: request.journalOf?.(session.target),
          at: place,
          now: request.now(),
          signal,
        }),
    });
    if (resource.refresh === 'manual') this.#askOnce();
  }

  /** Nothing polls a manual view: opening it is the request, unless the answer to the last one is still good. */
  #askOnce(): void {
    const { fetchedAt } = this.#watch.get();
    if (fetchedAt === undefined || this.#request.now() - fetchedAt > MANUAL_GOOD_FOR_MS) void this.#watch.refresh();
  }

  get(): RackShare {
    const snapshot = this.#watch.get();
    const failure = snapshot.failure?.kind === 'cancelled' ? undefined : snapshot.failure;
    return {
      rack: this.#session.target.name,
      link: this.#session.link.get(),
      rows: this.#rows(snapshot.data, failure),
      fetchedAt: snapshot.fetchedAt,
      failure,
      staleAfterMs: staleAfter(this.#session, this.#request.resource),
    };
  }

  subscribe(listener: () => void): () => void {
    const stops = [this.#watch.subscribe(listener), this.#session.link.subscribe(listener)];
    return () => {
      for (const stop of stops) stop();
    };
  }

  refresh(): Promise<void> {
    return this.#watch.refresh();
  }

  setVisibility(visibility: Visibility): void {
    this.#watch.setVisibility(visibility);
  }

  dispose(): void {
    this.#watch.dispose();
  }

  #rows(data: readonly OpaqueRow[] | undefined, failure: Failure | undefined): readonly SourceRow[] | undefined {
    if (data === undefined) return this.#failedRow(failure);
    if (this.#last?.data !== data) this.#last = { data, rows: this.#keep(data, this.#last?.rows ?? []) };
    return this.#last.rows;
  }

  /** Rows that say the same as before stay the same objects, and so does the list when all of them do. */
  #keep(data: readonly OpaqueRow[], previous: readonly SourceRow[]): readonly SourceRow[] {
    const byKey = new Map<string, SourceRow>();
    const rows = data.map((row) => {
      const key = this.#request.resource.key(row);
      const known = this.#byKey.get(key);
      const kept = known !== undefined && sameRow(known.row, row) ? known : this.#wrap(row);
      byKey.set(key, kept);
      return kept;
    });
    this.#byKey = byKey;
    return rows.length === previous.length && rows.every((row, index) => row === previous[index]) ? previous : rows;
  }

  /** Deck views show a rack without an answer as one line of their own making. */
  #failedRow(failure: Failure | undefined): readonly SourceRow[] | undefined {
    const make = this.#request.resource.failed;
    if (failure === undefined || make === undefined) return undefined;
    if (this.#failed?.failure !== failure) {
      this.#failed = { failure, rows: [this.#wrap(make(rackOf(this.#session), failure))] };
    }
    return this.#failed.rows;
  }

  #wrap(row: OpaqueRow): SourceRow {
    return { rack: this.#session.target.name, row };
  }
}

function rackOf(session: RackSession): QueryContext['rack'] {
  const { name, kind, origin, source, demo } = session.target;
  return { name, kind, origin, source, demo };
}

/** How long the answer to one request may be called live where only a person asks again. */
const MANUAL_GOOD_FOR_MS = 60_000;

/** Infinitely slow: the poll of a manual view never comes due. */
function paceOf(resource: AnyResource): number | undefined {
  return resource.refresh === 'manual' ? Number.POSITIVE_INFINITY : resource.pace;
}

/** Three missed polls and a little: then `live` would be a lie. */
function staleAfter(session: RackSession, resource: AnyResource): number {
  if (resource.refresh === 'manual') return MANUAL_GOOD_FOR_MS;
  return 3 * baseInterval(session.target.kind) * (resource.pace ?? 1) + 5_000;
}
