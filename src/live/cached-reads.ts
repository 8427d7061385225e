import type { RackApi, RackReads, ReadOptions } from '../protocol/rack-api.ts';

/** Asks one read through the cache: `method` and `args` make the key, `send` is the real call. */
export type AskRead = <T>(
  method: keyof RackReads,
  args: readonly unknown[],
  send: (rack: RackApi, options: ReadOptions) => Promise<T>,
  options: ReadOptions | undefined,
) => Promise<T>;

/** Every read of a rack, each through `ask`. */
export function createCachedReads(ask: AskRead): RackReads {
  return { ...rackWide(ask), ...perApp(ask), ...perAppDetails(ask) };
}

type RackWide =
  | 'system'
  | 'capacity'
  | 'systemMetrics'
  | 'systemProcesses'
  | 'systemReleases'
  | 'parameters'
  | 'instances'
  | 'apps'
  | 'rackResources'
  | 'rackResource'
  | 'rackResourceTypes'
  | 'certificates'
  | 'registries';

type AppDetails =
  | 'balancers'
  | 'configs'
  | 'config'
  | 'backingResources'
  | 'backingResource'
  | 'appMetrics'
  | 'serviceMetrics'
  | 'metricsByService'
  | 'diagnose'
  | 'budget'
  | 'cost'
  | 'objects';

function rackWide(ask: AskRead): Pick<RackReads, RackWide> {
  return {
    system: (o) => ask('system', [], (rack, opts) => rack.system(opts), o),
    capacity: (o) => ask('capacity', [], (rack, opts) => rack.capacity(opts), o),
    systemMetrics: (w, o) => ask('systemMetrics', [w], (rack, opts) => rack.systemMetrics(w, opts), o),
    systemProcesses: (q, o) => ask('systemProcesses', [q], (rack, opts) => rack.systemProcesses(q, opts), o),
    systemReleases: (o) => ask('systemReleases', [], (rack, opts) => rack.systemReleases(opts), o),
    parameters: (o) => ask('parameters', [], (rack, opts) => rack.parameters(opts), o),
    instances: (o) => ask('instances', [], (rack, opts) => rack.instances(opts), o),
    apps: (o) => ask('apps', [], (rack, opts) => rack.apps(opts), o),
    rackResources: (o) => ask('rackResources', [], (rack, opts) => rack.rackResources(opts), o),
    rackResource: (name, o) => ask('rackResource', [name], (rack, opts) => rack.rackResource(name, opts), o),
    rackResourceTypes: (o) => ask('rackResourceTypes', [], (rack, opts) => rack.rackResourceTypes(opts), o),
    certificates: (q, o) => ask('certificates', [q], (rack, opts) => rack.certificates(q, opts), o),
    registries: (o) => ask('registries', [], (rack, opts) => rack.registries(opts), o),
  };
}

function perApp(ask: AskRead): Omit<RackReads, RackWide | AppDetails> {
  return {
    app: (name, o) => ask('app', [name], (rack, opts) => rack.app(name, opts), o),
    processes: (app, q, o) => ask('processes', [app, q], (rack, opts) => rack.processes(app, q, opts), o),
    process: (app, id, o) => ask('process', [app, id], (rack, opts) => rack.process(app, id, opts), o),
    services: (app, o) => ask('services', [app], (rack, opts) => rack.services(app, opts), o),
    builds: (app, q, o) => ask('builds', [app, q], (rack, opts) => rack.builds(app, q, opts), o),
    build: (app, id, o) => ask('build', [app, id], (rack, opts) => rack.build(app, id, opts), o),
    releases: (app, q, o) => ask('releases', [app, q], (rack, opts) => rack.releases(app, q, opts), o),
    release: (app, id, o) => ask('release', [app, id], (rack, opts) => rack.release(app, id, opts), o),
  };
}

function perAppDetails(ask: AskRead): Pick<RackReads, AppDetails> {
  return {
    balancers: (app, o) => ask('balancers', [app], (rack, opts) => rack.balancers(app, opts), o),
    configs: (app, o) => ask('configs', [app], (rack, opts) => rack.configs(app, opts), o),
    config: (app, name, o) => ask('config', [app, name], (rack, opts) => rack.config(app, name, opts), o),
    backingResources: (app, o) => ask('backingResources', [app], (rack, opts) => rack.backingResources(app, opts), o),
    backingResource: (app, name, o) =>
      ask('backingResource', [app, name], (rack, opts) => rack.backingResource(app, name, opts), o),
    appMetrics: (app, w, o) => ask('appMetrics', [app, w], (rack, opts) => rack.appMetrics(app, w, opts), o),
    serviceMetrics: (app, service, w, o) =>
      ask('serviceMetrics', [app, service, w], (rack, opts) => rack.serviceMetrics(app, service, w, opts), o),
    metricsByService: (app, services, w, o) =>
      ask('metricsByService', [app, services, w], (rack, opts) => rack.metricsByService(app, services, w, opts), o),
    diagnose: (app, q, o) => ask('diagnose', [app, q], (rack, opts) => rack.diagnose(app, q, opts), o),
    budget: (app, o) => ask('budget', [app], (rack, opts) => rack.budget(app, opts), o),
    cost: (app, o) => ask('cost', [app], (rack, opts) => rack.cost(app, opts), o),
    objects: (app, prefix, o) => ask('objects', [app, prefix], (rack, opts) => rack.objects(app, prefix, opts), o),
  };
}
