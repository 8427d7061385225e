import type { LogFollow, LogFollowOptions } from '../../live/log-follow.ts';
import type { Timers } from '../../live/timers.ts';
import type { TerminalLook } from '../dashboard-services.ts';
import type { StyledLine } from '../text/styled-line.ts';
import type { DeployAnswer } from './log-quests.ts';
import type { Asked, LogViewState } from './log-view-state.ts';

/** What a log view needs from the screen that it stands in. */
export interface LogHost {
  /** Opens a prompt; what is typed comes back through `typed` and `submit`. */
  ask(what: Asked, initial: string): void;
  openText(title: string, lines: readonly StyledLine[]): void;
  copy(text: string, what: string): void;
  /** Never overwrites; resolves with the path. */
  save(suggestedName: string, lines: Iterable<string>): Promise<string>;
  /** Of the app that the log belongs to; absent where it belongs to none. */
  lastDeploy?(): Promise<DeployAnswer>;
  /** Opens the earlier life of a process; the result is why that is not possible. */
  previousLife?(process: string, service: string | undefined): string | undefined;
}

export interface LogViewOptions {
  readonly follow: LogFollow;
  /** As the follow was opened; `T` and the digits open it again from another point. */
  readonly opened: LogFollowOptions;
  /** `logs shop/web`. */
  readonly title: string | (() => string);
  /** One process or one build: its name before every line would only take room. */
  readonly single: boolean;
  readonly look: TerminalLook;
  readonly now: () => number;
  readonly timers?: Timers;
  /** A view that was left and is come back to. */
  readonly restored?: LogViewState;
}
