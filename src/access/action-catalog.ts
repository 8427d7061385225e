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
    'certificate.change',
    'add and remove certificates',
    3,
    ['convox:certificate:create', 'convox:certificate:delete'],
    ['POST /certificates', 'DELETE /certificates/{id}'],
  ),
  action(
    'registry.change',
    'add and remove registries',
    3,
    ['convox:registry:create', 'convox:registry:delete'],
    ['POST /registries', 'DELETE /registries/{server}'],
  ),
  action(
    'rack.params',
    'set rack parameters, update the rack',
    3,
    ['convox:rack:update'],
    ['PUT /racks/{organization}/{rack}'],
  ),
  action(
    'rack.key',
    'mint and rotate rack access keys',
    3,
    ['convox:jwt:create', 'convox:jwt:rotate'],
    ['POST /system/jwt/token', 'PUT /system/jwt/rotate'],
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
