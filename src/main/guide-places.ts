import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { asFailure, Failure } from '../domain/failure.ts';
import type { ConsoleReads, KeepsFiles, LocalReads } from '../guides/guide-door.ts';
import { GuideFiles } from '../live/guide-files.ts';
import type { Environment } from '../platform/environment.ts';
import type { AwsTransport } from '../protocol/aws-transport.ts';
import { createConsoleMoves } from '../protocol/console-moves-client.ts';
import type { Endpoint } from '../protocol/endpoint.ts';
import { consoleEndpoint } from '../targets/console-door.ts';
import { ConvoxSettings } from '../targets/convox-settings.ts';
import { localRackFolder, namedRacks, rackFolderPath, rackFolderSource } from '../targets/local-racks.ts';
import { consoleRack, folderRack, noSuchFolder, type PlacedRack } from '../targets/placed-rack.ts';
import type { ProtocolClients } from '../targets/protocol-clients.ts';
import type { RackAddress } from '../targets/rack-address.ts';
import { type FolderSource, readRackFolder } from '../targets/rack-folder.ts';
import type { DemoWorld } from './world.ts';

/** What guides reach beside the rack itself: this machine's files, its console login, AWS. */
export interface GuidePlaces {
  readonly aws: AwsTransport;
  readonly console: ConsoleReads & { close(): Promise<void> };
  readonly local: LocalReads;
  readonly keep: KeepsFiles;
  /** A rack where a move has put it, by the name of the convox CLI. */
  placed(name: string): Promise<PlacedRack>;
}

export interface PlacesOptions {
  readonly environment: Environment;
  readonly clients: ProtocolClients;
  readonly userAgent: string;
  /** The embedded demo in place of this machine's own things. */
  readonly demo: DemoWorld | undefined;
  /** Per-rack setting of our own config file; no by default. */
  readonly insecure?: (rack: string) => Promise<boolean>;
}

export function guidePlaces(options: PlacesOptions): GuidePlaces {
  const { environment, demo } = options;
  const settings = new ConvoxSettings(environment);
  const files = new GuideFiles(environment);
  const readConsole = async (): Promise<Endpoint | undefined> =>
    demo ? demo.console : consoleEndpoint(environment, settings);
  return {
    aws: demo?.aws ?? lateSdk(environment),
    console: lateConsole(readConsole, options),
    local: demo ? demoLocal(demo, environment) : ownLocal(environment, settings, files),
    keep: demo ? demoKeep(demo) : ownKeep(settings, files),
    placed: async (name) => {
      if (name.includes('/')) {
        const console = await readConsole();
        if (!console) throw notLoggedIn();
        return consoleRack(name, console, options.clients);
      }
      const source = demo ? demoFolder(demo, name) : await rackFolderSource(settings, name);
      if (!source) throw noSuchFolder(name);
      const insecure = (await options.insecure?.(name)) ?? false;
      const resolve = demo && ((address: RackAddress) => demoAddress(address, demo));
      return folderRack(name, source, { clients: options.clients, insecure, ...(resolve ? { resolve } : {}) });
    },
  };
}

function demoFolder({ folders }: DemoWorld, name: string): FolderSource | undefined {
  const folder = folders.get(name);
  return (
    folder && {
      path: `~/.config/convox/racks/${name}`,
      list: async () => [...folder.keys()],
      read: async (file) => folder.get(file),
    }
  );
}

/** Nothing of a demo leaves the machine: a host that it does not have leads nowhere. */
function demoAddress(address: RackAddress, { hosts }: DemoWorld): RackAddress {
  const origin = hosts.get(new URL(address.origin).host) ?? 'http://127.0.0.1:9';
  return { ...address, origin, baseUrl: `${origin}${address.path}` };
}

/** The SDK is half a megabyte: it is loaded with the first call. */
function lateSdk({ env }: Environment): AwsTransport {
  let loading: Promise<AwsTransport> | undefined;
  let loaded: AwsTransport | undefined;
  const sdk = (): Promise<AwsTransport> => {
    loading ??= import('../protocol/aws-sdk-transport.ts').then(({ createSdkTransport }) => {
      // The variable that the AWS command line reads, too.
      loaded = createSdkTransport({ endpoint: env.AWS_ENDPOINT_URL?.trim() || undefined });
      return loaded;
    });
    return loading;
  };
  return {
    send: async (call) => (await sdk()).send(call),
    region: async () => (await sdk()).region(),
    close: () => loaded?.close(),
  };
}

