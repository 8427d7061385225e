/** What limits a route of the rack API (convox-api.md 3 and 10). A route without a rule exists everywhere. */
export interface RouteRule {
  readonly routes: readonly string[];
  /** First v3 version that has it; it then also is absent on v2 unless `v2` says otherwise. */
  readonly since?: string;
  readonly v2?: 'absent' | 'present';
  /** A v3 rack knows the path and answers 501. */
  readonly v3?: '501';
  /** Only racks on these providers serve it; others answer 501. */
  readonly providers?: readonly string[];
}

export const ROUTE_RULES: readonly RouteRule[] = [
  {
    routes: ['PUT /system', 'GET /system/releases', 'GET /apps/{name}/metrics', 'PUT /apps/{app}/ssl/{service}/{port}'],
    v3: '501',
  },
  { routes: ['GET /system/metrics'], since: '3.6.3', v2: 'present', providers: ['aws'] },
  { routes: ['POST /instances/keyroll'], since: '3.6.9', v2: 'present', providers: ['aws'] },
  { routes: ['POST /certificates/{id}/renew'], since: '3.12.4' },
  { routes: ['POST /system/jwt/token', 'PUT /system/jwt/rotate'], since: '3.13.1', v2: 'present' },
  { routes: ['GET /letsencrypt/config', 'PUT /letsencrypt/config'], since: '3.13.3' },
  { routes: ['SOCKET /apps/{app}/services/{service}/logs'], since: '3.19.4' },
  {
    routes: [
      'GET /apps/{app}/configs',
      'GET /apps/{app}/configs/{name}',
      'PUT /apps/{app}/configs/{name}',
      'ANY /custom/http/proxy/{path}',
    ],
    since: '3.19.7',
  },
  { routes: ['GET /apps/{app}/diagnose'], since: '3.24.0' },
  { routes: ['POST /system/karpenter/cleanup'], since: '3.24.3' },
  { routes: ['DELETE /instances/{id}'], since: '3.24.4', v2: 'present' },
  {
    routes: [
      'GET /apps/{app}/metrics-by-service',
      'GET /apps/{app}/manifest/services/{service}',
      'GET /apps/{app}/cost',
      'GET /apps/{app}/budget',
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
  },
  { routes: ['GET /apps/{app}/services/{service}/metrics'], since: '3.24.6', v2: 'present' },
  {
    routes: [
      'GET /apps/{app}/balancers',
      'SOCKET /apps/{app}/processes/{pid}/logs',
      'GET /apps/{app}/resources/{name}/data',
      'PUT /apps/{app}/resources/{name}/data',
      'SOCKET /apps/{app}/resources/{name}/console',
      'ANY /v2/{path}',
    ],
    v2: 'absent',
  },
];

/** `GET /apps/{app}/diagnose` -> `GET /apps/{}/diagnose`: parameter names differ from table to table. */
export function routeShape(route: string): string {
  return route.trim().replace(/\{[^}]*\}/g, '{}');
}
