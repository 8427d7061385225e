import { createContext, use } from 'react';
import type { Tone } from '../../resources/column.ts';
import type { DashboardServices } from '../dashboard-services.ts';
import type { Hint } from '../keys/hint.ts';
import type { KeyContext } from '../keys/key-binding.ts';
import type { Line } from '../text/line.ts';
import type { Theme } from '../theme/theme.ts';

/** One line of input at the foot of the frame; typing, paste and editing keys are the shell's business. */
export interface PromptRequest {
  /** `/`, `save as: `. */
  readonly label: string;
  readonly initial?: string;
  /** After every change; the string returned is shown as a complaint next to the input. */
  readonly onChange?: (text: string) => string | undefined;
  /** Enter; the prompt closes unless a complaint is returned. */
  readonly onSubmit: (text: string) => string | undefined;
  /** Escape, or another view takes over. */
  readonly onCancel?: () => void;
}

/** What a mounted screen does with the keys of its context. */
export interface ScreenHandler {
  readonly context: KeyContext;
  /** `id` is a binding of the key table (`log.pause`). False: not mine, the shell's own meaning applies. */
  command(id: string): boolean;
  /** Replaces the generated hints where a binding is off just now, with the reason. */
  hints?(): readonly Hint[];
  /** Left part of the status line: position, follow state, search. */
  status?(): Line;
}

/** What the shell offers to the screens inside it. */
export interface Shell {
  readonly services: DashboardServices;
  readonly theme: Theme;
  /** Registers the screen that is on top; call the result to let go (in an effect's clean-up). */
  handle(handler: ScreenHandler): () => void;
  /** Asks for a repaint of status and hints after the handler's answers changed. */
  changed(): void;
  toast(text: string, tone?: Tone): void;
  prompt(request: PromptRequest): void;
  /** Same as `esc`. */
  back(): void;
  /** OSC 52, with a toast that says what was copied. */
  copy(text: string, what: string): void;
}

export const ShellContext = createContext<Shell | undefined>(undefined);

export function useShell(): Shell {
  const shell = use(ShellContext);
  if (!shell) throw new Error('A screen is mounted outside the shell');
  return shell;
}
