import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/simulator.ts';
import type { SimulatedRack } from '../../src/simulator/world/simulated-rack.ts';
import { directUrl, gatewayOf, Home } from './home.ts';
import { Operator } from './operator.ts';
import { QUICK } from './quick-rack.ts';
import { Terminal } from './terminal.ts';

export interface OperationsOptions {
  /** Where the program opens: `staging/shop/services`. */
  readonly at: string;
  /** On the gateway in front of `acme`. */
  readonly person?: string;
  /** The person's config file. */
  readonly config?: unknown;
  readonly args?: readonly string[];
  /** What is different in the world: another version, other times. */
  readonly world?: Pick<SimulatorOptions, 'version' | 'timings' | 'lively'>;
  /** Is there `acme/eu` behind a console, too? */
  readonly withConsole?: boolean;
}

/** The real program in front of a quick simulated world: the direct rack `staging`, and `acme` behind a gateway. */
export class Operations {
  readonly simulator: Simulator;
  readonly home: Home;
  readonly #cleanUps: (() => unknown)[] = [];

  private constructor(simulator: Simulator, home: Home) {
    this.simulator = simulator;
    this.home = home;
  }

  static async open({
    person = 'admin@example.com',
    config,
    world = {},
    withConsole = false,
  }: Omit<OperationsOptions, 'at' | 'args'> = {}): Promise<Operations> {
    // Healthy, but for two certificates.
    const simulator = await startSimulator({ withConsole, timings: QUICK, incident: 'expired-cert', ...world });
    const gateway = gatewayOf(simulator);
    const home = new Home().directRack('staging', directUrl(simulator));
    home.gateway('acme', gateway.url, gateway.issueSession(person).token, person);
    const console = simulator.endpoints.find((endpoint) => endpoint.kind === 'console');
    if (console?.kind === 'console') home.consoleLogin(console.host, console.token);
    if (config !== undefined) home.write('.config/rackdeck/config.json', JSON.stringify(config));
    return new Operations(simulator, home);
  }

  /** A program on this machine. */
  start(at: string, args: readonly string[] = []): Operator {
    // A console is spoken to by https but for this.
    const env: Record<string, string> = this.simulator.console ? { X_DEV_ALLOW_HTTP: 'true' } : {};
    const terminal = Terminal.open({ home: this.home.path, args: [...args, 'open', at], columns: 150, rows: 44, env });
    this.#cleanUps.push(() => terminal.close());
    return new Operator(terminal);
  }

  rack(name: 'staging' | 'acme/prod' | 'acme/eu'): SimulatedRack {
    const found = this.simulator.racks.find((rack) => rack.name === name);
    if (!found) throw new RangeError(`no rack ${name}`);
    return found;
  }

  /** What changed something, as the first server saw it. */
  mutations(): readonly string[] {
    return this.simulator.requests
      .filter(({ server, rack, method, kind, path }) => {
        const isFirst = server === 'gateway' || server === 'console' || rack === 'staging';
        return isFirst && (kind === 'ws' ? !path.endsWith('/logs') : !['GET', 'HEAD', 'OPTIONS'].includes(method));
      })
      .map(
        ({ kind, method, path }) => `${kind === 'ws' ? 'SOCKET' : method} ${path.replace('/api/v1/rack-proxy', '')}`,
      );
  }

  /** The journal and whatever else the program keeps by itself; empty: nothing. */
  kept(): string {
    const folder = join(this.home.path, '.local', 'state', 'rackdeck');
    if (!existsSync(folder)) return '';
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .join('\n');
  }

  async close(): Promise<void> {
    for (const cleanUp of this.#cleanUps.splice(0).reverse()) await cleanUp();
    await this.simulator.close();
    this.home.remove();
  }
}

/** A world for one story: stories that are told at the same time share none. */
export async function withOperations(
  options: Omit<OperationsOptions, 'at' | 'args'>,
  story: (operations: Operations) => Promise<void>,
): Promise<void> {
  const operations = await Operations.open(options);
  try {
    await story(operations);
  } finally {
    await operations.close();
  }
}
