import { homedir, hostname } from 'node:os';
import type { CommonFlags } from '../cli/invocation.ts';
import type { Environment } from '../platform/environment.ts';
import type { RequestTrace } from '../protocol/endpoint.ts';
import type { DemoEndpoint } from '../targets/demo-targets.ts';
import type { GatewayConfigFile } from '../targets/gateway-config-file.ts';
import type { ProtocolClients } from '../targets/protocol-clients.ts';
import type { TargetListing } from '../targets/target.ts';

/** What every command needs of the outside, made once; heavy parts are loaded when they are first asked for. */
export interface World {
  readonly environment: Environment;
  readonly gatewayFile: GatewayConfigFile;
  readonly clients: ProtocolClients;
  /** The embedded demo racks are what is listed. */
  readonly demo: boolean;
  /** All racks; with `wanted` a slow console need not be waited for when that one is found locally. */
  list(wanted?: string): Promise<TargetListing>;
  /** Starts the embedded demo racks; from then on they are what `list` gives. */
  openDemo(): Promise<void>;
  close(): Promise<void>;
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
  const [{ GatewayConfigFile }, { listTargets }, clients, started] = await Promise.all([
    import('../targets/gateway-config-file.ts'),
    import('../targets/list-targets.ts'),
    protocolClients(environment, options),
    demo ? startDemo(demo) : undefined,
  ]);
  const gatewayFile = new GatewayConfigFile(environment);
  let simulator = started;
  return {
    environment,
    gatewayFile,
    clients,
    get demo() {
      return simulator !== undefined;
    },
    list: (wanted) => listTargets({ environment, clients, gatewayFile, wanted, demo: simulator?.endpoints }),
    openDemo: async () => {
      simulator ??= await startDemo({});
    },
    close: async () => {
      await simulator?.close();
    },
  };
}

async function protocolClients(environment: Environment, options: WorldOptions): Promise<ProtocolClients> {
  const [{ createRackApi }, { createGatewayApi }, { createConsoleApi }] = await Promise.all([
    import('../protocol/rack-client.ts'),
    import('../protocol/gateway-client.ts'),
    import('../protocol/console-client.ts'),
  ]);
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
  };
}

async function startDemo(
  demo: NonNullable<CommonFlags['demo']>,
): Promise<{ endpoints: readonly DemoEndpoint[]; close(): Promise<void> }> {
  const { startSimulator } = await import('../simulator/simulator.ts');
  return startSimulator({
    ...(demo.apps === undefined ? {} : { apps: demo.apps }),
    ...(demo.processes === undefined ? {} : { processes: demo.processes }),
  });
}
