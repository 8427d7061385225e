import type { Access } from '../access/access.ts';
import type { LogLine } from '../domain/log-line.ts';
import type { ActionRequest, Subject } from '../domain/subject.ts';
import type { System } from '../domain/system.ts';
import type { RackHistory } from '../live/rack-history.ts';
import type { GatewayApi } from '../protocol/gateway-api.ts';
import type { GatewayWrites } from '../protocol/gateway-writes.ts';
import type { RackReads } from '../protocol/rack-api.ts';
import type { RackSockets } from '../protocol/rack-sockets.ts';
import type { RackWrites } from '../protocol/rack-writes.ts';
import type { TargetKind } from '../targets/target.ts';
import type { ActionField } from './action-field.ts';
import type { Interaction } from './interaction.ts';
import type { Observation } from './observation.ts';
import type { Preview } from './preview.ts';

/** Risk tier (screens.md 4): 1 reversible, 2 service impact, 3 destructive or one-way. */
export type Tier = 1 | 2 | 3;

/** What planning, previewing and verifying may use: reads only, each one fresh from the rack. */
export interface ActionContext {
  readonly rack: { readonly name: string; readonly kind: TargetKind; readonly demo: boolean };
  readonly reads: RackReads;
  readonly gateway: GatewayApi | undefined;
  readonly access: Access;
  readonly system: System | undefined;
  /** What rackdeck itself saw of the rack. */
  readonly history: RackHistory;
  readonly subjects: readonly Subject[];
  /** Values of the fields, checked. May be secret. */
  readonly input: Readonly<Record<string, string>>;
  /**
   * The newest lines of an app's log, oldest first; at most `lines` of the last `sinceMs` milliseconds. Empty where logs may
   * not be read.
   */
  recentLog(app: string, query: { readonly sinceMs: number; readonly lines: number }): Promise<readonly LogLine[]>;
  readonly now: () => number;
  /** Resolves after `ms`, rejects when the run is given up. */
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/** What `run` has besides: the writes that the person confirmed, counted one by one, and the person's own terminal. */
export interface RunContext extends ActionContext {
  readonly writes: RackWrites;
  readonly gatewayWrites: GatewayWrites | undefined;
  /** Shells, consoles and TCP proxies; opening one is counted like a write. */
  readonly sockets: RackSockets;
  /** Sockets, terminal, listeners and local files; see interaction.ts. */
  readonly interaction: Interaction;
  /** One line of progress for the panel: `2 of 5 stopped`. Never secret. */
  note(text: string): void;
}

export interface PlannedCommand {
  /** Undefined: only the facts tell. */
  readonly service: string | undefined;
  readonly command: string;
  /** Commands that it is as good as: `psql`, for a port that leads to a database. */
  readonly alike?: readonly string[];
  /** It is not typed yet: only where it would run is judged, for a menu. */
  readonly commandPending?: boolean;
  /** Does the service take traffic? Undefined: not known. */
  readonly serving?: boolean | undefined;
}

/** A route that may be sent, and how often at most: the budget that one confirmation grants. */
export interface PlannedChange {
  /** As in access/action-catalog.ts: `DELETE /apps/{app}/processes/{pid}`. */
  readonly route: string;
  readonly times: number;
}

/** How long and how often to look before the effect counts as proven or missing (convox-api.md 6.2). */
export interface Wait {
  /** Before the first look. */
  readonly firstMs: number;
  readonly everyMs: number;
  readonly deadlineMs: number;
  /** Looks in a row that must say `done`. */
  readonly steady: number;
}

/** After the proof: keep looking for trouble that the change may have brought, against what `facts` knew before. */
export interface AfterWatch<Facts, Result> {
  readonly forMs: number;
  readonly everyMs: number;
  readonly look: (facts: Facts, result: Result | undefined, context: ActionContext) => Promise<AfterLook>;
}

export interface AfterLook {
  /** `2 crashes of web since the promote, none in the same time before`; undefined: nothing. */
  readonly trouble: string | undefined;
  readonly words: string;
}

/** Ids, names and counts as they were before, by what they are. Never secret: they go into the journal. */
export type Kept = Readonly<Record<string, readonly string[]>>;

/** What the journal keeps with the intent, and one look at the rack with it (recover-runs.ts). */
export interface Recall<Facts> {
  readonly keep: (facts: Facts) => Kept;
  /** Input that may be secret is not there. */
  readonly look: (kept: Kept, context: ActionContext) => Promise<Observation>;
}

/**
 * A guarded action as data; actions/pipeline.ts runs them all: plan, permission, guardrails, preview, confirm, step-up, run,
 * verify, record. `facts` is what `gather` read: everything later depends on it alone, and it is read again right before the
 * run; a preview that would differ then goes back to the person.
 */
export interface Action<Facts, Result = void> {
  /** In access/action-catalog.ts. */
  readonly id: string;
  /** `Stop process`: palette, menu, help. */
  readonly title: string;
  /** One sentence. */
  readonly about: string;
  /** Views whose rows it is offered on, by id; empty: from the palette and `rackdeck do` only. */
  readonly on: readonly string[];
  /** Preferred key in these views; without one it is in the `a` menu. */
  readonly key?: string;
  readonly tier: Tier;
  readonly tierWhenProtected?: Tier;
  /** What a subject is: decides what is typed to confirm, and the columns of a bulk preview. `none`: the rack itself. */
  readonly subject: SubjectKind;
  /** May several marked rows go in one run? Never with tier 3. */
  readonly bulk: boolean;
  /** All of them are needed, in the gateway's words. */
  readonly permissions: readonly string[];
  /** All of them must exist on the way to the rack. */
  readonly routes: readonly string[];
  readonly fields?: readonly ActionField[];
  /** With every field left empty it does the usual thing: the preview comes first, and a key there opens the fields. */
  readonly previewFirst?: boolean;
  /**
   * After it took effect the same request has another preview, or none: an unchanged one proves that it did not. Left out
   * where doing it twice looks the same twice (a session, a restart, a new key).
   */
  readonly previewTells?: true;
  /** What the fields start with: what is true now. */
  readonly initial?: (context: ActionContext) => Promise<Readonly<Record<string, string>>>;
  /**
   * What the run policy judges (screens.md 4): for what runs a command, and for what is as good as one (a console, a port that
   * leads to a database). Asked before anything is read, and again with the facts.
   */
  readonly command?: (request: Pick<ActionContext, 'subjects' | 'input'>, facts?: Facts) => PlannedCommand;
  readonly gather: (context: ActionContext) => Promise<Facts>;
  readonly preview: (facts: Facts, context: ActionContext) => Preview;
  readonly changes: (facts: Facts, context: ActionContext) => readonly PlannedChange[];
  readonly run: (facts: Facts, context: RunContext) => Promise<Result>;
  /** One look: did it happen? `result` is undefined where the outcome of `run` is unclear. */
  readonly observe: (facts: Facts, result: Result | undefined, context: ActionContext) => Promise<Observation>;
  readonly wait: Wait;
  readonly after?: AfterWatch<Facts, Result>;
  /** For a start after a crash: how the rack's outcome is told without the facts, which end with the program. */
  readonly recall?: Recall<Facts>;
  /** What would take it back, offered in place when the verification fails or a person wants it. */
  readonly undo?: (facts: Facts, result: Result | undefined, context: ActionContext) => ActionRequest | undefined;
  /** What one usually does next, offered in place once it is proven: promoting the release that was made. */
  readonly next?: (facts: Facts, result: Result | undefined, context: ActionContext) => ActionRequest | undefined;
  /** The same with the convox CLI, for the footer; secrets masked. */
  readonly echo: (facts: Facts, context: ActionContext) => string;
}

export type SubjectKind =
  | 'none'
  | 'process'
  | 'service'
  | 'app'
  | 'release'
  | 'instance'
  | 'certificate'
  | 'registry'
  /** Of an app. */
  | 'resource'
  /** Of the rack itself: webhooks and the like. */
  | 'rack-resource'
  | 'approval';

export function defineAction<Facts, Result = void>(action: Action<Facts, Result>): Action<Facts, Result> {
  return action;
}

/** Stands for "the facts of whichever action this is": facts of one action only ever meet its own functions. */
export interface OpaqueFacts {
  readonly opaqueFacts: never;
}

export interface OpaqueResult {
  readonly opaqueResult: never;
}

/** What the registry and the pipeline pass around. */
export type AnyAction = Action<OpaqueFacts, OpaqueResult>;

/** Forgets the types, for the registry. Sound because facts and results never leave the action that made them. */
export function erase<Facts, Result>(action: Action<Facts, Result>): AnyAction {
  return action as unknown as AnyAction;
}
