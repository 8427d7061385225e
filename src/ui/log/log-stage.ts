import type { LogFollow, LogFollowOptions } from '../../live/log-follow.ts';
import type { Timers } from '../../live/timers.ts';
import type { ScreenStyles } from '../text/screen-styles.ts';
import type { Theme } from '../theme/theme.ts';
import type { ShownLines } from './log-lens.ts';
import type { LogEvent } from './log-reducer.ts';
import type { LogViewState } from './log-view-state.ts';
import type { ProcessRegister } from './process-register.ts';

/** What stands beside the lines (panels, jumps that wait for lines) sees of the log view. */
export interface LogStage {
  readonly follow: LogFollow;
  readonly opened: LogFollowOptions;
  readonly styles: ScreenStyles;
  readonly theme: Theme;
  readonly register: ProcessRegister;
  readonly timers: Timers;
  now(): number;
  state(): LogViewState;
  shown(): ShownLines;
  send(event: LogEvent): void;
  /** Something may look different. */
  changed(): void;
}
