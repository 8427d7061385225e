import { Failure, withoutCredentials } from '../domain/failure.ts';
import { safeText } from '../domain/safe-text.ts';
import type { Asked } from './refusal.ts';

/** Which side of the request a socket gave up on: before any answer a GET may be asked again, afterwards it is cut off. */
export type Progress = 'before-answer' | 'in-answer';

const RESET = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ECONNABORTED']);
const CERTIFICATE =
  /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_EXCEEDED)/;
const HANDSHAKE = /^(?:EPROTO|ERR_SSL_|ERR_TLS_)/;
const TIMEOUT = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT', 'ERR_SOCKET_CONNECTION_TIMEOUT']);

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (connection refused)',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name could not be looked up just now',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no network',
  EHOSTDOWN: 'the host is down',
  EACCES: 'the connection was not permitted on this machine',
};

/** Reset or closed while we waited: the usual end of a kept-alive socket that the other side dropped first. */
export function isReset(error: unknown): boolean {
  return RESET.has(errorCode(error) ?? '');
}

/** A socket, DNS or TLS error as a Failure. */
export function networkFailure(error: unknown, asked: Asked, progress: Progress): Failure {
  if (error instanceof Failure) return error;
  const code = errorCode(error);
  const shared = { where: asked.where, cause: error };
  const host = new URL(asked.origin).host;
  if (code !== undefined && CERTIFICATE.test(code)) {
    return new Failure({
      ...shared,
      kind: 'tls',
      what: `The certificate of ${host} is not trusted`,
      why: certificateReason(code, error),
      next: 'Point NODE_EXTRA_CA_CERTS at its certificate authority; only for a rack of your own, allow it as insecure.',
    });
  }
  if (code !== undefined && HANDSHAKE.test(code)) {
    return new Failure({
      ...shared,
      kind: 'tls',
      what: `No secure connection to ${host}`,
      why: `${host} does not speak TLS as expected (${code})`,
      next: 'Check scheme (http or https) and port of the URL.',
    });
  }
  if (code !== undefined && TIMEOUT.has(code)) {
    return new Failure({
      ...shared,
      kind: 'unreachable',
      what: `Cannot reach ${host}`,
      why: 'no connection came about in time',
      next: 'Check network, VPN and firewall.',
    });
  }
  if (isReset(error)) {
    return new Failure({
      ...shared,
      kind: 'unreachable',
      what: `Lost the connection to ${host}`,
      why:
        progress === 'in-answer' ? 'it was cut off in the middle of the answer' : 'it was closed before an answer came',
      next: 'Try again; a rack does this while it updates.',
    });
  }
  return otherFailure(error, code, host, shared);
}

function otherFailure(
  error: unknown,
  code: string | undefined,
  host: string,
  shared: { readonly where: string; readonly cause: unknown },
): Failure {
  if (isNotHttp(error) || code === 'UND_ERR_HEADERS_OVERFLOW' || code?.startsWith('UND_ERR_RES')) {
    return new Failure({
      ...shared,
      kind: 'malformed',
      what: `${host} does not answer in HTTP`,
      why: 'its answer could not be read',
      next: 'Check host and port of the URL.',
    });
  }
  const reason = code === undefined ? undefined : REASONS[code];
  return new Failure({
    ...shared,
    kind: 'unreachable',
    what: `Cannot reach ${host}`,
    why: reason ?? errorText(error),
    next: 'Check the URL, the network and the VPN.',
  });
}

function certificateReason(code: string, error: unknown): string {
  if (code === 'CERT_HAS_EXPIRED') return 'it has expired';
  if (code === 'CERT_NOT_YET_VALID') return 'it is not valid yet: is the clock of this machine right?';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'it was issued for another host name';
  if (code.includes('SELF_SIGNED'))
    return 'it is self-signed, or signed by an authority that this machine does not know';
  if (code.startsWith('UNABLE_TO_')) return 'it is signed by an authority that this machine does not know';
  return errorText(error);
}

/** The parser names its reasons (`HPE_INVALID_CONSTANT`) and not its class in the code. */
function isNotHttp(error: unknown): boolean {
  return error instanceof Error && (error.name === 'HTTPParserError' || errorCode(error)?.startsWith('HPE_') === true);
}

/** Node wraps the attempts on several addresses in an AggregateError: the first one with a code speaks for all. */
function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) return error.errors.map(errorCode).find((code) => code !== undefined);
  return error.cause === undefined ? undefined : errorCode(error.cause);
}

function errorText(error: unknown): string {
  return safeText(withoutCredentials(error instanceof Error ? error.message : String(error)), 300);
}
