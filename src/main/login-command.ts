import type { Invocation } from '../cli/invocation.ts';
import { renderFailure } from '../cli/render-failure.ts';
import { runLogin } from '../cli/run-login.ts';
import type { Run } from '../main.ts';
import { selectTarget } from '../targets/select-target.ts';
import type { Target, TargetListing } from '../targets/target.ts';
import { endLogin, startLogin } from './logins.ts';

type LoginInvocation = Extract<Invocation, { command: 'login' }>;

/** `login <name> <url>` for a new gateway; `login [name]` again for one that is known, or for an OIDC target. */
export async function loginCommand(
  invocation: LoginInvocation,
  { world, output, signal, version }: Run,
): Promise<number> {
  const request = await loginRequest(invocation, world);
  const flow = startLogin(world, version, request, { noBrowser: !invocation.browser });
  return runLogin(flow, output, signal, world.environment.now);
}

async function loginRequest(
  { name, url, common }: LoginInvocation,
  world: Run['world'],
): Promise<Target | { readonly name: string; readonly url: string | undefined }> {
  if (name !== undefined && url !== undefined) return { name, url };
  const listing = await world.list();
  const wanted = name ?? common.rack;
  // A name that no source lists yet may still be an entry of the gateway's file; the login itself knows.
  if (wanted !== undefined && !isListed(listing, wanted)) return { name: wanted, url: undefined };
  return selectTarget(listing, wanted);
}

function isListed(listing: TargetListing, name: string): boolean {
  return listing.targets.some((target) => target.name === name || target.id === name);
}

export async function logoutCommand(
  { name, common }: Extract<Invocation, { command: 'logout' }>,
  { world, output }: Run,
): Promise<number> {
  const target = selectTarget(await world.list(), name ?? common.rack);
  const outcome = await endLogin(world, target);
  if (outcome.why) output.err(renderFailure(outcome.why));
  output.out(`Logged out of ${target.name}${outcome.revoked ? '; the session was revoked on the server' : ''}.\n`);
  return 0;
}
