import { type AnyAction, erase } from './define-action.ts';
import { stopProcess } from './stop-process.ts';

/** Every guarded action, in the order of screens.md 4. One line each. */
export const ACTIONS: readonly AnyAction[] = [erase(stopProcess)];

export function findAction(id: string): AnyAction | undefined {
  return ACTIONS.find((action) => action.id === id);
}
