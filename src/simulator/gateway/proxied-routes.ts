export type MfaLevel = 'none' | 'step-up' | 'always';

export interface ProxiedRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'SOCKET';
  readonly path: string;
  /** Without the scope `convox:`. */
  readonly permission: string;
  /** As declared; the proxy treats `always` like `step-up` (gateway.md 4.1). */
  readonly mfa: MfaLevel;
  /** Open to a `deploy_with_approval` token through an approved request (gateway.md 6.7). */
  readonly approval?: true;
}

export interface MatchedRoute {
  readonly route: ProxiedRoute;
  readonly permission: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const approval = true;

/** The complete allow-list of gateway.md 5.4, in its order; everything else is 404. */
export const PROXIED_ROUTES: readonly ProxiedRoute[] = [
  { method: 'GET', path: '/apps/{app}/processes', permission: 'process:list', mfa: 'none' },
  { method: 'GET', path: '/apps/{app}/processes/{pid}', permission: 'process:read', mfa: 'none' },
  { method: 'DELETE', path: '/apps/{app}/processes/{pid}', permission: 'process:terminate', mfa: 'step-up', approval },
  { method: 'SOCKET', path: '/apps/{app}/processes/{pid}/exec', permission: 'process:exec', mfa: 'step-up', approval },
  { method: 'GET', path: '/apps/{app}/processes/{pid}/exec', permission: 'process:exec', mfa: 'step-up', approval },
  {
    method: 'POST',
    path: '/apps/{app}/services/{service}/processes',
    permission: 'process:start',
    mfa: 'step-up',
    approval,
  },
  { method: 'SOCKET', path: '/apps/{app}/processes/{pid}/logs', permission: 'log:read', mfa: 'none' },
  { method: 'SOCKET', path: '/apps/{app}/builds/{id}/logs', permission: 'log:read', mfa: 'none', approval },
  { method: 'SOCKET', path: '/apps/{app}/logs', permission: 'log:read', mfa: 'none' },
  { method: 'SOCKET', path: '/system/logs', permission: 'log:read', mfa: 'none' },
  { method: 'GET', path: '/apps/{app}/processes/{pid}/logs', permission: 'log:read', mfa: 'none' },
  { method: 'GET', path: '/apps/{app}/builds/{id}/logs', permission: 'log:read', mfa: 'none', approval },
  { method: 'GET', path: '/apps/{app}/logs', permission: 'log:read', mfa: 'none' },
  { method: 'GET', path: '/system/logs', permission: 'log:read', mfa: 'none' },
  { method: 'GET', path: '/apps/{app}/builds', permission: 'build:list', mfa: 'none' },
  { method: 'GET', path: '/apps/{app}/builds/{id}', permission: 'build:read', mfa: 'none', approval },
  { method: 'GET', path: '/apps/{app}/builds/{id}.tgz', permission: 'build:read', mfa: 'none', approval },
  { method: 'POST', path: '/apps/{app}/builds', permission: 'build:create', mfa: 'step-up', approval },
  { method: 'POST', path: '/apps/{app}/builds/import', permission: 'build:create', mfa: 'step-up', approval },
  { method: 'PUT', path: '/apps/{app}/builds/{id}', permission: 'build:update', mfa: 'none' },
  { method: 'GET', path: '/apps/{app}/releases', permission: 'release:list', mfa: 'none' },
  { method: 'GET', path: '/apps/{app}/releases/{id}', permission: 'release:read', mfa: 'none', approval },
  { method: 'POST', path: '/apps/{app}/releases', permission: 'release:create', mfa: 'step-up' },
  {
    method: 'POST',
    path: '/apps/{app}/releases/{id}/promote',
    permission: 'release:promote',
    mfa: 'step-up',
    approval,
  },
  { method: 'POST', path: '/apps/{app}/objects/tmp/{name}', permission: 'object:create', mfa: 'none', approval },
  { method: 'GET', path: '/apps', permission: 'app:list', mfa: 'none' },
  { method: 'GET', path: '/apps/{name}', permission: 'app:read', mfa: 'none' },
  { method: 'POST', path: '/apps', permission: 'app:create', mfa: 'step-up' },
  { method: 'PUT', path: '/apps/{name}', permission: 'app:update', mfa: 'step-up' },
  { method: 'POST', path: '/apps/{app}/restart', permission: 'app:restart', mfa: 'step-up' },
  { method: 'DELETE', path: '/apps/{name}', permission: 'app:delete', mfa: 'always' },
  { method: 'PUT', path: '/apps/{app}/services/{name}', permission: 'app:update', mfa: 'step-up' },
  { method: 'GET', path: '/apps/{app}/services', permission: 'app:read', mfa: 'none' },
  {
    method: 'POST',
    path: '/apps/{app}/services/{service}/restart',
    permission: 'process:start',
    mfa: 'step-up',
    approval,
  },
  { method: 'GET', path: '/instances', permission: 'instance:list', mfa: 'none' },
  { method: 'GET', path: '/instances/{id}', permission: 'instance:read', mfa: 'none' },
  { method: 'GET', path: '/system', permission: 'rack:read', mfa: 'none' },
  { method: 'PUT', path: '/system', permission: 'rack:update', mfa: 'step-up' },
  { method: 'GET', path: '/system/capacity', permission: 'rack:read', mfa: 'none' },
  { method: 'GET', path: '/system/metrics', permission: 'rack:read', mfa: 'none' },
  { method: 'GET', path: '/system/processes', permission: 'rack:read', mfa: 'none' },
  { method: 'GET', path: '/system/releases', permission: 'rack:read', mfa: 'none' },
];

const COMPILED = PROXIED_ROUTES.map((route) => ({ route, pattern: compile(route.path) }));

/** The allow-listed route for a method (`SOCKET` for an upgrade) and a decoded path, if there is one. */
export function matchProxiedRoute(method: string, path: string): MatchedRoute | undefined {
  for (const { route, pattern } of COMPILED) {
    if (route.method !== method) continue;
    const found = pattern.exec(path);
    if (found) return { route, permission: `convox:${route.permission}`, parameters: { ...found.groups } };
  }
  return undefined;
}

function compile(path: string): RegExp {
  const source = path.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  return new RegExp(`^${source}$`);
}
