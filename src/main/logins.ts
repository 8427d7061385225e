import { Failure } from '../domain/failure.ts';
import { systemBrowser } from '../platform/browser.ts';
import { sleep } from '../platform/sleep.ts';
import { startLoginFlow } from '../targets/login-progress.ts';
import type { LoginFlow, Target } from '../targets/target.ts';
import type { World } from './world.ts';

export interface LoginOptions {
  readonly noBrowser?: boolean;
}

type LoginRequest = Target | { readonly name: string; readonly url?: string | undefined };

/** A login for a target that was listed, or for a gateway that is not known yet. */
export function startLogin(
  world: World,
  version: string,
  request: LoginRequest,
  options: LoginOptions = {},
): LoginFlow {
  if ('kind' in request && request.login === undefined) throw nothingToLogInTo(request);
  let inner: LoginFlow | undefined;
  return startLoginFlow(
    async (progress, signal) => {
      const flow = await loadLogin(world, version, request, options);
      inner = flow;
      signal.addEventListener('abort', () => flow.cancel(), { once: true });
      if (signal.aborted) flow.cancel();
      flow.subscribe(() => progress.report(flow.state()));
      return flow.finished;
    },
    { submitCode: async (code) => inner?.submitCode(code) },
  );
}

/** Logging in is rare: what it needs is loaded when somebody does. */
async function loadLogin(
  world: World,
  version: string,
  request: LoginRequest,
  { noBrowser = false }: LoginOptions,
): Promise<LoginFlow> {
  const { environment, clients, gatewayFile, own } = world;
  const openBrowser = systemBrowser(environment);
  const method = 'login' in request ? request.login : undefined;
  if (method?.kind === 'oidc') {
    const { startOidcLogin } = await import('../targets/oidc-login.ts');
    return startOidcLogin(method.settings, { environment, sessions: own.oidc, openBrowser, sleep }, { noBrowser });
  }
  const { startGatewayLogin } = await import('../targets/gateway-login.ts');
  const insecure = (await own.file.read()).settings.racks.get(request.name)?.insecure ?? false;
  const url = method?.url ?? ('url' in request ? request.url : undefined);
  return startGatewayLogin(
    { name: method?.entry ?? request.name, url, noBrowser, insecure },
    { environment, clients, file: gatewayFile, openBrowser, clientVersion: `rackdeck/${version}`, sleep },
  );
}

/** Ends the login of a target here and, as far as it can be reached, on the server. */
export async function endLogin(world: World, target: Target): ReturnType<typeof import('../targets/logout.ts').logout> {
  const { logout } = await import('../targets/logout.ts');
  const { settings } = await world.own.file.read();
  return logout(target, {
    clients: world.clients,
    file: world.gatewayFile,
    oidc: world.own.oidc,
    insecure: settings.racks.get(target.name)?.insecure ?? false,
  });
}

function nothingToLogInTo(target: Target): Failure {
  return new Failure({
    kind: 'usage',
    what: `There is nothing to log in to for ${target.name}`,
    why: `it comes from ${target.source} with its own credentials`,
    next: target.kind === 'console' ? 'Renew them with `convox login`.' : `Renew them in ${target.source}.`,
  });
}
