import { appParams } from './app-params.ts';
import { cancelDeploy } from './cancel-deploy.ts';
import { createApp } from './create-app.ts';
import { approveDeploy, extendApproval, rejectDeploy } from './decide-approval.ts';
import { type AnyAction, erase } from './define-action.ts';
import { deleteApp } from './delete-app.ts';
import { editEnv } from './edit-env.ts';
import { execProcess } from './exec-process.ts';
import { lockApp, unlockApp } from './lock-app.ts';
import { promoteRelease } from './promote-release.ts';
import { restartApp } from './restart-app.ts';
import { restartService } from './restart-service.ts';
import { rollBack } from './roll-back.ts';
import { runCommand } from './run-command.ts';
import { scaleService } from './scale-service.ts';
import { setEnv } from './set-env.ts';
import { stopProcess } from './stop-process.ts';
import { unsetEnv } from './unset-env.ts';

/** Every guarded action, in the order of screens.md 4. One line each. */
export const ACTIONS: readonly AnyAction[] = [
  erase(stopProcess),
  erase(execProcess),
  erase(runCommand),
  erase(restartService),
  erase(restartApp),
  erase(scaleService),
  erase(setEnv),
  erase(unsetEnv),
  erase(editEnv),
  erase(promoteRelease),
  erase(rollBack),
  erase(cancelDeploy),
  erase(lockApp),
  erase(unlockApp),
  erase(appParams),
  erase(createApp),
  erase(deleteApp),
  erase(approveDeploy),
  erase(rejectDeploy),
  erase(extendApproval),
];

export function findAction(id: string): AnyAction | undefined {
  return ACTIONS.find((action) => action.id === id);
}
