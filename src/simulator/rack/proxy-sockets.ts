import { isIP } from 'node:net';
import type { FrameSocket } from '../wire/frame-socket.ts';
import { RackError } from '../wire/rack-error.ts';
import { podStatus } from '../world/pod.ts';
import { type Call, type SocketRoute, variable } from './call.ts';

export const proxySockets: readonly SocketRoute[] = [
  { pattern: '/proxy/{host}/{port}', reads: true, writes: true, open: proxy },
];

/**
 * A TCP connection into the cluster. The hosts of the rack's resources and the ports of its running processes echo what they
 * get; other names do not resolve, other addresses refuse.
 */
function proxy(call: Call, socket: FrameSocket): void {
  const host = variable(call, 'host');
  const port = Number(variable(call, 'port'));
  if (call.rack.generation.since('3.24.6')) checkTarget(host, port);
  if (!knownHosts(call).has(`${host}:${port}`) && !isServed(call, host, port)) {
    const why = isIP(host) === 0 ? `lookup ${host}: no such host` : `${host}:${port}: connect: connection refused`;
    throw new RackError(500, `dial tcp: ${why}`);
  }
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

/** A process listens where its list says, as long as it runs. */
function isServed({ rack, now }: Call, host: string, port: number): boolean {
  return [...rack.pods.values()].some(
    (pod) =>
      pod.host === host &&
      pod.ports.some((each) => each.split(':').at(-1) === String(port)) &&
      podStatus(pod, now, rack.timings) === 'running',
  );
}
