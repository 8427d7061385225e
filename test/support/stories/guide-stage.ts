import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FakeCluster } from '../../../src/simulator/aws/aws-world.ts';
import type { ConsoleRack } from '../../../src/simulator/console/console-world.ts';
import type { KubeWorld } from '../../../src/simulator/kubernetes/kube-world.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import type { SimulatedRack } from '../../../src/simulator/world/simulated-rack.ts';
import { awsEnvironment, startAwsEndpoint } from '../aws-endpoint.ts';
import { clusterBelow } from '../guide-bench.ts';
import { guideWorld } from '../guide-world.ts';
import { directUrl, gatewayOf, Home } from '../home.ts';
import { Terminal, type TerminalOptions } from '../terminal.ts';

/** A run of a step as the journal on the disk tells it. */
export interface JournaledStep {
  readonly guide: string;
  readonly step: string;
  readonly headline: string;
  /** Undefined: the program died before it knew. */
  readonly result: string | undefined;
  readonly verification: string | undefined;
}

type Folder = Readonly<Record<string, string>>;
const TOUCHED = /\/kubernetes\/api\/v1\/namespaces\/kube-system\/configmaps\/aws-auth$|^\/racks(?:\/|$)/;

/**
 * A person's machine and all that guides touch, each of it outliving the program: `staging`, a terraform rack whose folder lies on
 * the disk; `acme/eu`, a rack of a console; `prod`, a rack behind a gateway; one AWS account below all three.
 */
export class GuideStage {
  readonly simulator: Simulator;
  readonly home: Home;
  readonly #env: Record<string, string>;
  readonly #close: (() => unknown)[];

  private constructor(simulator: Simulator, env: Record<string, string>, close: (() => unknown)[]) {
    this.simulator = simulator;
    this.home = new Home();
    this.#env = env;
    this.#close = close;
    this.#furnish();
  }

  static async open(options: { readonly version?: string } = {}): Promise<GuideStage> {
    const simulator = await startSimulator({ seed: 1, lively: false, version: options.version ?? '3.24.9' });
    const aws = await startAwsEndpoint(simulator.aws);
    const env = { ...awsEnvironment(aws), X_DEV_ALLOW_HTTP: 'true' };
    return new GuideStage(simulator, env, [() => aws.close(), () => simulator.close()]);
  }

