/**
 * The read routes of a rack as data (convox-api.md 3): pattern, words for a failure, first version, absence on v2 racks.
 * `access` and `resources` use it to grey out what a rack cannot do; `rack-client.ts` calls them.
 */
export interface RackRoute {
  readonly method: 'GET' | 'OPTIONS' | 'SOCKET';
  /** `{x}` is one path segment. */
  readonly pattern: string;
  /** Continues "Could not ..."; `{x}` is filled in like the path. */
  readonly doing: string;
  /** First v3 release that has it; absent: all. */
  readonly since?: string;
  /** False: no v2 rack has it. */
  readonly v2: boolean;
  /** True: every v3 rack answers 501. */
  readonly v3Unsupported?: boolean;
}

const get = { method: 'GET', v2: true } as const;
const newer = { method: 'GET', v2: false } as const;
const socket = { method: 'SOCKET', v2: true } as const;

export const RACK_ROUTES = {
  auth: { ...get, pattern: '/auth', doing: 'check the login' },
  system: { ...get, pattern: '/system', doing: 'read the rack' },
  capacity: { ...get, pattern: '/system/capacity', doing: 'read the capacity of the rack' },
  systemMetrics: { ...get, pattern: '/system/metrics', doing: 'read the metrics of the rack', since: '3.6.3' },
  systemProcesses: { ...get, pattern: '/system/processes', doing: 'list the processes of the rack' },
  systemReleases: {
    ...get,
    pattern: '/system/releases',
    doing: 'list the versions of the rack',
    v3Unsupported: true,
  },
  instances: { ...get, pattern: '/instances', doing: 'list the instances' },
  apps: { ...get, pattern: '/apps', doing: 'list the apps' },
  app: { ...get, pattern: '/apps/{app}', doing: 'read the app {app}' },
  processes: { ...get, pattern: '/apps/{app}/processes', doing: 'list the processes of {app}' },
  process: { ...get, pattern: '/apps/{app}/processes/{process}', doing: 'read the process {process} of {app}' },
  services: { ...get, pattern: '/apps/{app}/services', doing: 'list the services of {app}' },
  builds: { ...get, pattern: '/apps/{app}/builds', doing: 'list the builds of {app}' },
  build: { ...get, pattern: '/apps/{app}/builds/{build}', doing: 'read the build {build} of {app}' },
  releases: { ...get, pattern: '/apps/{app}/releases', doing: 'list the releases of {app}' },
  release: { ...get, pattern: '/apps/{app}/releases/{release}', doing: 'read the release {release} of {app}' },
  balancers: { ...newer, pattern: '/apps/{app}/balancers', doing: 'list the balancers of {app}' },
  configs: { ...newer, pattern: '/apps/{app}/configs', doing: 'list the configs of {app}', since: '3.19.7' },
  config: {
    ...newer,
    pattern: '/apps/{app}/configs/{config}',
    doing: 'read the config {config} of {app}',
    since: '3.19.7',
  },
  backingResources: { ...get, pattern: '/apps/{app}/resources', doing: 'list the resources of {app}' },
  backingResource: {
    ...get,
    pattern: '/apps/{app}/resources/{resource}',
    doing: 'read the resource {resource} of {app}',
  },
  rackResources: { ...get, pattern: '/resources', doing: 'list the resources of the rack' },
  rackResource: { ...get, pattern: '/resources/{resource}', doing: 'read the resource {resource} of the rack' },
  rackResourceTypes: { method: 'OPTIONS', v2: true, pattern: '/resources', doing: 'list the resource types' },
  certificates: { ...get, pattern: '/certificates', doing: 'list the certificates' },
  registries: { ...get, pattern: '/registries', doing: 'list the registries' },
  appMetrics: {
    ...get,
    pattern: '/apps/{app}/metrics',
    doing: 'read the metrics of {app}',
    v3Unsupported: true,
  },
  serviceMetrics: {
    ...get,
    pattern: '/apps/{app}/services/{service}/metrics',
    doing: 'read the metrics of {service} in {app}',
    since: '3.24.6',
  },
  metricsByService: {
    ...newer,
    pattern: '/apps/{app}/metrics-by-service',
    doing: 'read the metrics of the services of {app}',
    since: '3.24.6',
  },
  diagnose: { ...newer, pattern: '/apps/{app}/diagnose', doing: 'diagnose {app}', since: '3.24.0' },
  budget: { ...newer, pattern: '/apps/{app}/budget', doing: 'read the budget of {app}', since: '3.24.6' },
  cost: { ...newer, pattern: '/apps/{app}/cost', doing: 'read the cost of {app}', since: '3.24.6' },
  objects: { ...get, pattern: '/apps/{app}/objects', doing: 'list the objects of {app}' },
  appLogs: { ...socket, pattern: '/apps/{app}/logs', doing: 'read the logs of {app}' },
  serviceLogs: {
    ...socket,
    pattern: '/apps/{app}/services/{service}/logs',
    doing: 'read the logs of {service} in {app}',
    since: '3.19.4',
    v2: false,
  },
  processLogs: {
    ...socket,
    pattern: '/apps/{app}/processes/{process}/logs',
    doing: 'read the logs of {process}',
    v2: false,
  },
  buildLogs: { ...socket, pattern: '/apps/{app}/builds/{build}/logs', doing: 'read the logs of build {build}' },
  rackLogs: { ...socket, pattern: '/system/logs', doing: 'read the logs of the rack' },
} as const satisfies Readonly<Record<string, RackRoute>>;

export type RackRouteName = keyof typeof RACK_ROUTES;
