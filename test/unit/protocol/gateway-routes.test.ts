import { describe, expect, test } from 'vitest';
import { GATEWAY_ROUTES, gatewayRoute, offers } from '../../../src/protocol/gateway-routes.ts';
import { RACK_ROUTES, type RackRouteName } from '../../../src/protocol/rack-routes.ts';

describe('the allow-list', () => {
  test('has the 42 routes, each once', () => {
    expect(GATEWAY_ROUTES).toHaveLength(42);
    expect(new Set(GATEWAY_ROUTES.map((route) => `${route.method} ${route.pattern}`)).size).toBe(42);
  });

  test('reads ask for no second factor; only object uploads and build records change something without one', () => {
    const free = GATEWAY_ROUTES.filter(
      (route) => ['POST', 'PUT', 'DELETE'].includes(route.method) && route.mfa === 'none',
    );
    expect(free.map((route) => route.permission)).toEqual(['convox:build:update', 'convox:object:create']);
    const asking = GATEWAY_ROUTES.filter((route) => route.method === 'GET' && route.mfa !== 'none');
    expect(asking.map((route) => route.pattern)).toEqual(['/apps/{app}/processes/{pid}/exec']);
  });

  test.each([
    ['GET', '/apps/{app}', true],
    ['GET', '/apps/{app}/processes/{process}', true],
    ['SOCKET', '/apps/{app}/logs', true],
    ['SOCKET', '/apps/{app}/services/{service}/logs', false],
    ['GET', '/apps/{app}/resources', false],
    ['GET', '/apps/{app}/diagnose', false],
    ['GET', '/auth', false],
    ['HEAD', '/apps', false],
    ['POST', '/apps/{app}/services/{service}/restart', true],
  ])('%s %s: %s', (method, pattern, expected) => {
    expect(offers(method, pattern)).toBe(expected);
  });

  test('the row tells permission and least role', () => {
    expect(gatewayRoute('GET', '/apps/{app}/releases/{release}')).toMatchObject({
      permission: 'convox:release:read',
      role: 'deployer',
      token: 'approval',
    });
  });
});

test('what a gateway passes on of the routes that this program reads', () => {
  const names = Object.keys(RACK_ROUTES) as RackRouteName[];
  expect(names.filter((name) => offers(RACK_ROUTES[name].method, RACK_ROUTES[name].pattern))).toEqual([
    'system',
    'capacity',
    'systemMetrics',
    'systemProcesses',
    'systemReleases',
    'instances',
    'apps',
    'app',
    'processes',
    'process',
    'services',
    'builds',
    'build',
    'releases',
    'release',
    'appLogs',
    'processLogs',
    'buildLogs',
    'rackLogs',
  ]);
});
