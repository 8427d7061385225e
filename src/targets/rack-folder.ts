import { createHash } from 'node:crypto';
import { safeText } from '../domain/safe-text.ts';
import { isSecretParameter } from '../domain/secret-parameter.ts';
import { isJsonObject, type JsonObject, member } from './json-document.ts';

/** What a terraform rack's folder holds, as a move needs it (convox-api.md 7.3, 8): facts, never a value that is secret. */
export interface RackFolder {
  readonly name: string;
  /** For showing: `~/.config/convox/racks/staging`. */
  readonly path: string;
  /** Names of what lies in it, sorted. */
  readonly files: readonly string[];
  /** `.terraform.tfstate.lock.info`: somebody is applying. */
  readonly locked: boolean;
  /** `backend.tf`: the state is elsewhere. */
  readonly remoteBackend: boolean;
  /** `ref=` of main.tf; undefined where it pins none. */
  readonly pinnedRelease: string | undefined;
  readonly vars: RackVars | undefined;
  readonly state: TerraformState | 'missing' | 'damaged';
}

export interface RackVars {
  /** Those that are no secrets. */
  readonly shown: Readonly<Record<string, string>>;
  /** Names of the others. */
  readonly hidden: readonly string[];
  /** Does this map hold the same for the same names? Those that differ, by name; only this may compare secret values. */
  readonly differingFrom: (other: Readonly<Record<string, string>>) => readonly string[];
}

export interface TerraformState {
  /** Of the format; 4 is what convox writes. */
  readonly version: number;
  readonly lineage: string;
  readonly serial: number;
  /** Outputs `provider` and `release`; empty where there is none. */
  readonly provider: string;
  readonly release: string;
  /** Host of the output `api`; undefined where there is no such output. The credentials of it are left out. */
  readonly apiHost: string | undefined;
  readonly resources: number;
  /** SHA-256 of the whole text, hex. */
  readonly digest: string;
}

/** A folder as files: the real one, or the demo's. */
export interface FolderSource {
  readonly path: string;
  list(): Promise<readonly string[]>;
  read(file: string): Promise<string | undefined>;
}

export async function readRackFolder(name: string, source: FolderSource): Promise<RackFolder> {
  const files = [...(await source.list())].map((file) => safeText(file, 200)).sort();
  const [main, vars, state] = await Promise.all(
    ['main.tf', 'vars.json', 'terraform.tfstate'].map((file) => source.read(file)),
  );
  return {
    name,
    path: source.path,
    files,
    locked: files.includes('.terraform.tfstate.lock.info'),
    remoteBackend: files.includes('backend.tf'),
    pinnedRelease: main === undefined ? undefined : pinned(main),
    vars: vars === undefined ? undefined : readVars(vars),
    state: state === undefined ? 'missing' : (readTerraformState(state) ?? 'damaged'),
  };
}

/** Undefined: not a terraform state. */
export function readTerraformState(text: string): TerraformState | undefined {
  const state = parsed(text);
  if (!isJsonObject(state)) return undefined;
  const [version, lineage, serial] = [member(state, 'version'), member(state, 'lineage'), member(state, 'serial')];
  if (typeof version !== 'number' || typeof serial !== 'number' || typeof lineage !== 'string') return undefined;
  const resources = member(state, 'resources');
  return {
    version,
    lineage: safeText(lineage, 100),
    serial,
    provider: output(state, 'provider') ?? '',
    release: output(state, 'release') ?? '',
    apiHost: hostOf(output(state, 'api')),
    resources: Array.isArray(resources) ? resources.length : 0,
    digest: createHash('sha256').update(text, 'utf8').digest('hex'),
  };
}

function readVars(text: string): RackVars | undefined {
  const vars = parsed(text);
  if (!isJsonObject(vars)) return undefined;
  const all = new Map(Object.entries(vars).map(([name, value]) => [name, plain(value)]));
  const shown: Record<string, string> = {};
  const hidden: string[] = [];
  for (const [name, value] of all) {
    if (isSecretParameter(name)) hidden.push(safeText(name, 100));
    else shown[safeText(name, 100)] = safeText(value);
  }
  return {
    shown,
    hidden: hidden.sort(),
    differingFrom: (other) => {
      const names = new Set([...all.keys(), ...Object.keys(other)]);
      return [...names]
        .filter((name) => all.get(name) !== other[name])
        .map((name) => safeText(name, 100))
        .sort();
    },
  };
}

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function pinned(main: string): string | undefined {
  const ref = /\?ref=([A-Za-z0-9._-]+)/.exec(main)?.[1];
  return ref === undefined ? undefined : safeText(ref, 60);
}

function output(state: JsonObject, name: string): string | undefined {
  const outputs = member(state, 'outputs');
  const entry = isJsonObject(outputs) ? member(outputs, name) : undefined;
  const value = isJsonObject(entry) ? member(entry, 'value') : undefined;
  return typeof value === 'string' ? safeText(value) : undefined;
}

function hostOf(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { host } = new URL(url);
  return host === '' ? undefined : safeText(host, 253);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
