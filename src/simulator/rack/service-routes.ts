import { RackError } from '../wire/rack-error.ts';
import { json, ok } from '../wire/reply.ts';
import type { AppState, ReleaseState, ServiceState } from '../world/app.ts';
import { checkBudget, targetRelease } from '../world/deploy.ts';
import { parseManifest } from '../world/manifest.ts';
import { reconcileReplicas, replaceReplicas } from '../world/pods.ts';
import { serviceShape } from '../world/shape.ts';
import { appOf, type Call, type HttpRoute, variable } from './call.ts';
import { gpuMetrics, gpuMetricsByService } from './metrics.ts';

const TRIGGER_TYPES = ['cpu', 'memory', 'gpuUtilization', 'queueDepth'];

export const serviceRoutes: readonly HttpRoute[] = [
  { method: 'GET', pattern: '/apps/{app}/services', handle: listServices },
  { method: 'PUT', pattern: '/apps/{app}/services/{service}', handle: scale },
  { method: 'POST', pattern: '/apps/{app}/services/{service}/restart', handle: restart },
  {
    method: 'GET',
    pattern: '/apps/{app}/services/{service}/metrics',
    since: '3.24.6',
    handle: (call) => json(gpuMetrics(call)),
  },
  {
    method: 'GET',
    pattern: '/apps/{app}/metrics-by-service',
    since: '3.24.6',
    handle: (call) => json(gpuMetricsByService(call)),
  },
  { method: 'GET', pattern: '/apps/{app}/manifest/services/{service}', since: '3.24.6', handle: manifestService },
  { method: 'POST', pattern: '/apps/{app}/services/{service}/scale-override', since: '3.24.6', handle: scaleOverride },
  {
    method: 'POST',
    pattern: '/apps/{app}/services/{service}/triggers/enable',
    since: '3.24.6',
    handle: enableTriggers,
  },
  {
    method: 'POST',
    pattern: '/apps/{app}/services/{service}/triggers/disable',
    since: '3.24.6',
    handle: disableTriggers,
  },
  {
    method: 'POST',
    pattern: '/apps/{app}/services/{service}/triggers/threshold',
    since: '3.24.6',
    handle: setThreshold,
  },
];

/** In cache order, which changes between calls. */
function listServices(call: Call) {
  const app = appOf(call);
  if (app.release === '') return json([]);
  const manifest = parseManifest(targetOf(app).manifest);
  for (const name of app.services.keys()) {
    if (!manifest.services.some((service) => service.name === name))
      throw new RackError(500, `no such service: ${name}`);
  }
  return json(
    call.rack.whim.shuffle([...app.services.values()]).map((service) => serviceShape(call.rack, app, service)),
  );
}

function targetOf(app: AppState): ReleaseState {
  const release = targetRelease(app);
  if (release === undefined) throw new RackError(500, `no release for app: ${app.name}`);
  return release;
}

function serviceOf(call: Call, app: AppState): ServiceState {
  const name = variable(call, 'service');
  const service = app.services.get(name);
  if (service === undefined) throw new RackError(500, `deployments.apps "${name}" not found`);
  return service;
}

function scale(call: Call) {
  const app = appOf(call);
  const { options } = call;
  const modern = call.rack.generation.since('3.24.6');
  const wanted = {
    count: options.integer('form', 'count'),
    cpu: options.integer('form', 'cpu'),
    memory: options.integer('form', 'memory'),
    gpu: options.integer('form', 'gpu'),
    min: modern ? options.integer('form', 'min') : undefined,
    max: modern ? options.integer('form', 'max') : undefined,
  };
  checkBudget(app);
  const service = serviceOf(call, app);
  if (wanted.count !== undefined && wanted.count < 0) throw new RackError(400, 'count must not be negative');
  call.rack.change((rack, now) => {
    const resized = wanted.cpu !== undefined || wanted.memory !== undefined;
    Object.assign(service, Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined)));
    if (service.min !== undefined) service.count = Math.max(service.count, service.min);
    const release = targetOf(app);
    // New requests change the pod template, so every replica is replaced; a new count adds or removes some.
    if (resized) replaceReplicas(rack, app, service, release, now);
    else reconcileReplicas(rack, app, service, release, now);
  });
  return ok();
}

/** Rolling; the app's status does not change. */
function restart(call: Call) {
  const app = appOf(call);
  const service = serviceOf(call, app);
  call.rack.change((rack, now) => replaceReplicas(rack, app, service, targetOf(app), now));
  return ok();
}

function manifestService(call: Call) {
  const app = appOf(call);
  const name = variable(call, 'service');
  const spec = parseManifest(targetOf(app).manifest).services.find((service) => service.name === name);
  if (spec === undefined) throw new RackError(500, `no such service: ${name}`);
  return json({
    name,
    environment: spec.environment?.map((entry) => entry.split('=')[0]),
    scale: { min: spec.count, max: spec.maxCount ?? spec.count },
  });
}

function scaleOverride(call: Call) {
  const service = serviceOf(call, appOf(call));
  const active = call.options.required('arg', 'active') === 'true';
  call.rack.change(() => {
    service.scaleOverride = active;
  });
  return ok();
}

function enableTriggers(call: Call) {
  const service = serviceOf(call, appOf(call));
  const given = triggersOf(call.options.required('arg', 'opts'));
  call.rack.change(() => {
    service.min = given.min;
    service.max = given.max;
    service.triggers = given.triggers;
    service.triggersOverride = true;
  });
  return ok();
}

function triggersOf(text: string): { min: number; max: number; triggers: Record<string, number> } {
  let body: { min?: number; max?: number; triggers?: { type: string; threshold: number }[] };
  try {
    body = JSON.parse(text) as typeof body;
  } catch {
    throw new RackError(400, 'opts: invalid JSON');
  }
  const triggers: Record<string, number> = {};
  for (const { type, threshold } of body.triggers ?? []) {
    if (!TRIGGER_TYPES.includes(type)) throw new RackError(400, `unknown trigger type: ${type}`);
    triggers[type] = threshold;
  }
  return { min: body.min ?? 1, max: body.max ?? 1, triggers };
}

function disableTriggers(call: Call) {
  const service = serviceOf(call, appOf(call));
  call.rack.change(() => {
    service.triggers = {};
    service.triggersOverride = false;
  });
  return ok();
}

function setThreshold(call: Call) {
  const service = serviceOf(call, appOf(call));
  const type = call.options.required('arg', 'type');
  const threshold = call.options.float('arg', 'threshold') ?? 0;
  if (!TRIGGER_TYPES.includes(type)) throw new RackError(400, `unknown trigger type: ${type}`);
  call.rack.change(() => {
    service.triggers[type] = threshold;
  });
  return ok();
}
