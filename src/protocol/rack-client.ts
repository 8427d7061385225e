import { Failure } from '../domain/failure.ts';
import { type ApiCaller, type CallInput, createApiCaller } from './api-caller.ts';
import { drawSession } from './console-session.ts';
import type { Endpoint, ProtocolDependencies } from './endpoint.ts';
import type { HttpAnswer, HttpLimits } from './http-call.ts';
import { logRequest } from './log-request.ts';
import { type LogSocketLimits, openLogSocket } from './log-socket.ts';
import type { Options } from './option-encoding.ts';
import type { ListLimit, MetricsWindow, RackApi, RackReads, ReadOptions } from './rack-api.ts';
import { rackParameters } from './rack-parameters.ts';
import { RACK_ROUTES, type RackRoute } from './rack-routes.ts';
import { readApp, readApps } from './schemas/app.ts';
import { readConfig, readConfigs } from './schemas/app-config.ts';
import { readBackingResource, readBackingResources, readBackingResourceTypes } from './schemas/backing-resource.ts';
import { readBalancers } from './schemas/balancer.ts';
import { readBuild, readBuilds } from './schemas/build.ts';
import { readCertificates, readRegistries } from './schemas/certificate.ts';
import { readBudget, readCost } from './schemas/cost.ts';
import { readDiagnosis } from './schemas/diagnosis.ts';
import { readInstances } from './schemas/instance.ts';
import { readMetrics, readServiceMetrics } from './schemas/metric.ts';
import { readObjectKeys } from './schemas/objects.ts';
import { readProcess, readProcesses } from './schemas/process.ts';
import type { Reader } from './schemas/reader.ts';
import { readRelease, readReleases } from './schemas/release.ts';
import { readServices } from './schemas/service.ts';
import { readCapacity, readSystem } from './schemas/system.ts';

export interface RackLimits {
  readonly http?: HttpLimits;
  readonly logs?: LogSocketLimits;
}

/**
 * The read side of a rack (convox-api.md 3), reached directly, through a gateway's proxy or through a console: the endpoint's
 * dialect decides. `baseUrl` ends where `/apps` begins.
 */
export function createRackApi(
  endpoint: Endpoint,
  dependencies: ProtocolDependencies,
  limits: RackLimits = {},
): RackApi {
  const caller = createApiCaller(endpoint, dependencies, limits.http);
  const reads = rackReads(reader(caller));
  const parameters = rackParameters(endpoint, dependencies, limits.http, reads.system);
  return {
    ...reads,
    parameters: parameters.read,
    ...resourceReads(reader(caller)),
    ...measureReads(reader(caller)),
    checkCredential: (options) => checkCredential(caller, endpoint, options),
    openLogs: (source, options, sink) =>
      openLogSocket(endpoint, dependencies, logRequest(source, options), sink, {
        ...limits.logs,
        // Sockets cannot answer a session challenge: a plain read draws it first (convox-api.md 2.1, 7.5).
        prelude: endpoint.dialect === 'console' ? () => drawSession(caller) : undefined,
      }),
    close: async () => {
      await Promise.all([caller.close(), parameters.close()]);
    },
  };
}

type Read = <T>(
  route: RackRoute & { readonly method: 'GET' | 'OPTIONS' },
  reader: Reader<T>,
  options: ReadOptions | undefined,
  variables?: Readonly<Record<string, string>>,
  query?: Options,
) => Promise<T>;

function reader(caller: ApiCaller): Read {
  return (route, read, options, variables = {}, query = {}) =>
    caller.call(route, read, { variables, query, signal: options?.signal });
}

const R = RACK_ROUTES;

type AppReads = Pick<
  RackReads,
  | 'system'
  | 'capacity'
  | 'systemProcesses'
  | 'systemReleases'
  | 'instances'
  | 'apps'
  | 'app'
  | 'processes'
  | 'process'
  | 'services'
  | 'builds'
  | 'build'
  | 'releases'
  | 'release'
>;

function rackReads(read: Read): AppReads {
  return {
    system: (o) => read(R.system, readSystem, o),
    capacity: (o) => read(R.capacity, readCapacity, o),
    systemProcesses: ({ all }, o) => read(R.systemProcesses, readProcesses, o, {}, all ? { all } : {}),
    systemReleases: (o) => read(R.systemReleases, readReleases, o),
    instances: (o) => read(R.instances, readInstances, o),
    apps: (o) => read(R.apps, readApps, o),
    app: (app, o) => read(R.app, readApp, o, { app }),
    processes: (app, query, o) => read(R.processes, readProcesses, o, { app }, { ...query }),
    process: (app, process, o) => read(R.process, readProcess, o, { app, process }),
    services: (app, o) => read(R.services, readServices, o, { app }),
    builds: (app, query, o) => read(R.builds, readBuilds, o, { app }, limitOf(query)),
    build: (app, build, o) => read(R.build, readBuild, o, { app, build }),
    releases: (app, query, o) => read(R.releases, readReleases, o, { app }, limitOf(query)),
    release: (app, release, o) => read(R.release, readRelease, o, { app, release }),
  };
}

