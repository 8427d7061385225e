import { createAccess } from '../access/create-access.ts';
import { asFailure, Failure } from '../domain/failure.ts';
import { isUndecided, type Verdict } from '../domain/verdict.ts';
import { parseVersion } from '../domain/version.ts';
import type { AnyResource, OpaqueRow, QueryContext } from './define-resource.ts';

/**
 * The one way from a resource to its rows: asks access first, so that a view which cannot work says why without a request,
 * then runs the query. Rejects with a Failure.
 */
export async function runQuery(resource: AnyResource, context: QueryContext): Promise<readonly OpaqueRow[]> {
  if (!resource.isLocal) await assertUsable(resource, context);
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

async function assertUsable(resource: AnyResource, context: QueryContext): Promise<void> {
  const { access, at, rack } = context;
  if (resource.scope === 'app' && at.app === undefined) {
    throw new Failure({
      kind: 'usage',
      what: `The ${resource.id} view needs an app`,
      next: `Name it: rackdeck ${resource.id} --app <name>`,
    });
  }
  const offered = access.offers(resource.route);
  if (!offered.allowed) throw notOffered(resource, rack.name, offered.reason);
  // Looking is harmless: where nobody knows beforehand, the server decides and its own words are shown.
  const allowed = await mayLook(resource, context);
  if (!allowed.allowed && !isUndecided(allowed)) {
    throw new Failure({
      kind: 'forbidden',
      what: `You may not see ${resource.title.toLowerCase()} here`,
      why: allowed.reason,
    });
  }
}

/**
 * May I, by role? Some reads of its own the gateway checks nobody's role for (gateway.md 5.6): "the server decides" will not do
 * there, so who we are is asked first where it is not known yet.
 */
async function mayLook(resource: AnyResource, { access, gateway, rack, signal }: QueryContext): Promise<Verdict> {
  const verdict = access.can(resource.needs);
  const undecided = !verdict.allowed && verdict.because === 'unknown' && access.identity === undefined;
  if (!undecided || !gateway || !resource.needs.startsWith('gateway:')) return verdict;
  return createAccess({ kind: rack.kind, identity: await gateway.info({ signal }) }).can(resource.needs);
}
