import { addRegistry } from './add-registry.ts';
import { appParams } from './app-params.ts';
import { cancelDeploy } from './cancel-deploy.ts';
import { copyFromProcess } from './copy-from-process.ts';
import { copyToProcess } from './copy-to-process.ts';
import { createApp } from './create-app.ts';
import { approveDeploy, extendApproval, rejectDeploy } from './decide-approval.ts';
import { type AnyAction, erase } from './define-action.ts';
import { deleteApp } from './delete-app.ts';
import { deleteCertificate } from './delete-certificate.ts';
import { editEnv } from './edit-env.ts';
import { execProcess } from './exec-process.ts';
import { generateCertificate } from './generate-certificate.ts';
import { importCertificate } from './import-certificate.ts';
import { instanceShell } from './instance-shell.ts';
import { lockApp, unlockApp } from './lock-app.ts';
import { mintRackToken } from './mint-rack-token.ts';
import { promoteRelease } from './promote-release.ts';
import { createRackResource, deleteRackResource } from './rack-resource-changes.ts';
import { removeRegistry } from './remove-registry.ts';
import { renewCertificates } from './renew-certificates.ts';
import { requestApproval } from './request-approval.ts';
import { resourceConsole } from './resource-console.ts';
import { restartApp } from './restart-app.ts';
import { restartService } from './restart-service.ts';
import { rollBack } from './roll-back.ts';
import { rollInstanceKeys } from './roll-instance-keys.ts';
import { rotateRackKey } from './rotate-rack-key.ts';
import { runCommand } from './run-command.ts';
import { scaleService } from './scale-service.ts';
import { setEnv } from './set-env.ts';
import { setRackParams } from './set-rack-params.ts';
import { stopProcess } from './stop-process.ts';
import { processProxy, rackProxy, resourceProxy } from './tcp-proxy.ts';
import { terminateInstance } from './terminate-instance.ts';
import { unsetEnv } from './unset-env.ts';
import { updateRack } from './update-rack.ts';

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
  erase(terminateInstance),
  erase(rollInstanceKeys),
  erase(instanceShell),
  erase(resourceConsole),
  erase(resourceProxy),
  erase(processProxy),
  erase(rackProxy),
  erase(copyToProcess),
  erase(copyFromProcess),
  erase(importCertificate),
  erase(generateCertificate),
  erase(renewCertificates),
  erase(deleteCertificate),
  erase(addRegistry),
  erase(removeRegistry),
  erase(createRackResource),
  erase(deleteRackResource),
  erase(setRackParams),
  erase(updateRack),
  erase(mintRackToken),
  erase(rotateRackKey),
  erase(requestApproval),
  erase(approveDeploy),
  erase(rejectDeploy),
  erase(extendApproval),
];

export function findAction(id: string): AnyAction | undefined {
  return ACTIONS.find((action) => action.id === id);
}
