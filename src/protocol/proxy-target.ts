import { Failure } from '../domain/failure.ts';

/** Where inside the cluster a proxied connection leads. */
export interface ProxyTarget {
  readonly host: string;
  readonly port: number;
}

const SCHEME = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is;
const PLACE = /^(\[[0-9a-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?(?:[/?#]|$)/i;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/**
 * Host and port of a resource's URL (convox-api.md 6.3). Parsed by hand: passwords are written into such URLs unescaped, so
 * the place begins after the last `@`. Throws an `invalid` Failure that does not quote the URL.
 */
export function proxyTargetOf(url: string): ProxyTarget {
  const [, scheme = '', rest = url] = SCHEME.exec(url) ?? [];
  const [, host, port] = PLACE.exec(rest.slice(rest.lastIndexOf('@') + 1)) ?? [];
  const number = port === undefined ? DEFAULT_PORTS[scheme.toLowerCase()] : Number(port);
  if (host === undefined || number === undefined || !isPort(number)) {
    throw new Failure({
      kind: 'invalid',
      what: 'This resource cannot be proxied',
      why: 'its URL names no host and port',
      next: 'Look at the resource; give host and port yourself if you know them.',
    });
  }
  return { host, port: number };
}

/** Refuses here what a rack refuses anyway, with a reason (convox-api.md 2.6). Throws a `usage` Failure. */
export function checkProxyTarget({ host, port }: ProxyTarget): void {
  if (host === '' || /[\s/@]/.test(host)) throw unusable(`"${host}" is no host name`);
  if (!isPort(port)) throw unusable(`${port} is no port: ports go from 1 to 65535`);
}

export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

function unusable(why: string): Failure {
  return new Failure({ kind: 'usage', what: 'Could not start the proxy', why, next: 'Give it as host:port.' });
}
