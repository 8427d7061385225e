import { createHash } from 'node:crypto';
import { Failure } from '../domain/failure.ts';
import type { Endpoint } from '../protocol/endpoint.ts';
import { rackConnection } from './connection-changes.ts';
import { directTarget } from './direct-target.ts';
import { originOf } from './gateway-target.ts';
import type { ProtocolClients } from './protocol-clients.ts';
import type { RackAddress } from './rack-address.ts';
import type { FolderSource } from './rack-folder.ts';
import type { RackConnection } from './target.ts';
import { NO_OPTIONS } from './target-candidate.ts';
import { remoteState, stateAddress } from './terraform-rack.ts';

/** A rack at the place to which a move has brought it, whatever else on this machine has its name. Holds no printable secret. */
export interface PlacedRack {
  /** For showing, without credentials. */
  readonly origin: string;
  readonly kind: 'direct' | 'console';
  /** Another one where another address or password stands there now. Tells nothing of either. */
  readonly revision: string;
  connect(): RackConnection;
}

export interface FolderRackOptions {
  readonly clients: ProtocolClients;
  /** Per-rack setting of our own config file. */
  readonly insecure: boolean;
  /** Of the demo, whose addresses stand in no DNS. */
  readonly resolve?: (address: RackAddress) => RackAddress;
}

/** At the address in the terraform state of its folder (convox-api.md 7.3). Rejects with a Failure where that names none. */
export async function folderRack(
  name: string,
  source: FolderSource,
  { clients, insecure, resolve }: FolderRackOptions,
): Promise<PlacedRack> {
  const files = await source.list();
  if (files.includes('backend.tf')) throw remoteState(name, source.path, source.path);
  const text = files.includes('terraform.tfstate') ? await source.read('terraform.tfstate') : undefined;
  const found = stateAddress(name, text, source.path);
  if (found instanceof Failure) throw found;
  const address = resolve ? resolve(found) : found;
  const options = { ...NO_OPTIONS, insecure };
  const target = directTarget({ name, address, source: source.path, options, clients });
  const revision = digest(`${address.user}\n${address.password}\n${address.baseUrl}`);
  return { origin: found.origin, kind: 'direct', revision, connect: () => target.connect() };
}

/** `rack`: `org/rack`, behind the console of this endpoint (convox-api.md 7.5). */
export function consoleRack(rack: string, console: Endpoint, clients: ProtocolClients): PlacedRack {
  return {
    origin: originOf(console.baseUrl),
    kind: 'console',
    revision: digest(`${rack}\n${console.baseUrl}\n${console.authorization() ?? ''}`),
    connect: () => rackConnection(clients, { ...console, headers: () => ({ ...console.headers?.(), rack }) }),
  };
}

const digest = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

export function noSuchFolder(name: string): Failure {
  return new Failure({
    kind: 'not-found',
    what: `There is no terraform folder of '${name}' on this machine`,
    next: 'Check the name with `convox racks`.',
    nothingSent: true,
  });
}
