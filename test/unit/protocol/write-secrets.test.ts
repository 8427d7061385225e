import { describe, expect, onTestFinished, test } from 'vitest';
import { asFailure } from '../../../src/domain/failure.ts';
import { createGatewayWriter } from '../../../src/protocol/gateway-write-client.ts';
import { createRackWriter } from '../../../src/protocol/rack-write-client.ts';
import type { RackWrites } from '../../../src/protocol/rack-writes.ts';
import { scrubTexts } from '../../../src/protocol/sent-secrets.ts';
import { dependencies, endpointOf, fakeServer, quickLimits } from './fake-server.ts';
import { openGuard } from './open-guard.ts';

const PEM = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\nAQEFAASCBKcwggSjAgEA\n-----END PRIVATE KEY-----\n';

/** What is sent, and every piece of it that must not come back. */
const CASES: readonly {
  readonly name: string;
  readonly call: (writes: RackWrites) => Promise<unknown>;
  readonly secrets: readonly string[];
}[] = [
  {
    name: 'env of a release',
    call: (w) => w.createRelease('shop', { env: 'DB=postgres://u:hunter22@db\nPIN=9471\nTOKEN=a b&c"d' }),
    secrets: ['postgres://u:hunter22@db', 'hunter22', '9471', 'a b&c"d'],
  },
  {
    name: 'key of a certificate',
    call: (w) => w.importCertificate({ pub: 'P', key: PEM }),
    secrets: ['MIIEvQIBADANBgkqhkiG9w0B', 'AQEFAASCBKcwggSjAgEA'],
  },
  {
    name: 'password of a registry',
    call: (w) => w.addRegistry({ server: 'r', username: 'u', password: 'pa/ss wörd' }),
    secrets: ['pa/ss wörd', 'pa%2Fss'],
  },
  {
    name: 'password of an image',
    call: (w) => w.importImage('shop', 'B1', { image: 'x', password: 'topsecret' }),
    secrets: ['topsecret'],
  },
  {
    name: 'config',
    call: (w) => w.setConfig('shop', 'c', 'config-secret'),
    secrets: ['config-secret', Buffer.from('config-secret').toString('base64')],
  },
  {
    name: 'parameters',
    call: (w) => w.updateSystem({ parameters: { Password: 'rack-secret' } }),
    secrets: ['rack-secret'],
  },
  {
    name: 'parameters of a resource',
    call: (w) => w.createRackResource({ kind: 'webhook', parameters: { Url: 'https://hook/?k=webhook-secret' } }),
    secrets: ['webhook-secret'],
  },
  {
    name: 'environment of a process',
    call: (w) => w.runProcess('shop', 'web', { command: 'true', environment: { A: 'env-secret' } }),
    secrets: ['env-secret'],
  },
  {
    name: 'build arguments',
    call: (w) => w.createBuild('shop', { url: 'object://x', buildArgs: ['NPM=npm-secret'] }),
    secrets: ['npm-secret'],
  },
  {
    name: "Let's Encrypt solvers",
    call: (w) => w.setLetsEncryptConfig({ solvers: [{ dns01: { key: 'dns-secret' } }] }),
    secrets: ['dns-secret'],
  },
];

function everyText(error: unknown): string {
  const failure = asFailure(error);
  const { what, why, next, where, requestId, message, stack } = failure;
  return [what, why, next, where, requestId, message, stack, JSON.stringify(failure.cause ?? null)].join('\n');
}

describe.each(CASES)('$name', ({ call, secrets }) => {
  test.each([
    ['as text', (body: string) => body, 'text/plain'],
    ['decoded', (body: string) => safeDecode(body), 'text/plain'],
    ['in JSON', (body: string) => JSON.stringify({ error: `bad: ${safeDecode(body)}` }), 'application/json'],
  ])('a server that quotes it %s gets nothing onto the screen', async (_, quote, type) => {
    const server = await fakeServer((request, response) => {
      const sent = [request.body, ...Object.values(request.headers)].join(' ').slice(0, 480);
      response.writeHead(400, { 'content-type': type });
      response.end(quote(request.body === '' ? sent : request.body.slice(0, 480)));
    });
    const deps = dependencies();
    const writer = createRackWriter(endpointOf(server.url), deps, quickLimits());
    onTestFinished(() => writer.close());
    const error = await call(writer.under(openGuard())).catch((reason: unknown) => reason);
    const seen = everyText(error) + JSON.stringify(deps.traces);
    expect(server.requests).toHaveLength(1);
    expect(asFailure(error).kind).toBe('invalid');
    for (const secret of secrets) expect(seen).not.toContain(secret);
  });
});

function safeDecode(body: string): string {
  try {
    return decodeURIComponent(body.replaceAll('+', ' '));
  } catch {
    return body;
  }
}

test("env values and codes in the gateway's own words", async () => {
  const server = await fakeServer((request, response) => {
    response.writeHead(400, {
      'content-type': 'application/json',
      'x-request-id': `r-${request.headers['x-mfa-totp']}`,
    });
    response.end(JSON.stringify({ error: `cannot set ${request.body} with ${request.headers['x-mfa-totp']}` }));
  });
  const deps = dependencies();
  const writer = createGatewayWriter(endpointOf(server.url, { dialect: 'gateway' }), deps, quickLimits());
  onTestFinished(() => writer.close());
  const writes = writer.under(openGuard({ proofs: [{ code: '492039' }] }));
  const error = await writes.changeEnv('shop', { set: { KEY: 'value-secret' } }).catch((reason: unknown) => reason);
  const seen = everyText(error) + JSON.stringify(deps.traces);
  expect(seen).toContain('cannot set');
  expect(seen).not.toContain('value-secret');
  expect(seen).not.toContain('492039');
});

test('a value as common as `error` does not hide what the refusal means', async () => {
  const server = await fakeServer((_, response) => {
    response.writeHead(500, { 'content-type': 'application/json' });
    response.end('{"error":"app not found: shop"}');
  });
  const writer = createRackWriter(endpointOf(server.url), dependencies(), quickLimits());
  onTestFinished(() => writer.close());
  const env = 'LOG_LEVEL=error\nSTATE=found';
  await expect(writer.under(openGuard()).createRelease('shop', { env })).rejects.toMatchObject({ kind: 'not-found' });
});

test('a large environment does not push the login out of memory', async () => {
  const server = await fakeServer((request, response) => {
    response.writeHead(400).end(`token ${request.headers.authorization?.slice(7)} is not valid`);
  });
  const authorization = () => 'Bearer session-token-of-mine';
  const writer = createRackWriter(endpointOf(server.url, { authorization }), dependencies(), quickLimits());
  onTestFinished(() => writer.close());
  const env = Array.from({ length: 300 }, (_, at) => `KEY_${at}=value-${at}`).join('\n');
  const error = await writer
    .under(openGuard())
    .createRelease('shop', { env })
    .catch((reason: unknown) => reason);
  expect(everyText(error)).not.toContain('session-token-of-mine');
});

describe('scrubTexts', () => {
  test('the longest first, so that nothing is left over', () => {
    expect(scrubTexts('x abcdef y', ['abcd', 'abcdef'])).toBe('x *** y');
  });

  test('short values stay, whole lines do not', () => {
    expect(scrubTexts('A=1 and 1', ['A=1\nB=2'])).toBe('A=1 and 1');
    expect(scrubTexts('KEY=1 and 1', ['KEY=1'])).toBe('*** and 1');
  });

  test('nothing to hide', () => {
    expect(scrubTexts('as it is', [])).toBe('as it is');
  });
});
