import { createServer, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import { createConsoleApi } from '../../src/protocol/console-client.ts';
import type { Endpoint } from '../../src/protocol/endpoint.ts';
import { createGatewayApi } from '../../src/protocol/gateway-client.ts';
import { createRackApi } from '../../src/protocol/rack-client.ts';
import { hostileText, textProblem } from './hostile.ts';

const TOKEN = 'tok-3f9c1b7e5d2a4866-secret';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** Ends the connection after so many bytes of the body; the announced length stays. */
  readonly cutAt?: number | undefined;
}

let answer: Answer = { status: 200, headers: {}, body: '' };
const server = createServer((_request, response) => send(response));
let origin = '';

function send(response: ServerResponse): void {
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { 'content-length': body.length, ...answer.headers });
  if (answer.cutAt === undefined || answer.cutAt >= body.length) response.end(body);
  else response.write(body.subarray(0, answer.cutAt), () => response.destroy());
}

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(() => server.closeAllConnections());

const dependencies = { now: () => 0, userAgent: 'test', random: () => 0.5 };
const endpoint = (dialect: Endpoint['dialect']): Endpoint => ({
  baseUrl: origin,
  dialect,
  authorization: () => `Bearer ${TOKEN}`,
  readTimeoutMs: 3_000,
});

/** One call of each peer, in its own dialect. */
const CALLS: Readonly<Record<string, () => Promise<unknown>>> = {
  'a list of a rack': () => using(createRackApi(endpoint('rack'), dependencies), (rack) => rack.apps()),
  'an object of a rack': () => using(createRackApi(endpoint('rack'), dependencies), (rack) => rack.system()),
  'processes through a gateway': () =>
    using(createRackApi(endpoint('gateway-proxy'), dependencies), (rack) => rack.processes('shop')),
  "the gateway's own API": () =>
    using(createGatewayApi(endpoint('gateway'), dependencies), (gateway) => gateway.info()),
  'the start of a login': () =>
    using(createGatewayApi(endpoint('gateway'), dependencies), (gateway) => gateway.startLogin()),
  "a console's list": () => using(createConsoleApi(endpoint('console'), dependencies), (api) => api.racks()),
};

async function using<A extends { close(): Promise<void> }, T>(api: A, work: (api: A) => Promise<T>): Promise<T> {
  try {
    return await work(api);
  } finally {
    await api.close();
  }
}

/** What is wrong with how a call ended; undefined: it answered, or failed as failures should. */
async function problem(call: () => Promise<unknown>, isLogin: boolean): Promise<string | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure))
      return `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    const { what, why, next, where, requestId } = error;
    for (const [name, text] of Object.entries({ what, why, next, where })) {
      // The login flow adds the next step of its own.
      if (!text && !(isLogin && name === 'next')) return `${error.kind} (${error.message}) says no ${name}`;
    }
    const text = [what, why, next, where, requestId].join(' ');
    // A login sends no token.
    if (!isLogin && text.includes(TOKEN)) return `quotes the token: ${text}`;
    if (text.length > 4_000) return `is ${text.length} long`;
    return textProblem(text);
  }
}

const json = fc.oneof(
  fc.json(),
  fc
    .array(fc.record({ name: hostileText, status: fc.jsonValue(), id: hostileText }, { requiredKeys: [] }))
    .map((value) => JSON.stringify(value)),
  fc
    .record({ error: hostileText, message: fc.jsonValue(), user: fc.jsonValue() }, { requiredKeys: [] })
    .map((value) => JSON.stringify(value)),
  hostileText,
  fc.constantFrom(
    '',
    'null',
    '[null]',
    '[[[]]]',
    '{"__proto__":{"name":"x"}}',
    '[{"name":"__proto__","status":"constructor","parameters":{"__proto__":"x"}}]',
    '<!doctype html><h1>502</h1>',
    '[{"name":"a","generation":1e999}]',
    '{"error":""}',
    `{"error":"token ${TOKEN} is wrong"}`,
    `{"error":"e","message":"Bearer ${TOKEN}"}`,
    `bad credential ${TOKEN}`,
    `{"error":"\\u0074ok-3f9c1b7e5d2a4866-secret"}`,
  ),
);

const answers: fc.Arbitrary<Answer> = fc.record({
  status: fc.constantFrom(
    200,
    200,
    200,
    201,
    202,
    204,
    302,
    400,
    401,
    403,
    404,
    405,
    409,
    422,
    418,
    429,
    500,
    501,
    502,
    503,
    504,
    599,
  ),
  body: json,
  headers: fc.constantFrom(
    {},
    { 'content-type': 'application/json' },
    { 'content-type': 'text/html' },
    { 'content-encoding': 'gzip' },
    { location: 'https://evil.example/?token=x' },
    { location: '\u00ff//' },
    { 'x-request-id': TOKEN },
    { 'retry-after': '9'.repeat(300) },
    { 'x-mfa-required': 'true', 'x-mfa-level': 'constructor' },
    { 'www-authenticate': 'Session path="//evil.example/steal" token="false"' },
    { 'www-authenticate': 'Session path="https://evil.example/" token="false"' },
    { 'www-authenticate': 'Session path="/session" token="false"' },
  ),
  cutAt: fc.option(fc.nat(60), { nil: undefined }),
});

describe.each(Object.entries(CALLS))('%s', (name, call) => {
  const isLogin = name.includes('login');

  it('fails in words or not at all, whatever comes', async () => {
    await fc.assert(
      fc.asyncProperty(answers, async (random) => {
        answer = random.status === 204 ? { ...random, body: '', headers: {} } : random;
        expect(await problem(call, isLogin)).toBeUndefined();
      }),
      { numRuns: 120 },
    );
  });

  it.each([
    ['200,000 lists in each other', Buffer.from(`${'['.repeat(200_000)}${']'.repeat(200_000)}`), {}],
    ['200,000 objects in each other', Buffer.from(`${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`), {}],
    [
      'a deep list in a list of objects',
      Buffer.from(`[{"name":"a","x":${'['.repeat(200_000)}${']'.repeat(200_000)}}]`),
      {},
    ],
    ['more than is ever taken', Buffer.alloc(66 * 1_048_576, 0x20), {}],
    ['a gzip bomb', gzipSync(Buffer.alloc(64 * 1_048_576)), { 'content-encoding': 'gzip' }],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x9b, 0x31]), {}],
  ])('%s', async (_what, body, headers) => {
    answer = { status: 200, body, headers };
    expect(await problem(call, isLogin)).toBeUndefined();
    answer = { status: 500, body, headers };
    expect(await problem(call, isLogin)).toBeUndefined();
  });
});
