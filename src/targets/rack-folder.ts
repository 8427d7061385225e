import type { LocalRackFacts } from '../domain/rack-move-facts.ts';
import { safeText } from '../domain/safe-text.ts';
import { readTerraformState } from '../domain/terraform-state-facts.ts';
import { isJsonObject, type JsonObject, member } from './json-document.ts';

/** What a terraform rack's folder holds, as a move needs it (convox-api.md 7.3, 8): facts, never a value that is secret. */
export interface RackFolder {
  readonly name: string;
  /** For showing: `~/.config/convox/racks/staging`. */
  readonly path: string;
  readonly facts: LocalRackFacts;
  /** Of vars.json, as they stand; may hold secrets. Undefined where it is missing or damaged. */
  readonly vars: Readonly<Record<string, string>> | undefined;
}

/** A folder as files: the real one, or the demo's. */
export interface FolderSource {
  readonly path: string;
  list(): Promise<readonly string[]>;
  read(file: string): Promise<string | undefined>;
}

/** `isLink`, `isFile`: of the folder's own place. `backend`: a backend is named in the environment (convox-api.md 7.2). */
export async function readRackFolder(
  name: string,
  source: FolderSource,
  place: { readonly isLink?: boolean; readonly isFile?: boolean; readonly backend?: boolean } = {},
): Promise<RackFolder> {
  const files = place.isFile ? [] : await source.list();
  const [varsText, stateText] = await Promise.all(
    ['vars.json', 'terraform.tfstate'].map((file) => (files.includes(file) ? source.read(file) : undefined)),
  );
  const state = stateText === undefined ? undefined : parsed(stateText);
  const vars = varsText === undefined ? undefined : readVars(varsText);
  return {
    name,
    path: source.path,
    facts: {
      exists: true,
      isDirectFile: place.isFile ?? false,
      isLink: place.isLink ?? false,
      hasMainTf: files.includes('main.tf'),
      hasVarsJson: files.includes('vars.json'),
      hasStateFile: files.includes('terraform.tfstate'),
      hasRemoteBackend: files.includes('backend.tf') || place.backend === true,
      hasLockFile: files.includes('.terraform.tfstate.lock.info'),
      release: vars?.release,
      provider: isJsonObject(state) ? output(state, 'provider') : undefined,
      state: stateText === undefined ? readTerraformState(undefined) : readTerraformState(state ?? stateText),
    },
    vars,
  };
}

function readVars(text: string): Readonly<Record<string, string>> | undefined {
  const vars = parsed(text);
  if (!isJsonObject(vars)) return undefined;
  return Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, plain(value)]));
}

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function output(state: JsonObject, name: string): string | undefined {
  const outputs = member(state, 'outputs');
  const entry = isJsonObject(outputs) ? member(outputs, name) : undefined;
  const value = isJsonObject(entry) ? member(entry, 'value') : undefined;
  return typeof value === 'string' ? safeText(value) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
