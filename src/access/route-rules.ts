import { RACK_ROUTES, type RackRoute } from '../protocol/rack-routes.ts';

/** What limits a route of the rack API (convox-api.md 3 and 10). A route without a rule exists everywhere. */
export interface RouteRule {
  /** First v3 version that has it. */
  readonly since?: string;
  readonly onV2: boolean;
  /** A v3 rack knows the path and answers 501. */
  readonly unsupportedOnV3: boolean;
  /** Only racks on these providers serve it; others answer 501. */
  readonly providers?: readonly string[];
}

/** Routes that the read clients do not call (writes, sockets that act), and limits beyond version and generation. */
const FURTHER: readonly (RouteRule & { readonly routes: readonly string[] })[] = [
  {
    routes: ['PUT /system', 'PUT /apps/{app}/ssl/{service}/{port}'],
    onV2: true,
    unsupportedOnV3: true,
  },
  { routes: ['GET /system/metrics'], since: '3.6.3', onV2: true, unsupportedOnV3: false, providers: ['aws'] },
  { routes: ['POST /instances/keyroll'], since: '3.6.9', onV2: true, unsupportedOnV3: false, providers: ['aws'] },
  { routes: ['POST /certificates/{id}/renew'], since: '3.12.4', onV2: false, unsupportedOnV3: false },
  {
    routes: ['POST /system/jwt/token', 'PUT /system/jwt/rotate'],
    since: '3.13.1',
    onV2: true,
    unsupportedOnV3: false,
  },
  {
    routes: ['GET /letsencrypt/config', 'PUT /letsencrypt/config'],
    since: '3.13.3',
    onV2: false,
    unsupportedOnV3: false,
  },
  {
    routes: ['PUT /apps/{app}/configs/{name}', 'ANY /custom/http/proxy/{path}'],
    since: '3.19.7',
    onV2: false,
    unsupportedOnV3: false,
  },
  { routes: ['POST /system/karpenter/cleanup'], since: '3.24.3', onV2: false, unsupportedOnV3: false },
  { routes: ['DELETE /instances/{id}'], since: '3.24.4', onV2: true, unsupportedOnV3: false },
  {
    routes: [
      'GET /apps/{app}/manifest/services/{service}',
      'POST /apps/{app}/budget',
      'DELETE /apps/{app}/budget',
      'POST /apps/{app}/budget/reset',
      'GET /apps/{app}/budget/shutdown-state',
      'POST /apps/{app}/budget/simulate-shutdown',
      'POST /apps/{app}/budget/dismiss-recovery',
      'POST /apps/{app}/services/{service}/scale-override',
      'POST /apps/{app}/services/{service}/triggers/enable',
      'POST /apps/{app}/services/{service}/triggers/disable',
      'POST /apps/{app}/services/{service}/triggers/threshold',
      'POST /apps/{app}/builds/{id}/image',
    ],
    since: '3.24.6',
    onV2: false,
    unsupportedOnV3: false,
  },
  {
    routes: [
      'GET /apps/{app}/resources/{name}/data',
      'PUT /apps/{app}/resources/{name}/data',
      'SOCKET /apps/{app}/resources/{name}/console',
      'ANY /v2/{path}',
    ],
    onV2: false,
    unsupportedOnV3: false,
  },
];

/** Every limited route by its shape ({@link routeShape}). */
export const ROUTE_RULES: ReadonlyMap<string, RouteRule> = new Map([
  ...Object.values<RackRoute>(RACK_ROUTES).map(readRule),
  ...FURTHER.flatMap(({ routes, ...rule }) => routes.map((route) => [routeShape(route), rule] as const)),
]);

function readRule({ method, pattern, since, v2, v3Unsupported }: RackRoute): readonly [string, RouteRule] {
  const rule = { ...(since !== undefined && { since }), onV2: v2, unsupportedOnV3: v3Unsupported === true };
  return [routeShape(`${method} ${pattern}`), rule];
}

/** `GET /apps/{app}/diagnose` -> `GET /apps/{}/diagnose`: parameter names differ from table to table. */
export function routeShape(route: string): string {
  return route.trim().replace(/\{[^}]*\}/g, '{}');
}
