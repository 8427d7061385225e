/**
 * Where a step of a guide stands.
 * - `ok`: as it should be. `not-needed`: does not apply here. Both are green.
 * - `todo`: to be done, here (apply) or by hand (`command`). `pending`: under way; look again.
 * - `blocked`: something is in the way that this guide must not or cannot remove; `next` says what to do.
 * - `waiting`: not looked at, because a step it builds on is not green.
 * - `unknown`: could not be read.
 */
export type StepState = 'ok' | 'not-needed' | 'todo' | 'pending' | 'blocked' | 'waiting' | 'unknown';

/** One thing that was seen, as a person would note it down: `authentication mode`, `CONFIG_MAP`. Never secret. */
export interface StepEvidence {
  readonly label: string;
  readonly text: string;
}

/** What one live look at a step found. */
export interface StepResult {
  readonly state: StepState;
  /** One sentence or two. */
  readonly words: string;
  readonly evidence: readonly StepEvidence[];
  readonly next?: string | undefined;
  /** What a person runs elsewhere to get this done, exactly as it stands; never with a secret. */
  readonly command?: string | undefined;
  /** It can only be done elsewhere: with `command`, in another guide, in the console. */
  readonly byHand?: boolean | undefined;
}

export function isGreen(state: StepState): boolean {
  return state === 'ok' || state === 'not-needed';
}
