import { isIP } from 'node:net';
import type { FrameSocket } from '../wire/frame-socket.ts';
import { RackError } from '../wire/rack-error.ts';
import { type Call, type SocketRoute, variable } from './call.ts';

export const proxySockets: readonly SocketRoute[] = [
  { pattern: '/proxy/{host}/{port}', reads: true, writes: true, open: proxy },
];

/** A TCP connection into the cluster. The hosts of the rack's resources echo what they get; others do not resolve. */
function proxy(call: Call, socket: FrameSocket): void {
  const host = variable(call, 'host');
  const port = Number(variable(call, 'port'));
  if (call.rack.generation.since('3.24.6')) checkTarget(host, port);
  if (!knownHosts(call).has(`${host}:${port}`)) throw new RackError(500, `dial tcp: lookup ${host}: no such host`);
  // Either side's end drops the whole connection, without any marker.
  socket.onInput(
    (data) => socket.frame(data),
    () => socket.drop(),
  );
}

function checkTarget(host: string, port: number): void {
  const refused =
    host === 'localhost' ||
    host === 'metadata.google.internal' ||
    /^(?:127\.|169\.254\.|0\.0\.0\.0$)/.test(host) ||
    (isIP(host) === 6 && /^(?:::1?$|fe80|f[cd])/i.test(host)) ||
    /^(?:0x[0-9a-f]+|\d+)$/i.test(host);
  if (refused) throw new RackError(400, 'invalid proxy host');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new RackError(400, 'invalid proxy port');
}

function knownHosts({ rack }: Call): Set<string> {
  const hosts = new Set<string>();
  for (const app of rack.apps.values()) {
    for (const { url } of app.resources) {
      const match = /@?([\w.-]+):(\d+)(?:\/|$)/.exec(url.slice(url.lastIndexOf('@') + 1));
      if (match !== null) hosts.add(`${match[1]}:${match[2]}`);
    }
  }
  return hosts;
}
