import { asFailure, Failure } from '../domain/failure.ts';
import type { Environment } from '../platform/environment.ts';
import type { LogoutOutcome } from './logout.ts';
import { oidcFailure } from './oidc-failure.ts';
import { OidcSession } from './oidc-session.ts';
import { keyOf } from './oidc-token-store.ts';
import type { OidcSettings } from './target.ts';

/** The oidc logins of this program: one per target, however often the racks are listed. */
export class OidcSessions {
  readonly #environment: Environment;
  readonly #sessions = new Map<string, OidcSession>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  for(settings: OidcSettings): OidcSession {
    const key = JSON.stringify([keyOf(settings), settings]);
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    const session = new OidcSession(settings, this.#environment);
    this.#sessions.set(key, session);
    return session;
  }

  /** Revokes at the issuer where it offers that, and forgets here in any case. */
  async logout(settings: OidcSettings): Promise<LogoutOutcome> {
    const session = this.for(settings);
    const tokens = await session.store.read().catch(() => undefined);
    if (tokens === undefined) {
      await session.store.remove();
      throw new Failure({
        kind: 'usage',
        what: `'${settings.name}' is not logged in`,
        next: `Run \`rackdeck login ${settings.name}\` to log in.`,
      });
    }
    await session.store.remove();
    return revoke(session, tokens.refreshToken ?? tokens.accessToken);
  }
}

async function revoke(session: OidcSession, token: string): Promise<LogoutOutcome> {
  try {
    const { library, configuration } = await session.provider();
    if (configuration.serverMetadata().revocation_endpoint === undefined) return notTold('it offers no revocation');
    await library.tokenRevocation(configuration, token);
    return { revoked: true };
  } catch (error) {
    const failure = asFailure(oidcFailure(error, 'end the login', session.settings.issuer));
    return notTold(failure.why ?? failure.what);
  }
}

function notTold(why: string): LogoutOutcome {
  const failure = new Failure({
    kind: 'server',
    what: 'The login was forgotten here, but the identity provider was not told',
    why,
    next: 'It ends by itself; the identity provider can end it now.',
  });
  return { revoked: false, why: failure };
}
