import type { Access } from '../access/access.ts';
import { createAccess } from '../access/create-access.ts';
import { asFailure, Failure } from '../domain/failure.ts';
import { parseVersion } from '../domain/version.ts';
import type { AnyResource, OpaqueRow, Place, QueryContext } from './define-resource.ts';

/**
 * The one way from a resource to its rows: asks access first, so that a view which cannot work says why without a request,
 * then runs the query. Rejects with a Failure.
 */
export async function runQuery(resource: AnyResource, context: QueryContext): Promise<readonly OpaqueRow[]> {
  assertUsable(resource, context.access, context.at, context.rack.name);
  try {
    return await resource.query(context);
  } catch (error) {
    throw await explained(asFailure(error), resource, context);
  }
}

/**
 * Where nobody knew the version beforehand, the rack's "no such route" is turned into the reason that access gives once it is
 * known: `needs rack >= 3.24.6; this one is 3.21.4`.
 */
async function explained(failure: Failure, resource: AnyResource, context: QueryContext): Promise<Failure> {
  const missing = failure.kind === 'route-missing' || failure.kind === 'unsupported';
  if (!missing || context.system !== undefined) return failure;
  try {
    const { version, provider } = await context.reads.system({ signal: context.signal });
    const { offers } = createAccess({ kind: context.rack.kind, version: parseVersion(version), provider });
    const offered = offers(resource.route);
    return offered.allowed ? failure : notOffered(resource, context.rack.name, offered.reason, failure);
  } catch {
    return failure;
  }
}

function notOffered(resource: AnyResource, rack: string, why: string, cause?: Failure): Failure {
  return new Failure({
    kind: 'route-missing',
    what: `${rack} does not offer ${resource.title.toLowerCase()}`,
    why,
    cause,
  });
}

function assertUsable(resource: AnyResource, access: Access, at: Place, rack: string): void {
  if (resource.scope === 'app' && at.app === undefined) {
    throw new Failure({
      kind: 'usage',
      what: `The ${resource.id} view needs an app`,
      next: `Name it: rackdeck ${resource.id} --app <name>`,
    });
  }
  const offered = access.offers(resource.route);
  if (!offered.allowed) throw notOffered(resource, rack, offered.reason);
  // Looking is harmless: where nobody knows beforehand, the server decides and its own words are shown.
  const allowed = access.can(resource.needs);
  if (!allowed.allowed && allowed.because !== 'unknown') {
    throw new Failure({
      kind: 'forbidden',
      what: `You may not see ${resource.title.toLowerCase()} here`,
      why: allowed.reason,
    });
  }
}
