import { describe, expect, onTestFinished, test } from 'vitest';
import type { Failure } from '../../../src/domain/failure.ts';
import { createConsoleApi } from '../../../src/protocol/console-client.ts';
import { readSessionChallenge } from '../../../src/protocol/session-challenge.ts';
import { dependencies, endpointOf, type FakeServer, fakeServer, json, quickLimits } from './fake-server.ts';

function consoleApi(server: FakeServer, session?: string) {
  const headers = () => (session === undefined ? {} : { Session: session });
  const endpoint = endpointOf(server.url, { dialect: 'console', headers });
  const api = createConsoleApi(endpoint, dependencies(), quickLimits());
  onTestFinished(() => api.close());
  return api;
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  return (await work.then(
    () => expect.fail('it should have been refused'),
    (error: unknown) => error,
  )) as Failure;
}

describe('reads', () => {
  test('the account, whatever the case of its key', async () => {
    const server = await fakeServer((_, response) => json(response, { Id: 'acc-1' }));
    expect(await consoleApi(server).authenticate()).toEqual({ id: 'acc-1' });
  });

  test('racks: any case, missing provider, state dropped', async () => {
    const server = await fakeServer((_, response) =>
      json(response, [
        { name: 'prod', organization: { name: 'acme' }, provider: 'aws', status: 'running', state: 'c2VjcmV0' },
        { Name: 'dev', Organization: { Name: 'acme' }, Provider: '', Status: 'updating' },
        { name: 'lone', organization: null },
      ]),
    );
    expect(await consoleApi(server).racks()).toEqual([
      { organization: 'acme', name: 'prod', provider: 'aws', status: 'running' },
      { organization: 'acme', name: 'dev', provider: 'unknown', status: 'updating' },
      { organization: '', name: 'lone', provider: 'unknown', status: 'unknown' },
    ]);
  });

  test('one rack: parameters keep their case', async () => {
    const server = await fakeServer((_, response) =>
      json(response, {
        Name: 'prod',
        Deletable: true,
        Version: '3.24.9',
        Parameters: { NodeType: 't3', region: 'x' },
        State: 'zz',
      }),
    );
    const rack = await consoleApi(server).rack('acme', 'prod');
    expect(server.requests[0]?.url).toBe('/racks/acme/prod');
    expect(rack).toEqual({
      organization: '',
      name: 'prod',
      provider: 'unknown',
      status: 'unknown',
      deletable: true,
      version: '3.24.9',
      parameters: { NodeType: 't3', region: 'x' },
    });
  });

  test('an expired token', async () => {
    const server = await fakeServer((_, response) => json(response, { error: 'cli token is expired' }, 401));
    expect(await failureOf(consoleApi(server).racks())).toMatchObject({ kind: 'not-logged-in' });
  });
});

describe('session challenge', () => {
  const challenge = (token: boolean, path = '/session') => `Session path="${path}" token="${token}"`;

  test('without a browser factor: an empty POST, then the request again, then the session stays', async () => {
    const server = await fakeServer((request, response) => {
      if (request.method === 'POST') json(response, { id: 'sess-1' });
      else if (request.headers.session === 'sess-1') json(response, []);
      else response.writeHead(401, { 'www-authenticate': challenge(false) }).end();
    });
    const api = consoleApi(server, 'stale');
    expect(await api.racks()).toEqual([]);
    expect(await api.racks()).toEqual([]);
    expect(server.requests.map(({ method, url, body }) => `${method} ${url} ${body}`)).toEqual([
      'GET /racks ',
      'POST /session ',
      'GET /racks ',
      'GET /racks ',
    ]);
    expect(server.requests[1]?.headers.authorization).toBeDefined();
  });

  test('with a browser factor: says so, and how', async () => {
    const server = await fakeServer((_, response) =>
      response.writeHead(401, { 'www-authenticate': challenge(true) }).end(),
    );
    const failure = await failureOf(consoleApi(server).racks());
    expect(failure).toMatchObject({ kind: 'mfa-required', what: 'Could not list the racks of the console' });
    expect(failure.next).toContain('convox racks');
    expect(server.requests).toHaveLength(1);
  });

  test('a session that is refused, or never accepted, ends', async () => {
    const refusing = await fakeServer((request, response) => {
      if (request.method === 'POST') json(response, { error: 'no' }, 500);
      else response.writeHead(401, { 'www-authenticate': challenge(false) }).end();
    });
    expect((await failureOf(consoleApi(refusing).racks())).kind).toBe('not-logged-in');
    const looping = await fakeServer((request, response) => {
      if (request.method === 'POST') json(response, { id: 'x' });
      else response.writeHead(401, { 'www-authenticate': challenge(false) }).end();
    });
    expect((await failureOf(consoleApi(looping).racks())).kind).toBe('not-logged-in');
    expect(looping.requests).toHaveLength(3);
  });

  test.each([
    ['Session path="/s" token="true"', { path: '/s', token: true }],
    ['Basic realm="x", Session path="/s?a=1" token="false"', { path: '/s?a=1', token: false }],
    ['Session path="https://evil.example.com/s" token="false"', undefined],
    ['Session path="//evil.example.com/s" token="false"', undefined],
    ['Session path="/a b" token="false"', undefined],
    ['Basic realm="convox"', undefined],
  ])('%s', (header, expected) => {
    const answer = {
      status: 401,
      headers: { 'www-authenticate': header },
      body: Buffer.alloc(0),
      requestId: undefined,
    };
    expect(readSessionChallenge(answer)).toEqual(expected);
    expect(readSessionChallenge({ ...answer, status: 403 })).toBeUndefined();
  });
});
