import { Failure } from '../domain/failure.ts';

export const RACK_PROXY_PATH = '/api/v1/rack-proxy';

/**
 * What a person typed as a gateway's address, as an address (gateway.md 2.9): trimmed, `https://` where there is no scheme,
 * no trailing slash. The address of the web page or of the proxy is cut down to the gateway, because people copy those.
 * Throws a `usage` Failure that does not repeat the text: there may be a password in it.
 */
export function normaliseGatewayUrl(typed: string): string {
  const text = typed.trim();
  if (text === '') throw wrong('The gateway address is empty', undefined);
  const parsed = parseHttpUrl(text);
  if (parsed === undefined) throw wrong('The gateway address is not a web address', undefined);
  if (parsed.username !== '' || parsed.password !== '') {
    throw wrong('The gateway address contains a user name or password', 'logging in needs neither');
  }
  const path = parsed.pathname.replace(/\/+$/, '').replace(/\/(?:app(?:\/.*)?|api\/v1(?:\/rack-proxy)?)$/, '');
  return `${parsed.origin}${path}`;
}

/** An http or https URL, with `https://` put in front where there is no scheme; undefined for anything else. */
export function parseHttpUrl(text: string): URL | undefined {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  return url !== undefined && isHttp(url) && url.hostname !== '' ? url : undefined;
}

export function isHttp(url: URL): boolean {
  return url.protocol === 'https:' || url.protocol === 'http:';
}

/** Plain http beyond this machine: what is sent can be read on the way. */
export function isExposed(url: string): boolean {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return parsed?.protocol === 'http:' && !isLoopback(parsed.hostname);
}

export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(?:\.\d+){3}$/.test(hostname)
  );
}

function wrong(what: string, why: string | undefined): Failure {
  return new Failure({ kind: 'usage', what, why, next: 'Give it as https://gateway.example.com.' });
}
