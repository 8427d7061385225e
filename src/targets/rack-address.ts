import { Failure } from '../domain/failure.ts';
import { parseHttpUrl } from './gateway-url.ts';
import { rackClaims } from './rack-claims.ts';
import type { RackClaims } from './target.ts';

/** A rack URL with credentials (convox-api.md 1.1), taken apart. `user` and `password` are secret. */
export interface RackAddress {
  /** Origin and path prefix, without credentials, query and trailing slash. */
  readonly baseUrl: string;
  readonly origin: string;
  readonly path: string;
  readonly user: string;
  readonly password: string;
  readonly claims: RackClaims | undefined;
}

/** Throws a `malformed` Failure that names `source` and repeats nothing of the text, which holds a password. */
export function parseRackAddress(text: string, source: string): RackAddress {
  // Neither scheme nor credentials: perhaps a bare token in the wrong variable, which as a host name would be shown and asked for.
  const url = /^https?:\/\/|@/i.test(text.trim()) ? parseHttpUrl(text.trim()) : undefined;
  if (url === undefined) {
    throw new Failure({
      kind: 'malformed',
      what: `The rack address in ${source} cannot be used`,
      why: 'it is not of the form https://convox:<password>@<host> (a special character in the password must be percent-encoded)',
      next: `Correct ${source}; the address itself is not shown because it holds a password.`,
      where: source,
    });
  }
  const user = decoded(url.username);
  const password = decoded(url.password);
  const path = url.pathname.replace(/\/+$/, '');
  return {
    baseUrl: `${url.origin}${path}`,
    origin: url.origin,
    path,
    user,
    password,
    claims: user === 'jwt' ? rackClaims(password) : undefined,
  };
}

/** `Basic ...`, or undefined where the URL has no credentials (a rack without a password). */
export function basicCredential(user: string, password: string): string | undefined {
  if (user === '' && password === '') return undefined;
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

/** A lone `%` is a literal one: somebody pasted a password as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