  /** The real program on this machine. */
  program(options: Pick<TerminalOptions, 'columns' | 'rows'> = {}): Terminal {
    const PATH = this.path('bin');
    const terminal = Terminal.open({ home: this.home.path, env: { ...this.#env, PATH }, ...options });
    this.#close.unshift(() => terminal.close());
    return terminal;
  }

  async close(): Promise<void> {
    for (const each of this.#close.splice(0)) await each();
    this.home.remove();
  }

  // --- the world

  get console(): NonNullable<Simulator['console']> {
    if (!this.simulator.console) throw new Error('no console');
    return this.simulator.console;
  }

  get aws(): Simulator['aws'] {
    return this.simulator.aws;
  }

  /** A rack as the console keeps it. */
  entry(name = 'acme/eu'): ConsoleRack {
    const found = this.console.racks.get(name);
    if (!found) throw new Error(`the console has no ${name}`);
    return found;
  }

  rack(name: 'staging' | 'acme/eu' | 'acme/prod'): SimulatedRack {
    const found = this.simulator.racks.find((each) => each.name === name);
    if (!found) throw new Error(`no rack ${name}`);
    return found;
  }

  kube(rack: string): KubeWorld {
    return clusterBelow(this.simulator, rack);
  }

  awsAuth(rack: string): Readonly<Record<string, string>> {
    return this.kube(rack).configMaps.get('kube-system/aws-auth')?.data ?? {};
  }

  setAwsAuth(rack: string, data: Record<string, string>): void {
    this.kube(rack).setConfigMap('kube-system', 'aws-auth', data);
  }

  cluster(key: 'us-east-1/staging' | 'eu-west-1/eu' | 'us-east-1/prod'): FakeCluster {
    const found = this.aws.clusters.get(key);
    if (!found) throw new Error(`no cluster ${key}`);
    return found;
  }

  /** Clusters, entries, roles, every aws-auth and the console, to be compared. */
  world(): unknown {
    return guideWorld(this.simulator, new Map());
  }

  /** What asked for a change, with a refused one, oldest first. */
  writes(): readonly string[] {
    const sent = this.simulator.requests.filter(({ method, path }) => method !== 'GET' && TOUCHED.test(path));
    const asked = this.aws.calls.filter((call) => !/:(?:Get|List|Describe)/.test(call));
    return [...sent.map(({ rack, method, path }) => `${method} ${rack} ${path}`.replace(/ {2,}/g, ' ')), ...asked];
  }

  // --- this machine

  path(...parts: string[]): string {
    return join(this.home.path, ...parts);
  }

  folderPath(name: string): string {
    return this.path('.config/convox/racks', name);
  }

  /** The files of a rack's folder; undefined where there is none. */
  folder(name: string): Folder | undefined {
    const path = this.folderPath(name);
    if (!existsSync(path)) return undefined;
    return Object.fromEntries(readdirSync(path).map((file) => [file, readFileSync(join(path, file), 'utf8')]));
  }

  setFolder(name: string, files: Folder | undefined): void {
    const path = this.folderPath(name);
    rmSync(path, { recursive: true, force: true });
    if (!files) return;
    mkdirSync(path, { recursive: true, mode: 0o700 });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text, { mode: 0o600 });
  }

  setFile(name: string, file: string, text: string | undefined): void {
    const path = join(this.folderPath(name), file);
    if (text === undefined) rmSync(path, { force: true });
    else writeFileSync(path, text, { mode: 0o600 });
  }

  /** Copies that guides have made, as `eu.tfstate`: without the stamp before the name. */
  copies(): readonly string[] {
    const path = this.path('.local/state/rackdeck/guides/kept');
    if (!existsSync(path)) return [];
    return readdirSync(path).map((name) => name.replace(/^.*?Z-[0-9a-f]{8}-/, ''));
  }

  journal(): readonly JournaledStep[] {
    const entries = this.#journalLines();
    return entries
      .filter(({ kind }) => kind === 'intent')
      .map(({ run, actionId = '', subjects, headline = '' }) => {
        const outcomeOf = (kind: string) => {
          const found = entries.findLast((each) => each.kind === kind && each.run === run);
          return found?.outcome ?? found?.state;
        };
        return {
          guide: actionId.replace('guide.', ''),
          step: subjects?.[0]?.id ?? '',
          headline,
          result: outcomeOf('result'),
          verification: outcomeOf('verification'),
        };
      });
  }

  #journalLines(): readonly JournalLine[] {
    const path = this.path('.local/state/rackdeck/journal');
    if (!existsSync(path)) return [];
    return readdirSync(path)
      .filter((name) => name.endsWith('.jsonl'))
      .flatMap((name) => readFileSync(join(path, name), 'utf8').split('\n'))
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as JournalLine);
  }

  #furnish(): void {
    const { home, simulator } = this;
    const files = Object.fromEntries(simulator.folders.get('staging') ?? []);
    const state = JSON.parse(files['terraform.tfstate'] ?? '{}') as { outputs: { api: { value: string } } };
    state.outputs.api.value = directUrl(simulator);
    this.setFolder('staging', { ...files, 'terraform.tfstate': `${JSON.stringify(state, null, 2)}\n` });
    // The state of the console names an address that can be reached from here, as a real one does.
    const entry = this.entry();
    const kept = Buffer.from(entry.state ?? '', 'base64').toString('utf8');
    const named = /api\.[0-9a-f]+\.convox\.cloud/.exec(kept)?.[0] ?? '';
    const there = new URL(simulator.hosts.get(named) ?? 'http://nowhere').host;
    const reached = kept.replace('https://', 'http://').replace(named, there);
    entry.state = Buffer.from(reached, 'utf8').toString('base64');
    const console = simulator.endpoints.find(({ kind }) => kind === 'console');
    if (console?.kind !== 'console') throw new Error('no console');
    const { host } = new URL(console.host);
    home.write('.config/convox/auth', JSON.stringify({ [host]: console.token }));
    home.write('.config/convox/console', host);
    home.write('.config/convox/current', JSON.stringify({ name: 'staging', type: 'terraform' }));
    const gateway = gatewayOf(simulator);
    home.gateway('prod', gateway.url, gateway.issueSession('admin@example.com').token, 'admin@example.com');
    chmodSync(home.write('bin/terraform', '#!/bin/sh\n'), 0o755);
  }
}

interface JournalLine {
  readonly kind: string;
  readonly run: string;
  readonly actionId?: string;
  readonly subjects?: readonly { readonly id: string }[];
  readonly headline?: string;
  readonly outcome?: string;
  readonly state?: string;
}
