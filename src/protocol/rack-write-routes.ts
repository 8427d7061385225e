/**
 * The write routes of a rack as data (convox-api.md 3), beside the reads of rack-routes.ts. Variables are named as in
 * access/action-catalog.ts and gateway-routes.ts. `access` uses it to grey out what a rack cannot do; the writes call them.
 */
export interface RackWriteRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `{x}` is one path segment, `{x:.*}` any number of them. */
  readonly pattern: string;
  /** Continues "Could not ..."; `{x}` is filled in like the path. */
  readonly doing: string;
  /** First v3 release that has it; absent: all. */
  readonly since?: string;
  /** False: no v2 rack has it. */
  readonly v2: boolean;
  /** True: every v3 rack refuses it (501, or 400 `unavailable on v3 racks`). */
  readonly v3Unsupported?: boolean;
  /** True: takes minutes (convox-api.md 1.6). */
  readonly slow?: boolean;
}

const post = { method: 'POST', v2: true } as const;
const put = { method: 'PUT', v2: true } as const;
const remove = { method: 'DELETE', v2: true } as const;
const budget = { v2: false, since: '3.24.6' } as const;

export const RACK_WRITE_ROUTES = {
  // System and rack
  updateSystem: { ...put, pattern: '/system', doing: 'update the rack', v3Unsupported: true },
  mintRackToken: { ...post, pattern: '/system/jwt/token', doing: 'make an access token', since: '3.13.1' },
  rotateRackKey: { ...put, pattern: '/system/jwt/rotate', doing: 'rotate the access key', since: '3.13.1' },
  cleanUpKarpenter: {
    ...post,
    v2: false,
    pattern: '/system/karpenter/cleanup',
    doing: 'clean up after Karpenter',
    since: '3.24.3',
  },
  terminateInstance: {
    ...remove,
    pattern: '/instances/{id}',
    doing: 'terminate the instance {id}',
    since: '3.24.4',
    slow: true,
  },
  rollInstanceKeys: { ...post, pattern: '/instances/keyroll', doing: 'roll the instance keys', since: '3.6.9' },

  // Apps
  createApp: { ...post, pattern: '/apps', doing: 'create the app', slow: true },
  updateApp: { ...put, pattern: '/apps/{name}', doing: 'update the app {name}' },
  deleteApp: { ...remove, pattern: '/apps/{name}', doing: 'delete the app {name}' },
  cancelDeploy: { ...post, pattern: '/apps/{name}/cancel', doing: 'cancel the deploy of {name}' },
  setConfig: {
    ...put,
    v2: false,
    pattern: '/apps/{app}/configs/{name}',
    doing: 'set the config {name} of {app}',
    since: '3.19.7',
  },
  updateSsl: {
    ...put,
    pattern: '/apps/{app}/ssl/{service}/{port}',
    doing: 'set the certificate of {service}:{port} in {app}',
    v3Unsupported: true,
  },
  setBudget: { method: 'POST', ...budget, pattern: '/apps/{app}/budget', doing: 'set the budget of {app}' },
  clearBudget: { method: 'DELETE', ...budget, pattern: '/apps/{app}/budget', doing: 'clear the budget of {app}' },
  resetBudget: { method: 'POST', ...budget, pattern: '/apps/{app}/budget/reset', doing: 'reset the budget of {app}' },
  simulateShutdown: {
    method: 'POST',
    ...budget,
    pattern: '/apps/{app}/budget/simulate-shutdown',
    doing: 'simulate the budget shutdown of {app}',
  },
  dismissRecovery: {
    method: 'POST',
    ...budget,
    pattern: '/apps/{app}/budget/dismiss-recovery',
    doing: 'dismiss the budget notice of {app}',
  },

  // Processes and services
  stopProcess: { ...remove, pattern: '/apps/{app}/processes/{pid}', doing: 'stop the process {pid} of {app}' },
  runProcess: {
    ...post,
    pattern: '/apps/{app}/services/{service}/processes',
    doing: 'start a process of {service} in {app}',
  },
  uploadFiles: {
    ...post,
    pattern: '/apps/{app}/processes/{pid}/files',
    doing: 'copy files to {pid} of {app}',
    slow: true,
  },
  downloadFiles: {
    method: 'GET',
    v2: true,
    pattern: '/apps/{app}/processes/{pid}/files',
    doing: 'copy files from {pid} of {app}',
    slow: true,
  },
  deleteFiles: { ...remove, pattern: '/apps/{app}/processes/{pid}/files', doing: 'delete files in {pid} of {app}' },
  updateService: { ...put, pattern: '/apps/{app}/services/{name}', doing: 'scale {name} in {app}' },
  restartService: { ...post, pattern: '/apps/{app}/services/{service}/restart', doing: 'restart {service} in {app}' },
  setScaleOverride: {
    method: 'POST',
    ...budget,
    pattern: '/apps/{app}/services/{service}/scale-override',
    doing: 'set the scale override of {service} in {app}',
  },
  enableTriggers: {
    method: 'POST',
    ...budget,
    pattern: '/apps/{app}/services/{service}/triggers/enable',
    doing: 'enable the scaling triggers of {service} in {app}',
  },
  disableTriggers: {
    method: 'POST',
    ...budget,
    pattern: '/apps/{app}/services/{service}/triggers/disable',
    doing: 'disable the scaling triggers of {service} in {app}',
  },
  setTriggerThreshold: {
    method: 'POST',
    ...budget,
    pattern: '/apps/{app}/services/{service}/triggers/threshold',
    doing: 'set a scaling threshold of {service} in {app}',
  },

  // Builds, releases, objects
  createBuild: { ...post, pattern: '/apps/{app}/builds', doing: 'start a build of {app}' },
  importBuild: { ...post, pattern: '/apps/{app}/builds/import', doing: 'import a build of {app}', slow: true },
  importImage: {
    method: 'POST',
    ...budget,
    pattern: '/apps/{app}/builds/{id}/image',
    doing: 'import an image into the build {id} of {app}',
  },
  createRelease: { ...post, pattern: '/apps/{app}/releases', doing: 'create a release of {app}' },
  promoteRelease: {
    ...post,
    pattern: '/apps/{app}/releases/{id}/promote',
    doing: 'promote the release {id} of {app}',
    slow: true,
  },
  storeObject: { ...post, pattern: '/apps/{app}/objects/{key:.*}', doing: 'upload an object of {app}', slow: true },

  // Resources, certificates, registries
  importResourceData: {
    ...put,
    v2: false,
    pattern: '/apps/{app}/resources/{name}/data',
    doing: 'import data into {name} of {app}',
    slow: true,
  },
  exportResourceData: {
    method: 'GET',
    v2: false,
    pattern: '/apps/{app}/resources/{name}/data',
    doing: 'export the data of {name} of {app}',
    slow: true,
  },
  createRackResource: { ...post, pattern: '/resources', doing: 'create the resource' },
  updateRackResource: {
    ...put,
    pattern: '/resources/{name}',
    doing: 'update the resource {name}',
    v3Unsupported: true,
  },
  deleteRackResource: { ...remove, pattern: '/resources/{name}', doing: 'delete the resource {name}' },
  linkRackResource: {
    ...post,
    pattern: '/resources/{name}/links',
    doing: 'link the resource {name}',
    v3Unsupported: true,
  },
  unlinkRackResource: {
    ...remove,
    pattern: '/resources/{name}/links/{app}',
    doing: 'unlink the resource {name} from {app}',
    v3Unsupported: true,
  },
  importCertificate: { ...post, pattern: '/certificates', doing: 'import the certificate' },
  generateCertificate: { ...post, pattern: '/certificates/generate', doing: 'generate a certificate' },
  deleteCertificate: { ...remove, pattern: '/certificates/{id}', doing: 'delete the certificate {id}' },
  renewCertificates: {
    ...post,
    v2: false,
    pattern: '/certificates/{id}/renew',
    doing: 'renew the certificates of {id}',
    since: '3.12.4',
  },
  setLetsEncryptConfig: {
    ...put,
    v2: false,
    pattern: '/letsencrypt/config',
    doing: "set the Let's Encrypt configuration",
    since: '3.13.3',
  },
  addRegistry: { ...post, pattern: '/registries', doing: 'add the registry' },
  removeRegistry: { ...remove, pattern: '/registries/{server:.*}', doing: 'remove the registry {server}' },

  // Console (convox-api.md 7.5): of the console itself, not passed on to a rack
  updateConsoleRack: {
    ...put,
    pattern: '/racks/{organization}/{rack}',
    doing: 'update the rack {organization}/{rack}',
  },
} as const satisfies Readonly<Record<string, RackWriteRoute>>;

export type RackWriteName = keyof typeof RACK_WRITE_ROUTES;

/** `DELETE /registries/{server}`: how a route is called in a `Change`, a budget and the action catalog. */
export function writeRouteName({ method, pattern }: { readonly method: string; readonly pattern: string }): string {
  return `${method} ${pattern.replaceAll(':.*}', '}')}`;
}
