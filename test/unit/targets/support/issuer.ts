import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Context } from 'oidc-provider';
import { onTestFinished, vi } from 'vitest';

export interface Issuer {
  readonly url: string;
  /** Grants that the token endpoint was asked for, in order. */
  readonly grants: string[];
  /** The person says no on the consent page. */
  deny: boolean;
  /** What a browser does with a login address: follows every step; resolves with the last page. */
  browse(address: string): Promise<{ readonly status: number; readonly text: string }>;
  /** The person opens the device page and confirms (or declines) the code. */
  confirmDevice(address: string): Promise<string>;
}

export const CLIENT_ID = 'rackdeck';

/** A certified OpenID provider on loopback; the person `ann` logs in without typing. Stopped after the test. */
export async function startIssuer(): Promise<Issuer> {
  const server = createServer((request, response) => handler(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  mute();
  const provider = new Provider(url, configuration());
  const grants: string[] = [];
  const issuer: Issuer = {
    url,
    grants,
    deny: false,
    browse: (address) => browse(address, new Map()),
    confirmDevice: (address) => confirmDevice(address, url, issuer),
  };
  provider.use(async (context, next) => {
    if (context.path.startsWith('/interaction/')) return answerInteraction(provider, context, issuer);
    await next();
    if (context.path === '/token') grants.push(grantOf(context));
    // Devices are told to ask often: the tests do not wait five seconds for each answer.
    if (context.path === '/device/auth') context.body = { ...(context.body as object), interval: 0.05 };
  });
  const handler = provider.callback();
  return issuer;
}

/** It warns of everything that makes it a test's. */
function mute(): void {
  for (const method of ['warn', 'info'] as const) {
    const spy = vi.spyOn(console, method).mockImplementation(() => {});
    onTestFinished(() => spy.mockRestore());
  }
}

function configuration(): object {
  return {
    clients: [
      {
        client_id: CLIENT_ID,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/callback'],
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      },
    ],
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: async () => ({ sub: id, email: `${id}@example.com` }),
    }),
    claims: { openid: ['sub'], email: ['email'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['test'] },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    rotateRefreshToken: true,
    ttl: {
      AccessToken: 600,
      IdToken: 600,
      RefreshToken: 86_400,
      DeviceCode: 600,
      Grant: 86_400,
      Interaction: 600,
      Session: 600,
    },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true, allowedPolicy: async () => true },
      deviceFlow: {
        enabled: true,
        userCodeInputSource: async (context: Context, form: string) => {
          context.body = form;
        },
        userCodeConfirmSource: async (context: Context, form: string) => {
          context.body = form;
        },
        successSource: async (context: Context) => {
          context.body = 'device confirmed';
        },
      },
    },
  };
}

function grantOf(context: Context): string {
  const { oidc } = context as unknown as { oidc: { params?: { grant_type?: string } } };
  return oidc.params?.grant_type ?? '';
}

async function answerInteraction(provider: Provider, { req, res, ...context }: Context, issuer: Issuer): Promise<void> {
  Object.assign(context, { respond: false });
  const { prompt, params, session } = await provider.interactionDetails(req, res);
  if (issuer.deny) {
    await provider.interactionFinished(req, res, { error: 'access_denied', error_description: 'no' });
    return;
  }
  if (prompt.name === 'login') {
    await provider.interactionFinished(req, res, { login: { accountId: 'ann' } });
    return;
  }
  const grant = new provider.Grant({ accountId: session?.accountId ?? 'ann', clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  await provider.interactionFinished(req, res, { consent: { grantId: await grant.save() } });
}

type Cookies = Map<string, string>;

async function browse(
  address: string,
  cookies: Cookies,
  init: RequestInit = {},
): Promise<{ status: number; text: string }> {
  let current = address;
  let request = init;
  for (let step = 0; step < 20; step += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(current, { ...request, redirect: 'manual', headers: { ...request.headers, cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null) return { status: response.status, text: await response.text() };
    await response.body?.cancel();
    current = new URL(location, current).href;
    request = {};
  }
  throw new Error('too many redirects');
}

async function confirmDevice(address: string, url: string, issuer: Issuer): Promise<string> {
  const cookies: Cookies = new Map();
  const code = new URL(address).searchParams.get('user_code') ?? '';
  const first = await browse(address, cookies);
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(first.text)?.[1] ?? '';
  const body = { xsrf, user_code: code, ...(issuer.deny ? { abort: 'yes' } : { confirm: 'yes' }) };
  const last = await browse(`${url}/device`, cookies, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(body).toString(),
  });
  return last.text;
}
