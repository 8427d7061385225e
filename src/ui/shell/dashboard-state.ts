import type { Tone } from '../../resources/column.ts';
import type { LoginFlow, Target } from '../../targets/target.ts';
import type { ActionFormOverlay } from '../actions/action-form.ts';
import type { ActionMenuOverlay } from '../actions/action-menu.ts';
import type { LeaveOverlay } from '../actions/leave-question.ts';
import type { Selection } from '../actions/selection.ts';
import { type History, startHistory } from '../navigation/history.ts';
import type { Location } from '../navigation/location.ts';
import type { Prompt } from './prompt.ts';
import type { TextInput } from './text-input.ts';

export interface Toast {
  readonly text: string;
  readonly tone: Tone;
  readonly until: number;
}

export type Overlay =
  | { readonly kind: 'help'; readonly top: number }
  | {
      readonly kind: 'palette';
      readonly input: TextInput;
      readonly selected: number;
      /** What its actions are about: as it was when it was opened, whatever a poll does to the rows. */
      readonly selection: Selection;
    }
  | ActionMenuOverlay
  | ActionFormOverlay
  | LeaveOverlay
  | {
      readonly kind: 'login-form';
      readonly name: TextInput;
      readonly url: TextInput;
      readonly field: 'name' | 'url';
      readonly complaint: string | undefined;
    }
  | {
      readonly kind: 'login';
      readonly title: string;
      readonly flow: LoginFlow;
      readonly request: LoginRequest;
      /** A one-time code can be typed here (gateway logins). */
      readonly takesCode: boolean;
      readonly code: TextInput;
      readonly complaint: string | undefined;
    };

/** A known rack, or a gateway that was typed in. */
export type LoginRequest = Target | { readonly name: string; readonly url: string };

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Everything about the interface that is not rack data: plain values, replaced as a whole. */
export interface DashboardState {
  readonly history: History;
  readonly overlay: Overlay | undefined;
  readonly prompt: Prompt | undefined;
  readonly toast: Toast | undefined;
  /** What was last typed into the login form and led to no login yet. */
  readonly loginDraft: { readonly name: string; readonly url: string } | undefined;
  readonly size: Size;
  /** Epoch ms, moved on once a second: what ages and countdowns are painted with. */
  readonly now: number;
}

export function initialState(first: Location, size: Size, now: number): DashboardState {
  const nothing = { overlay: undefined, prompt: undefined, toast: undefined, loginDraft: undefined };
  return { ...nothing, history: startHistory(first), size, now };
}
