import { Faults, type Outage } from './faults.ts';
import { RackServer } from './rack/rack-server.ts';
import type { RecordedRequest } from './recorded-request.ts';
import { demoRacks } from './scenario/demo-racks.ts';
import type { SimulatedRack } from './world/simulated-rack.ts';
import type { Timings } from './world/timings.ts';

export interface SimulatorOptions {
  /** Names, ids and numbers follow from it; default 1. */
  readonly seed?: number;
  /** Milliseconds since the epoch; default `Date.now`. */
  readonly now?: () => number;
  /** Total number of apps of the first rack. */
  readonly apps?: number;
  /** Total number of processes of the first rack, its own included. */
  readonly processes?: number;
  /** Version of all racks; 14 digits make v2 racks. Default 3.24.9, and 3.21.4 for the one behind the console. */
  readonly version?: string;
  /** Usage drifts and log lines flow; default true. */
  readonly lively?: boolean;
  /** Log lines per second and app; default 2. */
  readonly logRate?: number;
  /** Address of the first rack; default an ephemeral port of 127.0.0.1. */
  readonly port?: number;
  readonly host?: string;
  readonly withGateway?: boolean;
  readonly withConsole?: boolean;
  /** How long deploys, starts, builds, ... take. */
  readonly timings?: Partial<Timings>;
}

export type SimulatedEndpoint =
  /** `url` holds the credentials: `http://convox:<password>@127.0.0.1:<port>`. */
  { readonly kind: 'direct'; readonly name: string; readonly url: string };

export interface Simulator {
  readonly endpoints: readonly SimulatedEndpoint[];
  readonly racks: readonly SimulatedRack[];
  /** Every request and upgrade, oldest first; only the newest twenty thousand are kept. */
  readonly requests: readonly RecordedRequest[];
  readonly faults: Faults;
  /** Stops every server and destroys every connection. */
  close(): Promise<void>;
}

const KEEP_REQUESTS = 20_000;

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { prod, staging, eu } = demoRacks({
    seed: options.seed ?? 1,
    now: options.now ?? Date.now,
    lively: options.lively ?? true,
    logRate: options.logRate ?? 2,
    apps: options.apps,
    processes: options.processes,
    version: options.version,
    timings: options.timings,
  });
  const requests: RecordedRequest[] = [];
  const record = (request: RecordedRequest): void => {
    requests.push(request);
    if (requests.length > KEEP_REQUESTS) requests.splice(0, KEEP_REQUESTS / 4);
  };
  const outages = new Map<string, Outage>();
  const faults = new Faults(outages);
  const first = {
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.host === undefined ? {} : { host: options.host }),
  };
  const servers = [
    new RackServer(prod, { faults, record, ...first }),
    new RackServer(staging, { faults, record }),
    new RackServer(eu, { faults, record }),
  ];
  for (const server of servers) {
    outages.set(server.rack.name, server);
    await server.comeUp();
  }
  return {
    endpoints: servers.map((server) => ({ kind: 'direct', name: server.rack.name, url: server.url })),
    racks: [prod, staging, eu],
    requests,
    faults,
    close: async () => {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}
