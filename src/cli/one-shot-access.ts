import type { Access } from '../access/access.ts';
import { createAccess } from '../access/create-access.ts';
import { ALLOWED } from '../domain/verdict.ts';
import type { AnyResource } from '../resources/define-resource.ts';
import type { RackConnection, Target } from '../targets/target.ts';

/**
 * Access for one printed view. Through a gateway the server itself decides about the one read that follows, so its
 * permission list is not fetched first (half the time of a short command); only a view that shows the role asks who we are.
 */
export async function oneShotAccess(
  resource: AnyResource,
  target: Target,
  connection: RackConnection,
  signal: AbortSignal,
): Promise<Access> {
  const { gateway, claims } = connection;
  if (!gateway) return createAccess({ kind: target.kind, claims });
  const identity = resource.showsIdentity ? await gateway.info({ signal }) : undefined;
  return { ...createAccess({ kind: target.kind, claims, identity }), can: () => ALLOWED };
}
