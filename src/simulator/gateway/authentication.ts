import { API_TOKEN_PREFIX } from './api-token-store.ts';
import { type Call, header } from './call.ts';
import type { GatewayState } from './gateway-state.ts';
import type { Identity, InlineFactor } from './identity.ts';
import { failure, Refused, type Reply, text } from './reply.ts';
import type { User } from './user.ts';

/** A 401 in one of the two dialects of gateway.md 3.4. */
type Dialect = (reason: string) => Reply;

const ownDialect: Dialect = (reason) => failure(401, reason);
const proxyDialect: Dialect = (reason) => text(401, reason, { 'x-error-reason': reason });

export function authenticateOwn(state: GatewayState, call: Call): Identity {
  const authorization = header(call, 'authorization');
  if (authorization === undefined || authorization === '') throw new Refused(ownDialect('missing authorization'));
  return resolve(state, call, authorization, ownDialect);
}

/** The proxy is for command-line clients only: no cookies, always a header. */
export function authenticateProxy(state: GatewayState, call: Call): Identity {
  if (/(?:^|;\s*)session_token=/.test(header(call, 'cookie') ?? '')) {
    throw new Refused(proxyDialect('browser session cookies are not permitted for CLI routes'));
  }
  const authorization = header(call, 'authorization');
  if (authorization === undefined || authorization === '') {
    throw new Refused(proxyDialect('CLI authentication required - provide Authorization header'));
  }
  if (!authorization.startsWith('Bearer ') && !authorization.startsWith('Basic ')) {
    throw new Refused(proxyDialect('invalid authorization type for CLI access'));
  }
  return resolve(state, call, authorization, proxyDialect);
}

function resolve(state: GatewayState, call: Call, authorization: string, dialect: Dialect): Identity {
  const found = identify(state, authorization);
  if (typeof found === 'string') throw new Refused(dialect(found));
  if (found.kind === 'session') {
    state.sessions.touch(found.session);
    found.session.ip = call.ip;
    const userAgent = header(call, 'user-agent');
    if (userAgent !== undefined) found.session.userAgent = userAgent;
  } else {
    found.token.lastUsedAt = state.now();
  }
  return found;
}

/** The caller, or the reason why there is none. Scheme words are case-sensitive. */
function identify(state: GatewayState, authorization: string): Identity | string {
  const space = authorization.indexOf(' ');
  if (space < 0) return 'invalid authorization header format';
  const scheme = authorization.slice(0, space);
  const credential = authorization.slice(space + 1);
  if (scheme !== 'Bearer' && scheme !== 'Basic') return 'unsupported authorization type';
  const secret = scheme === 'Bearer' ? credential : basicPassword(credential);
  if (secret === undefined) return 'authentication failed: invalid basic auth format';
  if (state.faults.databaseTrouble) return 'authentication failed: failed to get session: connection refused';
  if (secret.startsWith(API_TOKEN_PREFIX)) return identifyToken(state, secret);
  return identifySession(state, secret);
}

function basicPassword(credential: string): string | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(credential) || credential.length % 4 !== 0) return undefined;
  const pair = Buffer.from(credential, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 0 ? undefined : pair.slice(colon + 1);
}

function identifyToken(state: GatewayState, secret: string): Identity | string {
  const token = state.tokens.bySecret(secret);
  if (token === undefined) return 'authentication failed: invalid API token: invalid token';
  if (token.expiresAt !== undefined && token.expiresAt <= state.now()) {
    return 'authentication failed: invalid API token: token has expired';
  }
  if (!state.users.contains(token.owner)) return 'authentication failed: token owner not found';
  if (token.owner.suspended) return 'authentication failed: token owner is suspended';
  return { kind: 'token', user: token.owner, token };
}

function identifySession(state: GatewayState, secret: string): Identity | string {
  const { token, factor } = splitInlineFactor(secret);
  if (token === '') return 'authentication failed: empty session token';
  const session = state.sessions.find(token);
  if (session === undefined) return 'authentication failed: session not found';
  if (session.revokedAt !== undefined) return 'authentication failed: session revoked';
  if (session.expiresAt <= state.now()) {
    state.sessions.revoke(session);
    return 'authentication failed: session expired';
  }
  const refusal = accountRefusal(state, session.user);
  if (refusal !== undefined) return refusal;
  return { kind: 'session', user: session.user, session, ...(factor === undefined ? {} : { factor }) };
}

function accountRefusal(state: GatewayState, user: User): string | undefined {
  if (!state.users.contains(user)) return 'authentication failed: session user missing';
  if (user.suspended) return 'authentication failed: user suspended';
  if (user.lock !== undefined) return 'authentication failed: user locked';
  return undefined;
}

/** `<token>.<type>.<value>`: the first two dots delimit the suffix (gateway.md 3.1). */
function splitInlineFactor(secret: string): { token: string; factor?: InlineFactor } {
  const first = secret.indexOf('.');
  const second = first < 0 ? -1 : secret.indexOf('.', first + 1);
  if (second < 0) return { token: secret };
  return {
    token: secret.slice(0, first),
    factor: { type: secret.slice(first + 1, second), value: secret.slice(second + 1) },
  };
}
