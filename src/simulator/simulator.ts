import type { AwsWorld } from './aws/aws-world.ts';
import { applyParameters, demoAccount } from './aws/demo-account.ts';
import { ConsoleServer } from './console/console-server.ts';
import { type ConsoleRack, ConsoleWorld } from './console/console-world.ts';
import { Faults, type Outage } from './faults.ts';
import { type SimulatedGateway, startSimulatedGateway } from './gateway/gateway.ts';
import { RackServer } from './rack/rack-server.ts';
import type { RecordedRequest } from './recorded-request.ts';
import { demoRacks } from './scenario/demo-racks.ts';
import { type LocalFolders, localFolder } from './terraform/local-folders.ts';
import { rackDomain } from './world/shape.ts';
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
  /** Default true; without them their racks are direct ones. */
  readonly withGateway?: boolean;
  readonly withConsole?: boolean;
  /** One failure by name (scenario/named-incidents.ts) on racks that are healthy otherwise; throws for an unknown one. */
  readonly incident?: string;
  /** Make the AWS account, and what it puts into the clusters, when `aws` is first read; default false. */
  readonly lateAccount?: boolean;
  /** How long deploys, starts, builds, ... take. */
  readonly timings?: Partial<Timings>;
}

export type SimulatedEndpoint =
  /** `url` holds the credentials: `http://convox:<password>@127.0.0.1:<port>`. */
  | { readonly kind: 'direct'; readonly name: string; readonly url: string }
  /** `token` is a session of `email`. */
  | {
      readonly kind: 'gateway';
      readonly name: string;
      readonly url: string;
      readonly token: string;
      readonly email: string;
    }
  /** `host` with scheme; `racks` as `org/name`. */
  | { readonly kind: 'console'; readonly host: string; readonly token: string; readonly racks: readonly string[] };

export interface Simulator {
  readonly endpoints: readonly SimulatedEndpoint[];
  /** The worlds, first the one in trouble. */
  readonly racks: readonly SimulatedRack[];
  readonly gateway: SimulatedGateway | undefined;
  readonly console: ConsoleWorld | undefined;
  /** The AWS account that the racks stand in; asked through `send`, not over a network. */
  readonly aws: AwsWorld;
  /** Terraform folders of the person's machine: staging was installed from there. */
  readonly folders: LocalFolders;
  /** Origins on loopback by the host of a rack's address in its terraform state. */
  readonly hosts: ReadonlyMap<string, string>;
  /** Every request and upgrade, oldest first; only the newest twenty thousand are kept. */
  readonly requests: readonly RecordedRequest[];
  /** Rules for the racks; `goDown` and `comeUp` also take `console`. */
  readonly faults: Faults;
  /** Stops every server and destroys every connection. */
  close(): Promise<void>;
}

const KEEP_REQUESTS = 20_000;
const GATEWAY_USER = 'deployer@example.com';

/** Starts the demo world: acme/prod behind a gateway, staging on its own, acme/eu behind a console. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const now = options.now ?? Date.now;
  const seed = options.seed ?? 1;
  const racks = demoRacks({
    seed,
    now,
    lively: options.lively ?? true,
    logRate: options.logRate ?? 2,
    apps: options.apps,
    processes: options.processes,
    version: options.version,
    timings: options.timings,
    incident: options.incident,
  });
  const requests: RecordedRequest[] = [];
  const record = recorder(requests);
  const outages = new Map<string, Outage>();
  const faults = new Faults(outages);
  const prod = new RackServer(racks.prod, { faults, record, ...addressOf(options) });
  const staging = new RackServer(racks.staging, { faults, record });
  const eu = new RackServer(racks.eu, { faults, record });
  const servers = [prod, staging, eu];
  for (const server of servers) {
    outages.set(server.rack.name, server);
    await server.comeUp();
  }
  const gateway = options.withGateway === false ? undefined : await openGateway(prod, { now, seed, record });
  const consoleServer =
    options.withConsole === false
      ? undefined
      : new ConsoleServer(new ConsoleWorld([racks.eu], seed), servers, { record, now });
  if (consoleServer !== undefined) {
    outages.set('console', consoleServer);
    await consoleServer.comeUp();
  }
  // Only guides ask for them; the first frame of a demo need not wait for them.
  const aws = once(() => demoAccount(racks, now));
  const folders = once(() => new Map([['staging', localFolder(racks.staging, 'us-east-1')]]));
  if (options.lateAccount !== true) aws();
  if (consoleServer !== undefined) consoleServer.world.onUpdate = (entry) => runTerraform(aws(), entry);
  return {
    endpoints: [gatewayEndpoint(gateway, prod), direct(staging), consoleEndpoint(consoleServer, eu)],
    get racks() {
      for (const { rack } of servers) rack.settle();
      return servers.map(({ rack }) => rack);
    },
    gateway,
    console: consoleServer?.world,
    get aws() {
      return aws();
    },
    get folders() {
      return folders();
    },
    hosts: new Map(servers.map((server) => [`api.${rackDomain(server.rack)}`, new URL(server.url).origin])),
    requests,
    faults,
    close: async () => {
      await Promise.all([gateway?.close(), consoleServer?.goDown(), ...servers.map((server) => server.close())]);
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function runTerraform(aws: AwsWorld, { parameters }: ConsoleRack): void {
  if (parameters === null) return;
  const { name = '', region = '' } = parameters;
  applyParameters(aws, { cluster: name.toLowerCase(), region, parameters });
}

function openGateway(
  { rack, url }: RackServer,
  shared: { now: () => number; seed: number; record: (request: RecordedRequest) => void },
): Promise<SimulatedGateway> {
  return startSimulatedGateway({ rackUrl: url, rackName: rack.shortName, rackAlias: rack.name, ...shared });
}

function addressOf({ port, host }: SimulatorOptions): { port?: number; host?: string } {
  return { ...(port === undefined ? {} : { port }), ...(host === undefined ? {} : { host }) };
}

function recorder(requests: RecordedRequest[]): (request: RecordedRequest) => void {
  return (request) => {
    requests.push(request);
    if (requests.length > KEEP_REQUESTS) requests.splice(0, KEEP_REQUESTS / 4);
  };
}

const direct = (server: RackServer): SimulatedEndpoint => ({ kind: 'direct', name: server.rack.name, url: server.url });

function gatewayEndpoint(gateway: SimulatedGateway | undefined, server: RackServer): SimulatedEndpoint {
  if (gateway === undefined) return direct(server);
  const { token } = gateway.issueSession(GATEWAY_USER);
  return { kind: 'gateway', name: server.rack.name, url: gateway.url, token, email: GATEWAY_USER };
}

function consoleEndpoint(server: ConsoleServer | undefined, rack: RackServer): SimulatedEndpoint {
  if (server === undefined) return direct(rack);
  return { kind: 'console', host: server.host, token: server.world.token, racks: [rack.rack.name] };
}
