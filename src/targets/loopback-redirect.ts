import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Failure } from '../domain/failure.ts';
import { systemErrorCode } from '../platform/atomic-file.ts';

/** Where the login page of an issuer sends the browser back to (RFC 8252 7.3). */
export interface LoopbackRedirect {
  /** `http://127.0.0.1:<port>/callback` */
  readonly uri: string;
  /**
   * The one answer that carries our `state`; everything else that comes to the port is turned away, so that no page in the
   * browser can end or hijack the login. `finish` decides what the person then reads.
   */
  receive(state: string, finish: (url: URL) => Promise<void>, signal: AbortSignal): Promise<void>;
  close(): void;
}

const PATH = '/callback';

/** Listens on this machine only. `port`: 0 for any free one; a fixed one for issuers that compare it. Throws a Failure. */
export async function openLoopbackRedirect(port = 0): Promise<LoopbackRedirect> {
  let handle: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => {
    reply(response, 404, 'Nothing is waiting here', 'Go back to the terminal.');
  };
  const server = createServer((request, response) => handle(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(port, error)));
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const host = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`;
  const uri = `http://${host}${PATH}`;
  const receive: LoopbackRedirect['receive'] = (state, finish, signal) =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(cancelled()), { once: true });
      let taken = false;
      handle = (request, response) => {
        const url = answerOf(request, host);
        if (url === undefined) return reply(response, 404, 'Not found', 'Go back to the terminal.');
        if (taken || url.searchParams.get('state') !== state) {
          return reply(
            response,
            400,
            'This is not the login that is waited for',
            'Start the login again from the terminal.',
          );
        }
        taken = true;
        finish(url).then(
          () => {
            reply(response, 200, 'You are logged in', 'You can close this page and go back to the terminal.');
            resolve();
          },
          (error: unknown) => {
            reply(response, 400, 'The login failed', 'Go back to the terminal: it says why.');
            reject(error);
          },
        );
      };
    });
  return {
    uri,
    receive,
    close: () => {
      server.close();
      // Answers on their way out are let go, kept-alive connections are not waited for.
      server.closeIdleConnections();
    },
  };
}

/** The full URL of a request for our path; the host is checked against rebinding of a foreign name to this machine. */
function answerOf(request: IncomingMessage, host: string): URL | undefined {
  if (request.method !== 'GET' || request.headers.host !== host) return undefined;
  const text = `http://${host}${request.url ?? ''}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.pathname === PATH && url.host === host ? url : undefined;
}

function reply(response: ServerResponse, status: number, title: string, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  });
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>` +
      '<style>body{font:16px system-ui,sans-serif;margin:15vh auto;max-width:32em;padding:0 1em}</style>' +
      `<h1>${title}</h1><p>${text}</p></html>`,
  );
}

function cannotListen(port: number, error: unknown): Failure {
  const taken = systemErrorCode(error) === 'EADDRINUSE';
  return new Failure({
    kind: 'conflict',
    what: 'Could not wait for the answer of the login page on this machine',
    why: taken ? `port ${port} is in use` : 'the system does not let this program listen on 127.0.0.1',
    next: 'Log in with a device code: rackdeck login --no-browser.',
    cause: error,
  });
}

function cancelled(): Failure {
  return new Failure({ kind: 'cancelled', what: 'Cancelled' });
}
