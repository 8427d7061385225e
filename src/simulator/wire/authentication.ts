import { createHmac, timingSafeEqual } from 'node:crypto';
import { RackError } from './rack-error.ts';

/** Who a request is, and its role: `r`, `rw` or `rwa` (tested by substring; convox-api.md 1.1). */
export interface Principal {
  readonly user: string;
  readonly role: string;
}

interface RackSecrets {
  readonly password: string;
  readonly signingKey: string;
}

interface Claims {
  user?: unknown;
  role?: unknown;
  expiresAt?: unknown;
}

/** Basic credentials of a header. The user name matters only when it is exactly `jwt`. */
export function basicCredentials(header: string | undefined): { user: string; password: string } | undefined {
  const encoded = /^Basic (.+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Throws the 401 of convox-api.md 1.5 when the header does not prove who calls. */
export function authenticate(header: string | undefined, secrets: RackSecrets, now: number): Principal {
  if (secrets.password === '') return { user: 'rack-password', role: 'rwa' };
  const given = basicCredentials(header);
  if (given?.user === 'jwt') return fromToken(given.password, secrets.signingKey, now);
  if (given === undefined || !same(given.password, secrets.password)) {
    throw new RackError(401, 'invalid authentication', { 'WWW-Authenticate': 'Basic realm="convox"' });
  }
  return { user: 'rack-password', role: 'rwa' };
}

/** An HS256 token as `POST /system/jwt/token` mints it; `expiresAt` in seconds since the epoch. */
export function mintToken(claims: { user: string; role: string; expiresAt: number }, signingKey: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${signature(signed, signingKey)}`;
}

function fromToken(token: string, signingKey: string, now: number): Principal {
  const [header, payload, given, ...rest] = token.split('.');
  if (header === undefined || payload === undefined || given === undefined || rest.length > 0) {
    throw refusal('token contains an invalid number of segments');
  }
  const algorithm = decoded(header) as { alg?: unknown };
  if (algorithm.alg !== 'HS256') throw refusal(`unexpected signing method: ${String(algorithm.alg)}`);
  if (!same(given, signature(`${header}.${payload}`, signingKey))) throw refusal('signature is invalid');
  const claims = decoded(payload) as Claims;
  if (typeof claims.expiresAt !== 'number' || claims.expiresAt * 1000 < now) throw refusal('token is expired');
  return { user: String(claims.user ?? ''), role: String(claims.role ?? '') };
}

function decoded(part: string): object {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // falls through to the same refusal
  }
  throw refusal('illegal base64 data');
}

const refusal = (reason: string): RackError => new RackError(401, `invalid authentication: ${reason}`);

const signature = (text: string, key: string): string => createHmac('sha256', key).update(text).digest('base64url');

function same(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
