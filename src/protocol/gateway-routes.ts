import { whenFirstUsed } from '../domain/when-first-used.ts';

/**
 * What a gateway's proxy passes on to the rack: the complete allow-list of gateway.md 5.4. Everything else is answered 404
 * there, whatever the rack itself offers.
 */
export interface GatewayRoute {
  /** `SOCKET`: GET with a WebSocket upgrade. */
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'SOCKET';
  /** Relative to the proxy; `{x}` is one path segment. */
  readonly pattern: string;
  /** `convox:<resource>:<action>`. */
  readonly permission: string;
  /** Least role of a person (gateway.md 5.2). */
  readonly role: 'viewer' | 'ops' | 'deployer' | 'admin';
  /** May a `cicd` API token? `approval`: only under an approved deploy request (gateway.md 6.7). */
  readonly token: 'yes' | 'no' | 'approval';
  /** What the proxy asks of a person; it softens "always" to a step-up. */
  readonly mfa: 'none' | 'step-up';
}

type Row = readonly [
  method: GatewayRoute['method'],
  pattern: string,
  permission: string,
  role: GatewayRoute['role'],
  token: GatewayRoute['token'],
  mfa: GatewayRoute['mfa'],
];

const ROWS: readonly Row[] = [
  ['GET', '/apps/{app}/processes', 'process:list', 'viewer', 'yes', 'none'],
  ['GET', '/apps/{app}/processes/{pid}', 'process:read', 'viewer', 'yes', 'none'],
  ['DELETE', '/apps/{app}/processes/{pid}', 'process:terminate', 'ops', 'approval', 'step-up'],
  ['SOCKET', '/apps/{app}/processes/{pid}/exec', 'process:exec', 'ops', 'approval', 'step-up'],
  ['GET', '/apps/{app}/processes/{pid}/exec', 'process:exec', 'ops', 'approval', 'step-up'],
  ['POST', '/apps/{app}/services/{service}/processes', 'process:start', 'ops', 'approval', 'step-up'],
  ['SOCKET', '/apps/{app}/processes/{pid}/logs', 'log:read', 'viewer', 'no', 'none'],
  ['SOCKET', '/apps/{app}/builds/{id}/logs', 'log:read', 'viewer', 'approval', 'none'],
  ['SOCKET', '/apps/{app}/logs', 'log:read', 'viewer', 'no', 'none'],
  ['SOCKET', '/system/logs', 'log:read', 'viewer', 'no', 'none'],
  ['GET', '/apps/{app}/processes/{pid}/logs', 'log:read', 'viewer', 'no', 'none'],
  ['GET', '/apps/{app}/builds/{id}/logs', 'log:read', 'viewer', 'approval', 'none'],
  ['GET', '/apps/{app}/logs', 'log:read', 'viewer', 'no', 'none'],
  ['GET', '/system/logs', 'log:read', 'viewer', 'no', 'none'],
  ['GET', '/apps/{app}/builds', 'build:list', 'viewer', 'no', 'none'],
  ['GET', '/apps/{app}/builds/{id}', 'build:read', 'viewer', 'approval', 'none'],
  ['GET', '/apps/{app}/builds/{id}.tgz', 'build:read', 'viewer', 'approval', 'none'],
  ['POST', '/apps/{app}/builds', 'build:create', 'deployer', 'approval', 'step-up'],
  ['POST', '/apps/{app}/builds/import', 'build:create', 'deployer', 'approval', 'step-up'],
  ['PUT', '/apps/{app}/builds/{id}', 'build:update', 'admin', 'no', 'none'],
  ['GET', '/apps/{app}/releases', 'release:list', 'ops', 'no', 'none'],
  ['GET', '/apps/{app}/releases/{id}', 'release:read', 'deployer', 'approval', 'none'],
  ['POST', '/apps/{app}/releases', 'release:create', 'deployer', 'no', 'step-up'],
  ['POST', '/apps/{app}/releases/{id}/promote', 'release:promote', 'deployer', 'approval', 'step-up'],
  ['POST', '/apps/{app}/objects/tmp/{name}', 'object:create', 'deployer', 'approval', 'none'],
  ['GET', '/apps', 'app:list', 'viewer', 'yes', 'none'],
  ['GET', '/apps/{name}', 'app:read', 'viewer', 'yes', 'none'],
  ['POST', '/apps', 'app:create', 'admin', 'no', 'step-up'],
  ['PUT', '/apps/{name}', 'app:update', 'deployer', 'no', 'step-up'],
  ['POST', '/apps/{app}/restart', 'app:restart', 'ops', 'no', 'step-up'],
  ['DELETE', '/apps/{name}', 'app:delete', 'admin', 'no', 'step-up'],
  ['PUT', '/apps/{app}/services/{name}', 'app:update', 'deployer', 'no', 'step-up'],
  ['GET', '/apps/{app}/services', 'app:read', 'viewer', 'yes', 'none'],
  ['POST', '/apps/{app}/services/{service}/restart', 'process:start', 'ops', 'approval', 'step-up'],
  ['GET', '/instances', 'instance:list', 'viewer', 'yes', 'none'],
  ['GET', '/instances/{id}', 'instance:read', 'viewer', 'yes', 'none'],
  ['GET', '/system', 'rack:read', 'viewer', 'yes', 'none'],
  ['PUT', '/system', 'rack:update', 'admin', 'no', 'step-up'],
  ['GET', '/system/capacity', 'rack:read', 'viewer', 'yes', 'none'],
  ['GET', '/system/metrics', 'rack:read', 'viewer', 'yes', 'none'],
  ['GET', '/system/processes', 'rack:read', 'viewer', 'yes', 'none'],
  ['GET', '/system/releases', 'rack:read', 'viewer', 'yes', 'none'],
];

export const GATEWAY_ROUTES: readonly GatewayRoute[] = ROWS.map(([method, pattern, permission, role, token, mfa]) => ({
  method,
  pattern,
  permission: `convox:${permission}`,
  role,
  token,
  mfa,
}));

const byKey = whenFirstUsed(() => new Map(GATEWAY_ROUTES.map((route) => [key(route.method, route.pattern), route])));

/** The allow-list row of a route pattern, whatever its variables are called: `{process}` is `{pid}` is `{id}`. */
export function gatewayRoute(method: string, pattern: string): GatewayRoute | undefined {
  return byKey().get(key(method, pattern));
}

/** Does a gateway pass this route on at all? `method` as in {@link GatewayRoute}, `pattern` as in `RACK_ROUTES`. */
export function offers(method: string, pattern: string): boolean {
  return gatewayRoute(method, pattern) !== undefined;
}

const concrete = whenFirstUsed(() =>
  GATEWAY_ROUTES.map(({ method, pattern }) => ({
    method: method === 'SOCKET' ? 'GET' : method,
    path: new RegExp(`^${pattern.replaceAll('.', '\\.').replace(/\{[^}]*\}/g, '[^/]+')}$`),
  })),
);

/** As {@link offers}, for a request line such as `GET /apps/shop/processes`, sockets included. */
export function passesOn(requestLine: string): boolean {
  const [method, path = ''] = requestLine.split(' ');
  return concrete().some((route) => route.method === method && route.path.test(path));
}

function key(method: string, pattern: string): string {
  return `${method} ${pattern.replace(/\{[^}]*\}/g, '{}')}`;
}
