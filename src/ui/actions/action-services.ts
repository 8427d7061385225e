import type { ReadOnlySwitch } from '../../access/read-only.ts';
import type { StepUp } from '../../access/step-up.ts';
import type { ConfirmationAnswer } from '../../actions/confirmation.ts';
import type { AnyAction } from '../../actions/define-action.ts';
import type { RunState } from '../../actions/run-state.ts';
import type { Observable } from '../../domain/observable-value.ts';
import type { ActionRequest, Subject } from '../../domain/subject.ts';
import type { Verdict } from '../../domain/verdict.ts';
import type { ProxyDesk } from '../../live/proxy-desk.ts';
import type { RackSession } from '../../live/rack-session.ts';

/** Everything that changing a rack needs from the world; absent where nothing can be changed (a recording). */
export interface ActionServices {
  readonly registry: readonly AnyAction[];
  /** Still on the way: the registry is empty, and keys wait until this resolves. Never rejects. */
  readonly loading?: Promise<void> | undefined;
  readonly desk: RunDesk;
  /** Read-only, role, route, guardrails. Asked for every hint that is painted: no request, no work to speak of. */
  verdict(action: AnyAction, session: RackSession, subjects: readonly Subject[]): Verdict;
  isProtected(rack: string): boolean;
  /** Of the gateway in front of the rack; undefined elsewhere. */
  stepUp(rack: string): StepUpSource | undefined;
  readonly readOnly: Pick<ReadOnlySwitch, 'cause' | 'toggle'>;
  /** Why this rack is read-only whatever the switch says, with the place in the settings. */
  readOnlyBySettings(rack: string): string | undefined;
  /** What earlier runs of the program had left open and reading back said, once it is known; a sentence or two each. */
  readonly recovered?: Observable<readonly string[]>;
  /** Local ports that actions have opened (live/proxy-desk.ts). */
  readonly proxies?: Pick<ProxyDesk, 'list' | 'stop'> | undefined;
}

/** The second factor of one gateway session, shared by all runs there (access/step-up.ts). */
export type StepUpSource = Pick<StepUp, 'prompt' | 'submit' | 'cancel' | 'windowEndsAt'>;

/** actions/action-desk.ts is one. */
export interface RunDesk {
  /** Newest first. */
  readonly runs: Observable<readonly RunView[]>;
  start(request: ActionRequest): RunView;
  /** What the fields of an action start with; rejects with a Failure. Values may be secret. */
  initial(request: ActionRequest, signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /** What left and is not proven yet. */
  readonly unproven: readonly RunView[];
}

/** One run as screens see it; actions/pipeline.ts has the real one. */
export interface RunView {
  readonly request: ActionRequest;
  readonly action: AnyAction | undefined;
  readonly state: Observable<RunState>;
  confirm(answer: ConfirmationAnswer): void;
  /** Before anything left: gives up. While it is verified or watched: stops looking. */
  cancel(): void;
}

/** Why nothing can be changed where there are no {@link ActionServices}. */
export function withoutActions(services: { readonly replay?: unknown }): string {
  return services.replay === undefined ? 'nothing can be changed from here' : 'a recording cannot be changed';
}
