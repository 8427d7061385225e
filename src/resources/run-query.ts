import type { Access } from '../access/access.ts';
import { Failure } from '../domain/failure.ts';
import type { AnyResource, OpaqueRow, Place, QueryContext } from './define-resource.ts';

/**
 * The one way from a resource to its rows: asks access first, so that a view which cannot work says why without a request,
 * then runs the query. Rejects with a Failure.
 */
export async function runQuery(resource: AnyResource, context: QueryContext): Promise<readonly OpaqueRow[]> {
  assertUsable(resource, context.access, context.at, context.rack.name);
  return resource.query(context);
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
  if (!offered.allowed) {
    throw new Failure({
      kind: 'route-missing',
      what: `${rack} does not offer ${resource.title.toLowerCase()}`,
      why: offered.reason,
    });
  }
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
