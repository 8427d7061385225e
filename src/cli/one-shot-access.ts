import type { Access } from '../access/access.ts';
import { createAccess } from '../access/create-access.ts';
import { ALLOWED } from '../domain/verdict.ts';
import { parseVersion } from '../domain/version.ts';
import type { AnyResource } from '../resources/define-resource.ts';
import type { RackConnection, Target } from '../targets/target.ts';

/**
 * Access for one printed view. Through a gateway the server itself decides about the one read that follows, so its
 * permission list is not fetched first (half the time of a short command); only a view that shows the role asks who we are.
 * The gateway's own records are the exception: it checks nobody's role for most of them (gateway.md 5.6), so that nothing is
 * taken as allowed beforehand and `runQuery` asks.
 */
export async function oneShotAccess(
  resource: AnyResource,
  target: Target,
  connection: RackConnection,
  signal: AbortSignal,
): Promise<Access> {
  const { gateway, claims, rack } = connection;
  const { kind } = target;
  if (!gateway) {
    if (!resource.showsAccess) return createAccess({ kind, claims });
    const { version, provider } = await rack.system({ signal });
    return createAccess({ kind, claims, version: parseVersion(version), provider });
  }
  if (resource.showsAccess) return { ...createAccess({ kind }), can: () => ALLOWED };
  const byRole = resource.needs.startsWith('gateway:');
  const identity = resource.showsIdentity ? await gateway.info({ signal }) : undefined;
  const access = createAccess({ kind, claims, identity });
  return byRole ? access : { ...access, can: () => ALLOWED };
}
