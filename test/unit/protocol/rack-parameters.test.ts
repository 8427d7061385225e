import { describe, expect, onTestFinished, test } from 'vitest';
import type { Endpoint } from '../../../src/protocol/endpoint.ts';
import { createRackApi } from '../../../src/protocol/rack-client.ts';
import { dependencies, endpointOf, fakeServer, json, quickLimits } from './fake-server.ts';

async function rack(answers: Record<string, unknown>, changes: Partial<Endpoint> = {}) {
  const server = await fakeServer((request, response) => {
    const answer = answers[`${request.method} ${request.url}`];
    if (answer === undefined) response.writeHead(404).end();
    else json(response, answer);
  });
  const api = createRackApi(endpointOf(server.url, changes), dependencies(), { http: quickLimits() });
  onTestFinished(() => api.close());
  return { api, server };
}

const behindConsole = {
  dialect: 'console',
  headers: () => ({ rack: 'acme/eu', session: 'granted' }),
} as const;

describe('parameters of a rack', () => {
  test('a v2 rack tells its own', async () => {
    const { api } = await rack({ 'GET /system': { name: 'old', parameters: { InstanceCount: '3' } } });
    expect(await api.parameters()).toEqual({ InstanceCount: '3' });
  });

  test.each(['rack', 'gateway-proxy'] as const)('a v3 rack (%s) knows none', async (dialect) => {
    const { api } = await rack({ 'GET /system': { name: 'new' } }, { dialect });
    expect(await api.parameters()).toBeUndefined();
  });

  test('a console keeps those of its racks, and is not asked as if it were the rack', async () => {
    const answers = { 'GET /racks/acme/eu': { Name: 'eu', Parameters: { node_type: 'm5.xlarge' } } };
    const { api, server } = await rack(answers, behindConsole);
    expect(await api.parameters()).toEqual({ node_type: 'm5.xlarge' });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.headers).toMatchObject({ session: 'granted' });
    expect(server.requests[0]?.headers).not.toHaveProperty('rack');
  });

  test('a console that keeps none leaves it to the rack', async () => {
    const answers = {
      'GET /racks/acme/eu': { name: 'eu', parameters: null },
      'GET /system': { parameters: { A: '1' } },
    };
    const { api, server } = await rack(answers, behindConsole);
    expect(await api.parameters()).toEqual({ A: '1' });
    expect(server.requests.at(-1)?.headers).toMatchObject({ rack: 'acme/eu' });
  });

  test('the refusal of a console is passed on', async () => {
    const { api } = await rack({}, behindConsole);
    await expect(api.parameters()).rejects.toMatchObject({ kind: 'route-missing' });
  });
});
