import { RackError } from '../wire/rack-error.ts';
import { json, ok } from '../wire/reply.ts';
import { hexText } from '../world/names.ts';
import type { CertificateState } from '../world/rack-state.ts';
import { certificateShape } from '../world/shape.ts';
import { type Call, type HttpRoute, variable } from './call.ts';

const DAY_MS = 86_400_000;
const DEFAULT_LIFE_MS = 90 * DAY_MS;

export const certificateRoutes: readonly HttpRoute[] = [
  { method: 'GET', pattern: '/certificates', handle: list },
  { method: 'POST', pattern: '/certificates', handle: importCertificate },
  { method: 'POST', pattern: '/certificates/generate', handle: generate },
  { method: 'DELETE', pattern: '/certificates/{id}', handle: remove },
  { method: 'POST', pattern: '/certificates/{app}/renew', since: '3.12.4', handle: renew },
  { method: 'GET', pattern: '/letsencrypt/config', since: '3.13.3', handle: ({ rack }) => json(rack.letsEncrypt) },
  { method: 'PUT', pattern: '/letsencrypt/config', since: '3.13.3', handle: setLetsEncrypt },
  { method: 'GET', pattern: '/registries', handle: listRegistries },
  { method: 'POST', pattern: '/registries', handle: addRegistry },
  { method: 'DELETE', pattern: '/registries/{server:.*}', handle: removeRegistry },
];

function list({ rack, options }: Call) {
  // Tagged as a form field, so that of a GET only the query string is seen.
  const generated = rack.generation.since('3.18.10') && options.flag('form', 'generated') === true;
  const shown = rack.certificates
    .filter((certificate) => !generated || certificate.generated)
    .sort((a, b) => (a.id.toUpperCase() < b.id.toUpperCase() ? -1 : 1));
  return json(shown.map((certificate) => certificateShape(rack, certificate)));
}

function add(call: Call, certificate: Omit<CertificateState, 'id'>) {
  const added = call.rack.change((rack) => {
    const state = { ...certificate, id: `cert-${hexText(rack.random, 12)}` };
    rack.certificates.push(state);
    return state;
  });
  return json(certificateShape(call.rack, added));
}

function importCertificate(call: Call) {
  const pub = call.options.required('arg', 'pub');
  const key = call.options.required('arg', 'key');
  if (!pub.includes('BEGIN CERTIFICATE') || !key.includes('PRIVATE KEY')) {
    throw new RackError(500, 'tls: failed to find any PEM data in certificate input');
  }
  return add(call, {
    domains: ['imported.example.com'],
    expiresAt: call.now + DEFAULT_LIFE_MS,
    status: '',
    generated: false,
  });
}

function generate(call: Call) {
  const domains = call.options.list('arg', 'domains') ?? [];
  if (domains.length === 0) throw new RackError(400, 'domains required');
  const life = call.options.duration('form', 'duration') ?? DEFAULT_LIFE_MS;
  return add(call, { domains, expiresAt: call.now + life, status: 'Not Ready', generated: true });
}

function remove(call: Call) {
  const id = variable(call, 'id');
  if (!call.rack.certificates.some((certificate) => certificate.id === id)) {
    throw new RackError(500, `secrets "${id}" not found`);
  }
  call.rack.change((rack) => {
    rack.certificates = rack.certificates.filter((certificate) => certificate.id !== id);
  });
  return ok();
}

/** Takes an app's name where the others take a certificate's id. */
function renew(call: Call) {
  const name = variable(call, 'app');
  if (!call.rack.apps.has(name)) throw new RackError(404, `app not found: ${name}`);
  call.rack.change((rack, now) => {
    for (const certificate of rack.certificates) {
      if (certificate.domains.some((domain) => domain.split('.')[1] === name))
        certificate.expiresAt = now + DEFAULT_LIFE_MS;
    }
  });
  return ok();
}

/** The one route that reads a JSON body. */
function setLetsEncrypt(call: Call) {
  let config: unknown;
  try {
    config = JSON.parse(call.body.toString('utf8'));
  } catch {
    throw new RackError(400, 'invalid character in request body');
  }
  call.rack.change((rack) => {
    rack.letsEncrypt = config;
  });
  return ok();
}

function listRegistries({ rack }: Call) {
  return json([...rack.registries].sort((a, b) => (a.server < b.server ? -1 : 1)));
}

function addRegistry({ rack, options }: Call) {
  const registry = {
    server: options.required('arg', 'server'),
    username: options.required('arg', 'username'),
    password: options.required('arg', 'password'),
  };
  rack.change((world) => {
    world.registries = [...world.registries.filter(({ server }) => server !== registry.server), registry];
  });
  return json(registry);
}

function removeRegistry(call: Call) {
  const server = variable(call, 'server');
  if (!call.rack.registries.some((registry) => registry.server === server)) {
    throw new RackError(404, `no such registry: ${server}`);
  }
  call.rack.change((rack) => {
    rack.registries = rack.registries.filter((registry) => registry.server !== server);
  });
  return ok();
}
