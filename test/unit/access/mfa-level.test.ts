import { expect, test } from 'vitest';
import { ACTION_CATALOG } from '../../../src/access/action-catalog.ts';
import { mfaLevelOf } from '../../../src/access/mfa-level.ts';
import { GATEWAY_ROUTES } from '../../../src/protocol/gateway-routes.ts';
import { matchOwnRoute } from '../../../src/simulator/gateway/own-routes.ts';

test.each<[routes: string[], level: string]>([
  [[], 'none'],
  [['GET /apps'], 'none'],
  [['DELETE /apps/{app}/processes/{process}'], 'step-up'],
  [['DELETE /apps/{app}'], 'step-up'],
  [['GET /apps', 'SOCKET /apps/{app}/processes/{pid}/exec'], 'step-up'],
  [['POST /apps/{app}/objects/tmp/{name}'], 'none'],
  [['POST /instances/keyroll'], 'none'],
  [['PUT /api/v1/apps/{name}/env'], 'step-up'],
  [['POST /api/v1/deploy-approval-requests/{approval}/approve'], 'always'],
  [['POST /api/v1/deploy-approval-requests/{approval}/approve', 'PUT /apps/{app}'], 'always'],
  [['POST /api/v1/deploy-approval-requests'], 'none'],
  [['GET /api/v1/whatever'], 'none'],
  [['POST /api/v1/whatever'], 'always'],
])('%j: %s', (routes, level) => {
  expect(mfaLevelOf(routes)).toBe(level);
});

test('agrees with the proxy for every route that it passes on', () => {
  for (const { method, pattern, mfa } of GATEWAY_ROUTES) expect(mfaLevelOf([`${method} ${pattern}`])).toBe(mfa);
});

test("agrees with the simulated gateway's own routes", () => {
  const lines = [
    'PUT /apps/a/env',
    'PUT /users/e/name',
    'PUT /users/e',
    'POST /users',
    'DELETE /users/e',
    'POST /users/e/lock',
    'POST /api-tokens',
    'DELETE /api-tokens/t',
    'POST /deploy-approval-requests',
    'POST /deploy-approval-requests/x/approve',
    'POST /deploy-approval-requests/x/reject',
    'POST /deploy-approval-requests/x/extend',
    'DELETE /auth/mfa/methods/1',
    'PUT /auth/mfa/methods/1',
    'POST /auth/mfa/verify',
    'POST /auth/mfa/enroll/totp/start',
    'PUT /settings/mfa-configuration',
    'PUT /settings/session-configuration',
    'PUT /apps/a/settings/vcs-ci-deploy',
    'PUT /apps/a/settings/secret-env-vars',
    'DELETE /jobs/1',
    'POST /jobs/1/retry',
    'PUT /integrations/slack/channels',
    'DELETE /integrations/slack',
  ];
  let compared = 0;
  for (const line of lines) {
    const [method = '', path = ''] = line.split(' ');
    const route = matchOwnRoute(method, path)?.route;
    if (!route) continue;
    compared += 1;
    expect([line, mfaLevelOf([`${method} /api/v1${route.path}`])]).toEqual([line, route.mfa]);
  }
  expect(compared).toBeGreaterThan(18);
});

test('what each action of the catalogue asks of a person', () => {
  const levels = Object.fromEntries(ACTION_CATALOG.map(({ id, routes }) => [id, mfaLevelOf(routes)]));
  expect(levels).toMatchObject({
    'process.stop': 'step-up',
    'process.run': 'step-up',
    'release.promote': 'step-up',
    'app.delete': 'step-up',
    'approval.approve': 'always',
  });
});
