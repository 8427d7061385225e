import { RackError, unimplemented } from '../wire/rack-error.ts';
import { json, ok } from '../wire/reply.ts';
import type { AppState } from '../world/app.ts';
import { newApp } from '../world/apps.ts';
import { cancel, reapply } from '../world/deploy.ts';
import { diagnosis } from '../world/diagnosis.ts';
import { appShape } from '../world/shape.ts';
import type { SimulatedRack } from '../world/simulated-rack.ts';
import { appOf, type Call, type HttpRoute, variable } from './call.ts';
import { appMetrics } from './metrics.ts';

const RESERVED = new Set(['rack', 'system', 'release', 'api']);
const V3_PARAMETERS = ['BuildCpu', 'BuildMem', 'BuildLabels'];

export const appRoutes: readonly HttpRoute[] = [
  { method: 'GET', pattern: '/apps', cached: true, handle: listApps },
  { method: 'POST', pattern: '/apps', handle: createApp },
  { method: 'GET', pattern: '/apps/{app}', handle: (call) => json(appShape(call.rack, appOf(call), call.now)) },
  { method: 'PUT', pattern: '/apps/{app}', handle: updateApp },
  { method: 'DELETE', pattern: '/apps/{app}', handle: deleteApp },
  { method: 'POST', pattern: '/apps/{app}/cancel', handle: cancelDeploy },
  { method: 'GET', pattern: '/apps/{app}/metrics', handle: (call) => json(appMetrics(call)) },
  { method: 'GET', pattern: '/apps/{app}/diagnose', since: '3.24.0', handle: diagnose },
  { method: 'GET', pattern: '/apps/{app}/configs', since: '3.19.7', handle: listConfigs },
  { method: 'GET', pattern: '/apps/{app}/configs/{config}', since: '3.19.7', handle: getConfig },
  { method: 'PUT', pattern: '/apps/{app}/configs/{config}', since: '3.19.7', handle: setConfig },
  { method: 'GET', pattern: '/apps/{app}/balancers', v3Only: true, handle: listBalancers },
  { method: 'PUT', pattern: '/apps/{app}/ssl/{service}/{port}', handle: updateSsl },
];

function listApps({ rack, now }: Call) {
  const apps = [...rack.apps.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return json(apps.map((app) => appShape(rack, app, now)));
}

function createApp({ rack, options, now }: Call) {
  const name = options.required('arg', 'name');
  options.integer('form', 'timeout');
  if (RESERVED.has(name)) throw new RackError(400, 'app name is reserved');
  if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new RackError(400, `invalid app name: ${name}`);
  if (rack.apps.has(name)) throw new RackError(409, `app already exists: ${name}`);
  const app = rack.change((world) => newApp(world, name, now));
  return json(appShape(rack, app, now));
}

/** Unknown parameters are skipped in silence; the active release is applied again. */
function updateApp(call: Call) {
  const app = appOf(call);
  const lock = call.options.flag('form', 'lock');
  const parameters = call.options.map('form', 'parameters');
  call.rack.change((rack, now) => {
    if (lock !== undefined) app.locked = lock;
    for (const [key, value] of Object.entries(parameters ?? {})) {
      if (rack.generation.v2 || V3_PARAMETERS.includes(key)) app.parameters[key] = value;
    }
    reapply(rack, app, now);
  });
  return ok();
}

function deleteApp(call: Call) {
  const app = appOf(call);
  if (app.locked) throw new RackError(409, `app is locked: ${app.name}`);
  call.rack.change((rack, now) => {
    app.deletedAt = now + rack.timings.appDelete;
  });
  return ok();
}

function cancelDeploy(call: Call) {
  const app = appOf(call);
  call.rack.change((rack, now) => cancel(rack, app, now));
  return ok();
}

function diagnose(call: Call) {
  const app = appOf(call);
  const { options } = call;
  return json(
    diagnosis(call.rack, app, call.now, {
      checks: options.list('query', 'checks') ?? ['overview', 'init', 'services'],
      services: options.list('query', 'services') ?? [],
      ageSeconds: options.integer('query', 'age') ?? 300,
      all: options.flag('query', 'all') ?? false,
      lines: options.integer('query', 'lines') ?? 200,
      events: options.flag('query', 'events') ?? true,
      previous: options.flag('query', 'previous') ?? true,
    }),
  );
}

const configShape = (name: string, value: string): object => ({ name, value });

function listConfigs(call: Call) {
  const configs = [...appOf(call).configs].map(([name, value]) => configShape(name, value));
  return json(call.rack.whim.shuffle(configs));
}

function getConfig(call: Call) {
  const name = variable(call, 'config');
  const value = appOf(call).configs.get(name);
  if (value === undefined) throw new RackError(404, `app config not found: ${name}`);
  return json(configShape(name, value));
}

function setConfig(call: Call) {
  const app = appOf(call);
  const value = call.options.required('arg', 'value');
  call.rack.change(() => app.configs.set(variable(call, 'config'), Buffer.from(value, 'base64').toString('utf8')));
  return ok();
}

function listBalancers(call: Call) {
  return json(call.rack.whim.shuffle(balancersOf(call.rack, appOf(call))));
}

/** Custom balancers; in this world every second app with a worker has one in front of its web service. */
function balancersOf(rack: SimulatedRack, app: AppState): object[] {
  if (!app.services.has('web') || app.seed % 2 === 0) return [];
  return [
    {
      name: 'edge',
      endpoint: `${rack.shortName}-${app.name}-edge-${(app.seed % 100000).toString(16)}.elb.us-east-1.amazonaws.com`,
      service: 'web',
      ports: [
        { protocol: 'TCP', source: 443, target: 3000 },
        { protocol: 'TCP', source: 8443, target: 3001 },
      ],
    },
  ];
}

function updateSsl(call: Call) {
  if (!call.rack.generation.v2) throw unimplemented();
  appOf(call);
  call.options.required('arg', 'id');
  return ok();
}
