/** Something a person may want to do to a rack, and what must be granted and offered for it. */
export interface GuardedAction {
  readonly id: string;
  readonly title: string;
  /** Risk tier (screens.md 4): 1 reversible, 2 service impact, 3 destructive or one-way. */
  readonly tier: 1 | 2 | 3;
  /** All of them are needed. */
  readonly permissions: readonly string[];
  /** All of them must exist on the way to the rack, as in convox-api.md 3. */
  readonly routes: readonly string[];
}

const EXEC = 'SOCKET /apps/{app}/processes/{pid}/exec';
const STOP = 'DELETE /apps/{app}/processes/{pid}';
const START = 'POST /apps/{app}/services/{service}/processes';
const CREATE_RELEASE = 'POST /apps/{app}/releases';
const PROMOTE = 'POST /apps/{app}/releases/{id}/promote';
const UPDATE_APP = 'PUT /apps/{name}';
const PROXY = 'SOCKET /proxy/{host}/{port}';
/** Stands for "the parameters and the version of a rack, whoever keeps them" (rack-parameters-rule.ts). */
const KEEPER = 'PUT /racks/{organization}/{rack}';

/** Actions of screens.md 4, in its order. */
export const ACTION_CATALOG: readonly GuardedAction[] = [
  action('process.stop', 'stop a process', 1, ['convox:process:terminate'], [STOP]),
  action('process.exec', 'open a shell in a process', 1, ['convox:process:exec'], [EXEC]),
  action(
    'process.run',
    'run a one-off command',
    2,
    ['convox:process:start', 'convox:process:exec', 'convox:process:terminate'],
    [START, EXEC, STOP],
  ),
  action(
    'service.restart',
    'restart a service',
    1,
    ['convox:process:start'],
    ['POST /apps/{app}/services/{service}/restart'],
  ),
  action('app.restart', 'restart an app', 1, ['convox:process:start'], ['POST /apps/{app}/services/{service}/restart']),
  action('service.scale', 'scale a service', 2, ['convox:app:update'], ['PUT /apps/{app}/services/{name}']),
  action('env.set', 'set env', 2, ['convox:env:set'], [CREATE_RELEASE]),
  action('env.unset', 'unset env', 2, ['convox:env:set'], [CREATE_RELEASE]),
  action('env.edit', 'edit the whole env', 2, ['convox:env:set'], [CREATE_RELEASE]),
  action('release.promote', 'promote a release', 2, ['convox:release:promote'], [PROMOTE]),
  action(
    'release.rollback',
    'roll back',
    2,
    ['convox:release:create', 'convox:release:promote'],
    [CREATE_RELEASE, PROMOTE],
  ),
  action(
    'deploy.cancel',
    'cancel a deploy',
    2,
    ['convox:app:update', 'convox:release:create'],
    ['POST /apps/{name}/cancel', CREATE_RELEASE],
  ),
  action('app.lock', 'lock an app', 2, ['convox:app:update'], [UPDATE_APP]),
  action('app.unlock', 'unlock an app', 2, ['convox:app:update'], [UPDATE_APP]),
  action('app.params', 'set app parameters', 2, ['convox:app:update'], [UPDATE_APP]),
  action('app.create', 'create an app', 2, ['convox:app:create'], ['POST /apps']),
  action('app.delete', 'delete an app', 3, ['convox:app:delete'], ['DELETE /apps/{name}']),
  action('instance.terminate', 'terminate an instance', 3, ['convox:instance:terminate'], ['DELETE /instances/{id}']),
  action('instance.keyroll', 'roll the instance keys', 3, ['convox:instance:terminate'], ['POST /instances/keyroll']),
  action(
    'instance.shell',
    'open a shell on an instance',
    2,
    ['convox:instance:exec'],
    ['SOCKET /instances/{id}/shell'],
  ),
  action(
    'resource.console',
    'open the console of a resource',
    2,
    ['convox:resource:console'],
    ['SOCKET /apps/{app}/resources/{name}/console'],
  ),
  action('resource.proxy', 'proxy to a resource', 1, ['convox:proxy:connect'], [PROXY]),
  action('process.proxy', 'proxy to a process', 1, ['convox:proxy:connect'], [PROXY]),
  action('rack.proxy', 'proxy into the cluster', 1, ['convox:proxy:connect'], [PROXY]),
  action(
    'process.copy-to',
    'copy files to a process',
    2,
    ['convox:file:create'],
    ['POST /apps/{app}/processes/{pid}/files'],
  ),
  action(
    'process.copy-from',
    'copy files from a process',
    1,
    ['convox:file:read'],
    ['GET /apps/{app}/processes/{pid}/files'],
  ),
  action('certificate.import', 'import a certificate', 2, ['convox:certificate:create'], ['POST /certificates']),
  action(
    'certificate.generate',
    'generate a certificate',
    2,
    ['convox:certificate:create'],
    ['POST /certificates/generate'],
  ),
  action(
    'certificate.renew',
    'renew the certificates of an app',
    2,
    ['convox:certificate:update'],
    ['POST /certificates/{id}/renew'],
  ),
  action('certificate.delete', 'delete a certificate', 3, ['convox:certificate:delete'], ['DELETE /certificates/{id}']),
  action('registry.add', 'add a registry', 2, ['convox:registry:create'], ['POST /registries']),
  action('registry.remove', 'remove a registry', 3, ['convox:registry:delete'], ['DELETE /registries/{server}']),
  action('resource.create', 'create a rack resource', 2, ['convox:resource:create'], ['POST /resources']),
  action('resource.delete', 'delete a rack resource', 3, ['convox:resource:delete'], ['DELETE /resources/{name}']),
  action('rack.params', 'set rack parameters', 3, ['convox:rack:update'], [KEEPER]),
  action('rack.update', 'update the rack', 3, ['convox:rack:update'], [KEEPER]),
  action('rack.token', 'make a rack access token', 3, ['convox:jwt:create'], ['POST /system/jwt/token']),
  action('rack.key-rotate', 'rotate the rack access key', 3, ['convox:jwt:rotate'], ['PUT /system/jwt/rotate']),
  action(
    'approval.request',
    'request a deploy approval',
    2,
    ['gateway:deploy_approval_request:create'],
    ['POST /api/v1/deploy-approval-requests'],
  ),
  approval('approve', 'approve a waiting deploy'),
  approval('reject', 'reject a waiting deploy'),
  approval('extend', 'extend an approved deploy'),
];

function approval(verb: string, title: string): GuardedAction {
  const route = `POST /api/v1/deploy-approval-requests/{id}/${verb}`;
  return action(`approval.${verb}`, title, 2, ['gateway:deploy_approval_request:approve'], [route]);
}

function action(
  id: string,
  title: string,
  tier: GuardedAction['tier'],
  permissions: readonly string[],
  routes: readonly string[],
): GuardedAction {
  return { id, title, tier, permissions, routes };
}
