import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { directUrl, Home } from '../support/home.ts';
import { runProgram } from '../support/program.ts';
import { Terminal } from '../support/terminal.ts';
import { CLIENT_ID, startIssuer } from '../unit/targets/support/issuer.ts';

/** An identity-aware proxy: lets a request through to the rack when it carries a token that was not revoked. */
async function startProxy(rackUrl: string): Promise<{ url: string; tokens: Set<string>; deny: boolean }> {
  const rack = new URL(rackUrl);
  const seen = { url: '', tokens: new Set<string>(), deny: false };
  const server = createServer((request, response) => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined || seen.deny) {
      response.writeHead(401, { 'content-type': 'text/plain' }).end('token rejected\n');
      return;
    }
    seen.tokens.add(token);
    const headers = {
      ...request.headers,
      host: rack.host,
      authorization: `Basic ${btoa(`${rack.username}:${rack.password}`)}`,
    };
    const forwarded = httpRequest({
      host: rack.hostname,
      port: rack.port,
      path: request.url,
      method: request.method,
      headers,
    });
    forwarded.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    forwarded.on('error', () => response.destroy());
    request.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  seen.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return seen;
}

describe('a rack behind an identity-aware proxy', () => {
  it('is logged in to once, then read like any other rack, and left again', async () => {
    const simulator = await startSimulator({ lively: false });
    const home = new Home();
    onTestFinished(async () => {
      await simulator.close();
      home.remove();
    });
    const [issuer, proxy] = await Promise.all([startIssuer(), startProxy(directUrl(simulator))]);
    const target = { kind: 'oidc', name: 'iap', url: proxy.url, issuer: issuer.url, clientId: CLIENT_ID };
    home.write('.config/rackdeck/config.json', JSON.stringify({ targets: [target] }));

    const before = await runProgram(['apps', '--rack', 'iap'], { home: home.path });
    expect(before.code).toBe(4);
    expect(before.stderr).toContain('rackdeck login iap');
    expect(proxy.tokens.size).toBe(0);

    // No browser on this machine: the program shows a code, and the person confirms it on another one.
    const login = Terminal.open({ args: ['login', 'iap'], home: home.path, columns: 400 });
    onTestFinished(() => login.close());
    const shown = await login.waitFor(/https?:\/\/127\.0\.0\.1:\d+\/\S+/);
    const address = /https?:\/\/127\.0\.0\.1:\d+\/\S+/.exec(shown)?.[0] ?? '';
    expect(shown).toMatch(/enter the code [A-Z]{4}-[A-Z]{4}/);
    await issuer.confirmDevice(address);
    await login.waitFor(/Logged in to iap as ann@example\.com/);
    expect(await login.waitForExit()).toBe(0);

    const after = await runProgram(['apps', '--rack', 'iap', '--json'], { home: home.path });
    expect(after.code, after.stderr).toBe(0);
    expect((JSON.parse(after.stdout) as { items: { name: string }[] }).items.map((item) => item.name)).toContain(
      'shop',
    );
    expect(proxy.tokens.size).toBe(1);
    for (const token of proxy.tokens) expect(login.raw + after.stdout + after.stderr).not.toContain(token);

    const left = await runProgram(['logout', 'iap'], { home: home.path });
    expect(left.code, left.stderr).toBe(0);
    const gone = await runProgram(['apps', '--rack', 'iap'], { home: home.path });
    expect(gone.code).toBe(4);
  });
});
