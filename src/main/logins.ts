import { Failure } from '../domain/failure.ts';
import { systemBrowser } from '../platform/browser.ts';
import { sleep } from '../platform/sleep.ts';
import { startGatewayLogin } from '../targets/gateway-login.ts';
import type { LoginFlow, Target } from '../targets/target.ts';
import type { World } from './world.ts';

export interface LoginOptions {
  readonly noBrowser?: boolean;
}

/** A login for a target that was listed, or for a gateway that is not known yet. */
export function startLogin(
  world: World,
  version: string,
  request: Target | { readonly name: string; readonly url?: string | undefined },
  options: LoginOptions = {},
): LoginFlow {
  const method = 'login' in request ? request.login : undefined;
  if ('kind' in request && method === undefined) throw nothingToLogInTo(request);
  const gateway = method?.kind === 'gateway' ? method : undefined;
  const url = gateway?.url ?? ('url' in request ? request.url : undefined);
  return startGatewayLogin(
    { name: gateway?.entry ?? request.name, url, noBrowser: options.noBrowser === true },
    {
      environment: world.environment,
      clients: world.clients,
      file: world.gatewayFile,
      openBrowser: systemBrowser(world.environment),
      clientVersion: `rackdeck/${version}`,
      sleep,
    },
  );
}

function nothingToLogInTo(target: Target): Failure {
  return new Failure({
    kind: 'usage',
    what: `There is nothing to log in to for ${target.name}`,
    why: `it comes from ${target.source} with its own credentials`,
    next: target.kind === 'console' ? 'Renew them with `convox login`.' : `Renew them in ${target.source}.`,
  });
}
