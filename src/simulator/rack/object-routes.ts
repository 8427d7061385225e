import { RackError } from '../wire/rack-error.ts';
import { bytes, empty, json, ok } from '../wire/reply.ts';
import { hexText } from '../world/names.ts';
import { appOf, type Call, type HttpRoute, variable } from './call.ts';

export const objectRoutes: readonly HttpRoute[] = [
  { method: 'GET', pattern: '/apps/{app}/objects', handle: list },
  { method: 'GET', pattern: '/apps/{app}/objects/{key:.*}', handle: fetch },
  { method: 'POST', pattern: '/apps/{app}/objects/{key:.*}', handle: store },
  // Answers 200 even for what does not exist.
  { method: 'HEAD', pattern: '/apps/{app}/objects/{key:.*}', handle: head },
  { method: 'DELETE', pattern: '/apps/{app}/objects/{key:.*}', handle: remove },
];

function head(call: Call) {
  appOf(call);
  return empty(200);
}

function list(call: Call) {
  const prefix = call.options.text('arg', 'prefix') ?? '';
  return json([...appOf(call).objects.keys()].filter((key) => key.startsWith(prefix)).sort());
}

function fetch(call: Call) {
  const key = variable(call, 'key');
  const object = appOf(call).objects.get(key);
  if (object === undefined) throw new RackError(404, `object not found: ${key}`);
  return bytes(object);
}

function store(call: Call) {
  const app = appOf(call);
  const key = variable(call, 'key') || `tmp/${hexText(call.rack.random, 30)}`;
  app.objects.set(key, call.body);
  return json({ Url: `object://${app.name}/${key}` });
}

function remove(call: Call) {
  const key = variable(call, 'key');
  if (!appOf(call).objects.delete(key)) throw new RackError(404, `object not found: ${key}`);
  return ok();
}
