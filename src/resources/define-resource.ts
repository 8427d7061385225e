import type { Access } from '../access/access.ts';
import type { Failure } from '../domain/failure.ts';
import type { Severity } from '../domain/severity.ts';
import type { Subject } from '../domain/subject.ts';
import type { System } from '../domain/system.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { Journal } from '../live/journal.ts';
import type { Lately } from '../live/lately.ts';
import type { RackHistory } from '../live/rack-history.ts';
import type { GatewayApi } from '../protocol/gateway-api.ts';
import type { RackReads } from '../protocol/rack-api.ts';
import type { TargetKind } from '../targets/target.ts';
import type { Column } from './column.ts';

/** Where in the tree a view stands; each level narrows the one before. */
export interface Place {
  readonly app?: string;
  readonly service?: string;
  readonly instance?: string;
  readonly release?: string;
  readonly build?: string;
  readonly process?: string;
  /** E-mail of a person of the gateway. */
  readonly user?: string;
}

/** What a query may use. One rack at a time: a deck-wide view is asked once per rack. */
export interface QueryContext {
  readonly rack: {
    readonly name: string;
    readonly kind: TargetKind;
    readonly origin: string;
    readonly source: string;
    readonly demo: boolean;
  };
  /** Cached and deduplicated: two views that need the same list cost one request. */
  readonly reads: RackReads;
  readonly gateway: GatewayApi | undefined;
  readonly access: Access;
  readonly system: System | undefined;
  /** What rackdeck itself saw; for views with `usesHistory`. */
  readonly history?: RackHistory | undefined;
  /** What moves slowly, without waiting; undefined where one command asks once and waits for what it shows. */
  readonly lately?: Lately | undefined;
  /** Own actions; for views that are local. */
  readonly journal?: Pick<Journal, 'read'> | undefined;
  readonly at: Place;
  readonly now: number;
  readonly signal: AbortSignal;
}

/** `deck`: all racks together; `rack`: one rack (an app narrows it where given); `app`: needs an app. */
export type ResourceScope = 'deck' | 'rack' | 'app';

/** Where a key leads from a row: another view, narrowed. */
export interface Link<Row> {
  /** Id of a resource, or one of the built-in screens. */
  readonly to: string;
  readonly label: string;
  readonly place: (row: Row, at: Place) => Place;
  /** Deck views: the rack the row belongs to. */
  readonly rack?: (row: Row) => string;
  readonly filter?: (row: Row) => string;
}

export interface Resource<Row> {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly title: string;
  /** One sentence for help and palette. */
  readonly about: string;
  readonly scope: ResourceScope;
  /** Permission in the gateway's words (gateway.md 5.2); missing -> greyed with the reason. */
  readonly needs: string;
  /**
   * Route that must exist, as in convox-api.md 3: `GET /apps/{app}/builds`. `GET /api/v1/...` is the gateway's own, `GET
   * /racks/{organization}/{rack}` the parameters of the rack.
   */
  readonly route: string;
  /** Rows show the role: the command line then asks who we are first. */
  readonly showsIdentity?: boolean;
  /** Rows are about permissions: the command line then asks for all of them, and for the version, first. */
  readonly showsAccess?: boolean;
  /** Rows look back: the command line then reads what earlier runs kept on disk. */
  readonly usesHistory?: boolean;
  /** Rows come from this machine alone: no permission and no route is needed, and `needs` and `route` say only what is usual. */
  readonly isLocal?: boolean;
  /** `manual`: asked once when opened and then on request only, because asking leaves a trace or costs too much. */
  readonly refresh?: 'manual';
  /** Poll pace, multiplier on the target's base interval. */
  readonly pace?: number;
  readonly query: (context: QueryContext) => Promise<readonly Row[]>;
  /** Deck views: the one line that stands for a rack which did not answer. */
  readonly failed?: (rack: QueryContext['rack'], failure: Failure) => Row;
  readonly key: (row: Row) => string;
  readonly columns: readonly Column<Row>[];
  readonly sort: readonly [column: string, direction: 'asc' | 'desc'];
  readonly severity: (row: Row) => Severity;
  /** Key -> link; `enter` is what opening a row means. Keys come from ui/keys, checked by the contract test. */
  readonly open: Readonly<Record<string, Link<Row>>>;
  /** What an action on the row is about; undefined for a row that stands for nothing an action could take. */
  readonly subject?: (row: Row, at: Place) => Subject | undefined;
  /** The text screen behind `d`: label and value, secrets masked. Default: every column. */
  readonly describe?: (row: Row) => readonly (readonly [label: string, value: string])[];
  /** What a described row can be asked for besides. */
  readonly onRequest?: OnRequest<Row>;
  /** Shown instead of an empty table, with what to do about it. */
  readonly empty: string;
  /** Raw JSON of a row for `y` and `--json`; default: every column's value. Never a secret. */
  readonly json?: (row: Row) => Readonly<Record<string, unknown>>;
}

/** Something more about one row that is asked on a key only, because asking leaves a trace or costs too much. */
export interface OnRequest<Row> {
  /** In the describe screen. */
  readonly key: string;
  readonly label: string;
  /** What it gives, in words. */
  readonly about: string;
  readonly offered: (row: Row, context: Pick<QueryContext, 'gateway' | 'access'>) => Verdict;
  /** Rejects with a Failure. */
  readonly ask: (row: Row, context: QueryContext) => Promise<readonly (readonly [label: string, value: string])[]>;
}

export function defineResource<Row>(resource: Resource<Row>): Resource<Row> {
  return resource;
}

/** Stands for "the row type of whichever resource this is": rows of one resource only ever meet its own functions. */
export interface OpaqueRow {
  readonly opaque: never;
}

/** What registries and screens pass around. */
export type AnyResource = Resource<OpaqueRow>;

/** Forgets the row type, for the registry. Sound because a row never leaves the resource that made it. */
export function erase<Row>(resource: Resource<Row>): AnyResource {
  return resource as unknown as AnyResource;
}
