import { asFailure, Failure } from '../domain/failure.ts';
import type { GatewayConfigFile } from './gateway-config-file.ts';
import { bearer, gatewayEndpoint, originOf } from './gateway-target.ts';
import { normaliseGatewayUrl } from './gateway-url.ts';
import type { OidcSessions } from './oidc-sessions.ts';
import type { ProtocolClients } from './protocol-clients.ts';
import type { Target } from './target.ts';

export interface LogoutDependencies {
  readonly clients: ProtocolClients;
  readonly file: GatewayConfigFile;
  /** The target's own setting: do not verify its certificate. */
  readonly insecure?: boolean;
  /** Needed for oidc targets only. */
  readonly oidc?: OidcSessions;
}

export interface LogoutOutcome {
  /** False: the server was not reached or said no; `why` tells. The local copy is gone in any case. */
  readonly revoked: boolean;
  readonly why?: Failure | undefined;
}

/** Longest wait for the server, ms: logging out on a train must not hang. */
const REVOKE_MS = 5_000;

/**
 * Ends a login: revoked on the server as far as that can be reached, then forgotten here (gateway.md 2.10). Throws a
 * `usage` Failure where there is nothing to log out from, or the config file's own Failure.
 */
export async function logout(target: Target, dependencies: LogoutDependencies): Promise<LogoutOutcome> {
  const { login } = target;
  if (login?.kind === 'oidc' && dependencies.oidc !== undefined) return dependencies.oidc.logout(login.settings);
  if (login?.kind !== 'gateway') throw nothingToLeave(target);
  const name = login.entry ?? target.name;
  const entry = (await dependencies.file.read())?.gateways.get(name);
  if (entry?.token === undefined) throw notLoggedIn(target);
  const outcome = await revoke(entry.url, entry.token, dependencies);
  // Only if it is still the token that was revoked: another program may have logged in meanwhile.
  await dependencies.file.clearSession(name, entry.token);
  return outcome;
}

/** The token goes to the address that it was stored with, whatever `RACK_GATEWAY_URL` says. */
async function revoke(
  typedUrl: string,
  token: string,
  { clients, insecure }: LogoutDependencies,
): Promise<LogoutOutcome> {
  try {
    const api = clients.gateway(gatewayEndpoint(normaliseGatewayUrl(typedUrl), () => bearer(token), insecure ?? false));
    try {
      await api.logout({ signal: AbortSignal.timeout(REVOKE_MS) });
      return { revoked: true };
    } finally {
      await api.close();
    }
  } catch (error) {
    const cause = asFailure(error);
    const why = new Failure({
      kind: cause.kind === 'cancelled' ? 'timeout' : cause.kind,
      what: 'The session was forgotten here, but the server could not be told',
      why: cause.kind === 'cancelled' ? `${originOf(typedUrl) || 'it'} did not answer in time` : cause.message,
      next: 'It ends by itself after 90 days without use; a gateway administrator can end it now.',
      cause,
    });
    return { revoked: false, why };
  }
}

function nothingToLeave(target: Target): Failure {
  return new Failure({
    kind: 'usage',
    what: `There is no login to '${target.name}' to end`,
    why: `its credential comes from ${target.source}`,
    next: target.kind === 'console' ? 'Use `convox logout` for a console.' : 'Remove the credential there.',
  });
}

function notLoggedIn(target: Target): Failure {
  return new Failure({
    kind: 'usage',
    what: `'${target.name}' is not logged in`,
    next: `Run \`rackdeck login ${target.name}\` to log in.`,
  });
}
