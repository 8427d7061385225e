import { Failure } from '../domain/failure.ts';
import type { Endpoint } from './endpoint.ts';
import { firstHeader } from './failure-classification.ts';
import type { HttpAnswer, HttpCall } from './http-call.ts';
import type { HttpClient } from './http-client.ts';

/** `WWW-Authenticate: Session path="<P>" token="<true|false>"` (convox-api.md 7.5). */
export interface SessionChallenge {
  readonly path: string;
  /** True: a WebAuthn or U2F answer from a browser is needed. */
  readonly token: boolean;
}

export interface SessionKeeper {
  /** As `HttpClient.send`; a console's session challenge is answered in between, once. */
  send(call: HttpCall): Promise<HttpAnswer>;
  headers(): Readonly<Record<string, string>>;
}

const CHALLENGE = /Session\s+path="([^"]*)"\s*,?\s*token="(true|false)"/i;

export function readSessionChallenge(answer: HttpAnswer): SessionChallenge | undefined {
  if (answer.status !== 401) return undefined;
  const header = answer.headers['www-authenticate'];
  const match = CHALLENGE.exec(Array.isArray(header) ? header.join(', ') : (header ?? ''));
  const path = match?.[1];
  // The path is appended to the console's own origin; anything else would carry the CLI token away.
  if (path === undefined || !/^\/(?!\/)[\w\-./~%?=&]*$/.test(path)) return undefined;
  return { path, token: match?.[2]?.toLowerCase() === 'true' };
}

/** Racks and gateways never challenge: for them this is the plain client. */
export function createSessionKeeper(endpoint: Endpoint, http: HttpClient): SessionKeeper {
  if (endpoint.dialect !== 'console') return { send: http.send, headers: () => ({}) };
  let session: string | undefined;
  let pending: Promise<string> | undefined;
  const headers = (): Readonly<Record<string, string>> => (session === undefined ? {} : { session });

  async function send(call: HttpCall): Promise<HttpAnswer> {
    const answer = await http.send({ ...call, headers: { ...call.headers, ...headers() } });
    const challenge = readSessionChallenge(answer);
    if (!challenge) return answer;
    if (challenge.token) throw browserFactorNeeded(call, answer);
    pending ??= openSession(http, challenge, call).finally(() => {
      pending = undefined;
    });
    session = await pending;
    return http.send({ ...call, headers: { ...call.headers, ...headers() } });
  }

  return { send, headers };
}

async function openSession(http: HttpClient, challenge: SessionChallenge, call: HttpCall): Promise<string> {
  const [path = '/', query = ''] = challenge.path.split('?', 2);
  const answer = await http.send({
    method: 'POST',
    path,
    query,
    fromOrigin: true,
    origin: call.origin,
    doing: 'open a console session',
    where: `POST ${path}`,
    signal: call.signal,
  });
  const id = answer.status < 300 ? sessionId(answer.body.toString('utf8')) : undefined;
  if (id !== undefined) return id;
  throw new Failure({
    kind: 'not-logged-in',
    what: 'The console opened no session',
    why: `it asked for one and then answered status ${answer.status}`,
    next: 'Log in to the console again: convox login.',
    status: answer.status,
    requestId: answer.requestId,
    where: `POST ${path}`,
  });
}

function sessionId(body: string): string | undefined {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null) return undefined;
    const id = Object.entries(value).find(([key]) => key.toLowerCase() === 'id')?.[1];
    return typeof id === 'string' && /^[\x21-\x7e]{1,1024}$/.test(id) ? id : undefined;
  } catch {
    return undefined;
  }
}

function browserFactorNeeded(call: HttpCall, answer: HttpAnswer): Failure {
  return new Failure({
    kind: 'mfa-required',
    what: `Could not ${call.doing}`,
    why: 'the console wants a security key or passkey, which only a browser can use',
    next: 'Run `convox racks` once: it opens the browser and stores the session, which is used from then on.',
    status: answer.status,
    requestId: answer.requestId ?? firstHeader(answer.headers['request-id']),
    where: call.where,
  });
}
