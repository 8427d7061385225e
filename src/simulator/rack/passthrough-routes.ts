import { RackError } from '../wire/rack-error.ts';
import { json, text } from '../wire/reply.ts';
import { type Call, type HttpRoute, variable } from './call.ts';

export const passthroughRoutes: readonly HttpRoute[] = [
  { method: 'ANY', pattern: '/custom/http/proxy/{path:.*}', since: '3.19.7', handle: httpProxy },
  { method: 'ANY', pattern: '/v2/{path:.*}', v3Only: true, handle: imageRegistry },
];

/** An HTTP request into the cluster: services of the rack's apps answer, others do not resolve. */
function httpProxy(call: Call) {
  const host = call.options.required('header', 'X-Host');
  if (!host.endsWith('.local')) throw new RackError(400, `invalid host: ${host}`);
  call.options.integer('header', 'X-Port');
  const [service = '', namespace = ''] = host.split('.');
  const app = namespace.startsWith(`${call.rack.shortName}-`) ? namespace.slice(call.rack.shortName.length + 1) : '';
  if (call.rack.apps.get(app)?.services.has(service) !== true)
    return text(`dial tcp: lookup ${host}: no such host\n`, 502);
  return text(`${service} of ${app} answers /${variable(call, 'path')}\n`);
}

/** The image registry: the version check of a Docker client succeeds, no image is kept. */
function imageRegistry(call: Call) {
  if (variable(call, 'path') === '') return json({});
  return json({ errors: [{ code: 'NAME_UNKNOWN', message: 'repository name not known to registry' }] }, 404);
}
