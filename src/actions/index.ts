import { approveDeploy, extendApproval, rejectDeploy } from './decide-approval.ts';
import { type AnyAction, erase } from './define-action.ts';
import { execProcess } from './exec-process.ts';
import { runCommand } from './run-command.ts';
import { stopProcess } from './stop-process.ts';

/** Every guarded action, in the order of screens.md 4. One line each. */
export const ACTIONS: readonly AnyAction[] = [
  erase(stopProcess),
  erase(execProcess),
  erase(runCommand),
  erase(approveDeploy),
  erase(rejectDeploy),
  erase(extendApproval),
];

export function findAction(id: string): AnyAction | undefined {
  return ACTIONS.find((action) => action.id === id);
}
