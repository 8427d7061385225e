import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { asFailure, Failure } from '../domain/failure.ts';
import { readTextFile } from '../platform/atomic-file.ts';
import { isJsonObject, type JsonObject, member } from './json-document.ts';
import { parseRackAddress, type RackAddress } from './rack-address.ts';

/** What a terraform rack's folder says without running terraform (convox-api.md 7.3). */
export interface TerraformRack {
  readonly address: RackAddress | Failure;
  readonly provider: string | undefined;
  readonly status: 'running' | 'updating' | 'unknown';
}

const STATE_VERSION = 4;

/** `folder` holds `main.tf`; `label` names it in messages. Never rejects: what is wrong becomes the address. */
export async function readTerraformRack(name: string, folder: string, label: string): Promise<TerraformRack> {
  const updating = await exists(join(folder, '.terraform.tfstate.lock.info'));
  if (await exists(join(folder, 'backend.tf'))) {
    return {
      address: remoteState(name, folder, label),
      provider: undefined,
      status: updating ? 'updating' : 'unknown',
    };
  }
  const path = join(folder, 'terraform.tfstate');
  try {
    const text = await readTextFile(path);
    const outputs = outputsOf(text, label);
    const status = updating ? 'updating' : output(outputs, 'api') === undefined ? 'unknown' : 'running';
    return { address: addressIn(outputs, name, label), provider: output(outputs, 'provider'), status };
  } catch (error) {
    return { address: asFailure(error), provider: undefined, status: updating ? 'updating' : 'unknown' };
  }
}

/** Of the text of `terraform.tfstate`, undefined where there is none; a Failure where it names no address. Quotes nothing of it. */
export function stateAddress(name: string, text: string | undefined, label: string): RackAddress | Failure {
  try {
    return addressIn(outputsOf(text, label), name, label);
  } catch (error) {
    return asFailure(error);
  }
}

function addressIn(outputs: JsonObject, name: string, label: string): RackAddress | Failure {
  const api = output(outputs, 'api');
  return api === undefined ? noAddress(name, label) : parseRackAddress(api, `${label}/terraform.tfstate`);
}

function outputsOf(text: string | undefined, folder: string): JsonObject {
  if (text === undefined) return {};
  const label = `${folder}/terraform.tfstate`;
  const state = parsed(text);
  if (!isJsonObject(state)) throw malformedState(label, 'it is not a JSON object');
  const version = member(state, 'version');
  if (version !== STATE_VERSION) throw malformedState(label, `its format is not version ${STATE_VERSION}`);
  const outputs = member(state, 'outputs');
  return isJsonObject(outputs) ? outputs : {};
}

function output(outputs: JsonObject, name: string): string | undefined {
  const entry = member(outputs, name);
  const value = isJsonObject(entry) ? member(entry, 'value') : undefined;
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function malformedState(label: string, why: string): Failure {
  return new Failure({
    kind: 'malformed',
    what: `Could not understand ${label}`,
    why,
    next: 'Set RACK_URL to the output of `terraform output -raw api`, run in its folder.',
    where: label,
  });
}

export function remoteState(name: string, folder: string, label: string): Failure {
  return new Failure({
    kind: 'unsupported',
    what: `The address of '${name}' is not on this machine`,
    why: `its terraform state is kept in the remote backend of ${label}/backend.tf`,
    next: `Run rackdeck with RACK_URL="$(terraform -chdir='${folder.replaceAll("'", "'\\''")}' output -raw api)".`,
    where: `${label}/backend.tf`,
  });
}

function noAddress(name: string, label: string): Failure {
  return new Failure({
    kind: 'not-found',
    what: `The terraform rack '${name}' has no API address yet`,
    why: `${label}/terraform.tfstate has no output named api`,
    next: 'Wait for its installation to end, or run `convox racks` to see what is wrong.',
    where: `${label}/terraform.tfstate`,
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