function lateConsole(
  endpoint: () => Promise<Endpoint | undefined>,
  { clients, environment, userAgent }: PlacesOptions,
): ConsoleReads & { close(): Promise<void> } {
  let opening: Promise<Opened> | undefined;
  const opened = (): Promise<Opened> => {
    opening ??= endpoint().then((found) => {
      if (!found) throw notLoggedIn();
      const { now, random } = environment;
      return { api: clients.console(found), moves: createConsoleMoves(found, { now, random, userAgent }) };
    });
    return opening;
  };
  return {
    known: async () => (await endpoint()) !== undefined,
    racks: async (o) => (await opened()).api.racks(o),
    details: async (...args) => (await opened()).moves.details(...args),
    runtimes: async (...args) => (await opened()).moves.runtimes(...args),
    rackRuntimes: async (...args) => (await opened()).moves.rackRuntimes(...args),
    close: async () => {
      const found = await opening?.catch(() => undefined);
      await Promise.all([found?.api.close(), found?.moves.close()]);
    },
  };
}

interface Opened {
  readonly api: ReturnType<ProtocolClients['console']>;
  readonly moves: ReturnType<typeof createConsoleMoves>;
}

function notLoggedIn(): Failure {
  return new Failure({
    kind: 'not-logged-in',
    what: 'This machine is logged in to no Convox console',
    next: 'Run `convox login <host> -t <token>`; the login command stands in the console.',
    nothingSent: true,
  });
}

function ownLocal(environment: Environment, settings: ConvoxSettings, files: GuideFiles): LocalReads {
  const { env, cwd } = environment;
  return {
    rackFolder: (name) => localRackFolder(settings, name, environment),
    rackPath: (name) => settings.label('racks', name),
    namedRacks: () => namedRacks(environment, settings),
    secretFile: (path) =>
      readFile(isAbsolute(path) ? path : join(cwd, path), 'utf8').catch((error: unknown) => {
        throw asFailure(error, 'The file could not be read');
      }),
    variables: (names) => names.filter((name) => (env[name]?.trim() ?? '') !== ''),
    keptFile: (path) => files.read(path),
    keptDigest: (path) => files.digest(path),
    hasProgram: (name) => isOnPath(name, environment),
  };
}

/** Only looked for, never started. */
async function isOnPath(name: string, { env, platform }: Environment): Promise<boolean> {
  const endings = platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  const folders = (env.PATH ?? '').split(platform === 'win32' ? ';' : ':').filter((folder) => isAbsolute(folder));
  for (const folder of folders) {
    for (const ending of endings) {
      const found = await access(join(folder, `${name}${ending}`), constants.X_OK).then(
        () => true,
        () => false,
      );
      if (found) return true;
    }
  }
  return false;
}

function ownKeep(settings: ConvoxSettings, files: GuideFiles): KeepsFiles {
  return {
    text: (name, text) => files.text(name, text),
    remove: (path) => files.remove(path),
    rackFolder: async (name, begun) => {
      const path = await rackFolderPath(settings, name);
      if (path !== undefined) return files.copyOf(path, name, begun);
      throw new Failure({ kind: 'not-found', what: `There is no rack folder ${name} to copy` });
    },
  };
}

function demoLocal(demo: DemoWorld, { cwd }: Environment): LocalReads {
  return {
    rackFolder: async (name) => {
      const folder = demoFolder(demo, name);
      return folder && readRackFolder(name, folder);
    },
    rackPath: async (name) => `~/.config/convox/racks/${name}`,
    namedRacks: async () => [{ name: 'staging', from: '~/.config/convox/current' }],
    secretFile: (path) =>
      readFile(isAbsolute(path) ? path : join(cwd, path), 'utf8').catch((error: unknown) => {
        throw asFailure(error, 'The file could not be read');
      }),
    variables: () => [],
    keptFile: async (path) => demo.kept.get(path),
    keptDigest: async (path) => {
      const text = demo.kept.get(path);
      return text === undefined ? undefined : sha256(text);
    },
    hasProgram: async () => true,
  };
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** In memory: the past of a demo ends with it. */
function demoKeep({ kept, folders }: DemoWorld): KeepsFiles {
  const pathOf = (name: string): string => `demo:${kept.size + 1}-${name}`;
  return {
    text: async (name, text) => {
      const path = pathOf(name);
      kept.set(path, text);
      return { path, sha256: sha256(text) };
    },
    remove: async (path) => {
      for (const known of [...kept.keys()])
        if (known === path || known === `${path}.sha256` || known.startsWith(`${path}/`)) kept.delete(known);
    },
    rackFolder: async (name, begun) => {
      const files = [...(folders.get(name) ?? [])];
      const path = pathOf(name);
      await begun(path);
      for (const [file, text] of files) kept.set(`${path}/${file}`, text);
      const list = `${files.map(([file, text]) => `${sha256(text)}  ${file}`).join('\n')}\n`;
      kept.set(`${path}.sha256`, list);
      return { path, sha256: sha256(list) };
    },
  };
}
