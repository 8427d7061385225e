import { homedir, hostname } from 'node:os';
import type { CommonFlags } from '../cli/invocation.ts';
import { ConfigFile } from '../platform/config-file.ts';
import type { Environment } from '../platform/environment.ts';
import type { AwsTransport } from '../protocol/aws-transport.ts';
import { createConsoleApi } from '../protocol/console-client.ts';
import { consolePrelude } from '../protocol/console-session.ts';
import type { Endpoint, RequestTrace } from '../protocol/endpoint.ts';
import { createGatewayApi } from '../protocol/gateway-client.ts';
import { createGatewayWriter } from '../protocol/gateway-write-client.ts';
import { createRackApi } from '../protocol/rack-client.ts';
import { createRackSockets } from '../protocol/rack-sockets.ts';
import { createRackWriter } from '../protocol/rack-write-client.ts';
import type { DemoEndpoint } from '../targets/demo-targets.ts';
import { GatewayConfigFile } from '../targets/gateway-config-file.ts';
import { listTargets, type OwnConfig } from '../targets/list-targets.ts';
import { OidcSessions } from '../targets/oidc-sessions.ts';
import type { ProtocolClients } from '../targets/protocol-clients.ts';
import { basicCredential } from '../targets/rack-address.ts';
import type { TargetListing } from '../targets/target.ts';

/** What every command needs of the outside, made once. */
export interface World {
  readonly environment: Environment;
  readonly gatewayFile: GatewayConfigFile;
  readonly clients: ProtocolClients;
  readonly own: OwnConfig;
  /** The embedded demo racks are what is listed. */
  readonly demo: boolean;
  /** What guides find in the demo in place of this machine's own things. */
  readonly demoWorld: DemoWorld | undefined;
  /** All racks. `onlySelected`: one will do, so a slow console need not be waited for when that one is found locally. */
  list(choice?: { readonly wanted?: string | undefined; readonly onlySelected?: boolean }): Promise<TargetListing>;
  /** Starts the embedded demo racks; from then on they are what `list` gives. */
  openDemo(): Promise<void>;
  close(): Promise<void>;
}

/** AWS, the console and the rack folders of the demo; all in this process. */
export interface DemoWorld {
  readonly aws: AwsTransport;
  readonly console: Endpoint | undefined;
  /** Terraform folders by rack name: file name to text. */
  readonly folders: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Origins on loopback by the host of a rack's address: `api.1a2b.convox.cloud`. */
  readonly hosts: ReadonlyMap<string, string>;
  /** Copies that guides made, by path. */
  readonly kept: Map<string, string>;
}

export interface WorldOptions {
  readonly common: CommonFlags;
  readonly version: string;
  readonly trace?: (trace: RequestTrace) => void;
}

export function environmentOf(proc: NodeJS.Process): Environment {
  return {
    env: proc.env,
    home: homedir(),
    cwd: proc.cwd(),
    platform: proc.platform,
    hostname: hostname(),
    now: Date.now,
    random: Math.random,
  };
}

export async function createWorld(environment: Environment, options: WorldOptions): Promise<World> {
  const { demo } = options.common;
  const clients = protocolClients(environment, options);
  const gatewayFile = new GatewayConfigFile(environment);
  const own = { file: new ConfigFile(environment), oidc: new OidcSessions(environment) };
  let simulator = demo ? await startDemo(demo) : undefined;
  return {
    environment,
    gatewayFile,
    clients,
    own,
    get demo() {
      return simulator !== undefined;
    },
    get demoWorld() {
      return simulator?.world;
    },
    list: ({ wanted, onlySelected = false } = {}) =>
      listTargets({ environment, clients, gatewayFile, own, wanted, onlySelected, demo: simulator?.endpoints }),
    openDemo: async () => {
      simulator ??= await startDemo({});
    },
    close: async () => {
      await simulator?.close();
    },
  };
}

function protocolClients(environment: Environment, options: WorldOptions): ProtocolClients {
  const dependencies = {
    now: environment.now,
    random: environment.random,
    userAgent: `rackdeck/${options.version}`,
    ...(options.trace ? { trace: options.trace } : {}),
  };
  return {
    rack: (endpoint) => createRackApi(endpoint, dependencies),
    gateway: (endpoint) => createGatewayApi(endpoint, dependencies),
    console: (endpoint) => createConsoleApi(endpoint, dependencies),
    rackWriter: (endpoint) => createRackWriter(endpoint, dependencies),
    gatewayWriter: (endpoint) => createGatewayWriter(endpoint, dependencies),
    kubernetes: async (endpoint) => {
      const { createKubernetesClient } = await import('../protocol/kubernetes-client.ts');
      return createKubernetesClient(endpoint, dependencies);
    },
    rackSockets: (endpoint, guard) =>
      createRackSockets(endpoint, dependencies, guard, { prelude: consolePrelude(endpoint, dependencies) }),
  };
}

async function startDemo(
  demo: NonNullable<CommonFlags['demo']>,
): Promise<{ endpoints: readonly DemoEndpoint[]; world: DemoWorld; close(): Promise<void> }> {
  const { startSimulator } = await import('../simulator/simulator.ts');
  const simulator = await startSimulator({
    lateAccount: true,
    ...(demo.apps === undefined ? {} : { apps: demo.apps }),
    ...(demo.processes === undefined ? {} : { processes: demo.processes }),
    ...(demo.incident === undefined ? {} : { incident: demo.incident }),
  });
  const { endpoints, close } = simulator;
  const world = {
    // Made when a guide asks for them.
    get aws() {
      return simulator.aws;
    },
    get folders() {
      return simulator.folders;
    },
    console: consoleOf(endpoints),
    hosts: simulator.hosts,
    kept: new Map(),
  };
  return { endpoints, close, world };
}

function consoleOf(endpoints: readonly DemoEndpoint[]): Endpoint | undefined {
  const found = endpoints.find((endpoint) => endpoint.kind === 'console');
  if (!found) return undefined;
  const credential = basicCredential('convox', found.token);
  return { baseUrl: found.host.replace(/\/$/, ''), authorization: () => credential, dialect: 'console' };
}