type ResourceReads = Pick<
  RackReads,
  | 'balancers'
  | 'configs'
  | 'config'
  | 'backingResources'
  | 'backingResource'
  | 'rackResources'
  | 'rackResource'
  | 'rackResourceTypes'
  | 'certificates'
  | 'registries'
  | 'objects'
>;

function resourceReads(read: Read): ResourceReads {
  return {
    balancers: (app, o) => read(R.balancers, readBalancers, o, { app }),
    configs: (app, o) => read(R.configs, readConfigs, o, { app }),
    config: (app, config, o) => read(R.config, readConfig, o, { app, config }),
    backingResources: (app, o) => read(R.backingResources, readBackingResources, o, { app }),
    backingResource: (app, resource, o) => read(R.backingResource, readBackingResource, o, { app, resource }),
    rackResources: (o) => read(R.rackResources, readBackingResources, o),
    rackResource: (resource, o) => read(R.rackResource, readBackingResource, o, { resource }),
    rackResourceTypes: (o) => read(R.rackResourceTypes, readBackingResourceTypes, o),
    // Declared as a form field, but a GET's body is never read: in the query it works (convox-api.md 1.3).
    certificates: (query, o) => read(R.certificates, readCertificates, o, {}, { generated: query?.generated }),
    registries: (o) => read(R.registries, readRegistries, o),
    objects: (app, prefix, o) => read(R.objects, readObjectKeys, o, { app }, { prefix }),
  };
}

type MeasureReads = Pick<
  RackReads,
  'systemMetrics' | 'appMetrics' | 'serviceMetrics' | 'metricsByService' | 'diagnose' | 'budget' | 'cost'
>;

function measureReads(read: Read): MeasureReads {
  return {
    systemMetrics: (window, o) => read(R.systemMetrics, readMetrics, o, {}, windowOf(window)),
    appMetrics: (app, window, o) => read(R.appMetrics, readMetrics, o, { app }, windowOf(window)),
    serviceMetrics: (app, service, window, o) =>
      read(R.serviceMetrics, readMetrics, o, { app, service }, windowOf(window)),
    metricsByService: (app, services, window, o) =>
      read(R.metricsByService, readServiceMetrics, o, { app }, { services: { csv: services }, ...windowOf(window) }),
    diagnose: (app, query, o) => read(R.diagnose, readDiagnosis, o, { app }, { ...query }),
    budget: (app, o) => read(R.budget, readBudget, o, { app }),
    cost: (app, o) => read(R.cost, readCost, o, { app }),
  };
}

function limitOf(query: ListLimit | undefined): Options {
  return { limit: query?.limit };
}

function windowOf(window: MetricsWindow): Options {
  return {
    start: window.start === undefined ? undefined : { time: window.start },
    end: window.end === undefined ? undefined : { time: window.end },
    period: window.period,
    metrics: window.metrics === undefined ? undefined : { csv: window.metrics },
  };
}

/** `/auth` is no proxied route of a gateway; `/system` is the cheapest that every role may read (gateway.md 5.4). */
async function checkCredential(caller: ApiCaller, endpoint: Endpoint, options?: ReadOptions): Promise<void> {
  const input: CallInput = { signal: options?.signal };
  if (endpoint.dialect === 'gateway-proxy') await caller.call(R.system, readSystem, input);
  else refuseWebPage(await caller.answer(R.auth, { ...input, kind: 'probe' }));
}

/** A rack says `ok`, a console JSON; a web site says 200 to everything. */
function refuseWebPage(answer: HttpAnswer): void {
  if (!answer.body.subarray(0, 1_000).toString('utf8').trimStart().startsWith('<')) return;
  throw new Failure({
    kind: 'malformed',
    what: 'GET /auth answered something unexpected',
    why: 'a web page came back instead of "ok"',
    next: 'Check the URL: it must be the address of the API, not of a web site or login portal.',
    status: answer.status,
    requestId: answer.requestId,
    where: 'GET /auth',
  });
}
