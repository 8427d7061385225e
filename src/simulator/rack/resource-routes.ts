import { RackError } from '../wire/rack-error.ts';
import { bytes, json, ok } from '../wire/reply.ts';
import { hexText } from '../world/names.ts';
import type { WebhookState } from '../world/rack-state.ts';
import { resourceShape } from '../world/shape.ts';
import { appOf, type Call, type HttpRoute, variable } from './call.ts';

const DATA_TYPES = ['mysql', 'mariadb', 'postgres', 'postgis', 'rds-mysql', 'rds-mariadb', 'rds-postgres'];

export const resourceRoutes: readonly HttpRoute[] = [
  { method: 'GET', pattern: '/apps/{app}/resources', handle: listAppResources },
  {
    method: 'GET',
    pattern: '/apps/{app}/resources/{resource}',
    handle: (call) => json(resourceShape(appResource(call))),
  },
  { method: 'GET', pattern: '/apps/{app}/resources/{resource}/data', v3Only: true, handle: exportData },
  { method: 'PUT', pattern: '/apps/{app}/resources/{resource}/data', v3Only: true, handle: importData },
  {
    method: 'GET',
    pattern: '/resources',
    handle: ({ rack }) => json([...rack.webhooks].sort(byName).map(webhookShape)),
  },
  { method: 'OPTIONS', pattern: '/resources', handle: () => json(RESOURCE_TYPES) },
  { method: 'POST', pattern: '/resources', handle: createResource },
  { method: 'GET', pattern: '/resources/{resource}', handle: (call) => json(webhookShape(rackResource(call))) },
  { method: 'PUT', pattern: '/resources/{resource}', handle: unavailable },
  { method: 'DELETE', pattern: '/resources/{resource}', handle: deleteResource },
  { method: 'POST', pattern: '/resources/{resource}/links', handle: unavailable },
  { method: 'DELETE', pattern: '/resources/{resource}/links/{link}', handle: unavailable },
];

const RESOURCE_TYPES = [
  { name: 'webhook', parameters: [{ name: 'Url', default: '', description: 'Webhook endpoint URL' }] },
];

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

const webhookShape = ({ name, url }: WebhookState): object => ({
  name,
  parameters: { Url: url },
  status: 'running',
  type: 'webhook',
  url,
});

function appWithRelease(call: Call) {
  const app = appOf(call);
  if (app.release === '') throw new RackError(500, `no release for app: ${app.name}`);
  return app;
}

function listAppResources(call: Call) {
  return json([...appWithRelease(call).resources].sort(byName).map(resourceShape));
}

function appResource(call: Call) {
  const name = variable(call, 'resource');
  const resource = appWithRelease(call).resources.find((candidate) => candidate.name === name);
  if (resource === undefined) throw new RackError(404, `resource not found: ${name}`);
  return resource;
}

function dataResource(call: Call) {
  const resource = appResource(call);
  if (!DATA_TYPES.includes(resource.type)) {
    throw new RackError(500, `export not available for resources of type: ${resource.type}`);
  }
  return resource;
}

function exportData(call: Call) {
  const resource = dataResource(call);
  const stored = appOf(call).objects.get(`resource/${resource.name}/data`);
  return bytes(stored ?? Buffer.from(`-- simulated dump of ${resource.name}\nSELECT 1;\n`));
}

function importData(call: Call) {
  const resource = dataResource(call);
  appOf(call).objects.set(`resource/${resource.name}/data`, call.body);
  return ok();
}

function rackResource(call: Call): WebhookState {
  const name = variable(call, 'resource');
  const webhook = call.rack.webhooks.find((candidate) => candidate.name === name);
  if (webhook === undefined) throw new RackError(404, `no such resource: ${name}`);
  return webhook;
}

function createResource({ rack, options }: Call) {
  const kind = options.required('arg', 'kind');
  if (kind !== 'webhook') throw new RackError(400, `resource type not supported: ${kind}`);
  const url = options.map('form', 'parameters')?.Url;
  if (!url) throw new RackError(400, 'parameter required: Url');
  const webhook = rack.change((world) => {
    const created = { name: options.text('form', 'name') || `webhook-${hexText(world.random, 4)}`, url };
    world.webhooks.push(created);
    return created;
  });
  return json(webhookShape(webhook));
}

function deleteResource(call: Call) {
  const webhook = rackResource(call);
  call.rack.change((rack) => {
    rack.webhooks = rack.webhooks.filter((candidate) => candidate !== webhook);
  });
  return ok();
}

function unavailable(call: Call): never {
  throw new RackError(400, call.rack.generation.v2 ? 'unimplemented' : 'unavailable on v3 racks');
}
