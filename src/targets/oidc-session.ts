import { asFailure, Failure } from '../domain/failure.ts';
import type { Environment } from '../platform/environment.ts';
import { isHeaderSafe } from './gateway-target.ts';
import { oidcFailure } from './oidc-failure.ts';
import { discoverProvider, type OidcProvider, tokensOf } from './oidc-provider-client.ts';
import { OidcTokenStore, type OidcTokens } from './oidc-token-store.ts';
import { basicCredential } from './rack-address.ts';
import type { OidcSettings } from './target.ts';

/** A token is renewed this long before it ends, so that it does not end on its way. */
const MARGIN_MS = 60_000;
/** After a failed refresh the token at hand is used until it ends, and the issuer is left alone for this long. */
const REST_MS = 10_000;

/** The login of one oidc target: keeps the token fresh, shared by all requests of this program. */
export class OidcSession {
  readonly settings: OidcSettings;
  readonly store: OidcTokenStore;
  readonly #now: () => number;
  readonly #discover: (settings: OidcSettings) => Promise<OidcProvider>;
  #provider: Promise<OidcProvider> | undefined;
  #refreshing: Promise<OidcTokens> | undefined;
  #restUntil = 0;

  constructor(settings: OidcSettings, environment: Environment, discover = discoverProvider) {
    this.settings = settings;
    this.store = new OidcTokenStore(settings, environment);
    this.#now = environment.now;
    this.#discover = discover;
  }

  /** Why there is nothing to connect with; looks at the file only, nothing is sent. */
  async problem(): Promise<Failure | undefined> {
    try {
      const tokens = await this.store.read();
      if (tokens === undefined) return notLoggedIn(this.settings, 'there is no login for it');
      const over = this.#remaining(tokens) <= 0 && tokens.refreshToken === undefined;
      return over ? notLoggedIn(this.settings, 'the login has expired') : undefined;
    } catch (error) {
      return asFailure(error);
    }
  }

  /** Header for the rack; renews the token where it is about to end. Throws `not-logged-in` where that cannot be done. */
  async authorization(): Promise<string> {
    const tokens = await this.#fresh();
    const token = this.settings.tokenKind === 'id' ? tokens.idToken : tokens.accessToken;
    if (token === undefined || !isHeaderSafe(token)) {
      throw notLoggedIn(this.settings, `the issuer gave no usable ${this.settings.tokenKind} token`);
    }
    return this.settings.tokenUse === 'basic' ? (basicCredential('convox', token) ?? '') : `Bearer ${token}`;
  }

  /** Discovered once per program; a failed attempt is not remembered. */
  provider(): Promise<OidcProvider> {
    this.#provider ??= this.#discover(this.settings).catch((error: unknown) => {
      this.#provider = undefined;
      throw error;
    });
    return this.#provider;
  }

  async #fresh(): Promise<OidcTokens> {
    const tokens = await this.store.read();
    if (tokens === undefined) throw notLoggedIn(this.settings, 'there is no login for it');
    const remaining = this.#remaining(tokens);
    if (remaining > MARGIN_MS) return tokens;
    if (tokens.refreshToken === undefined) {
      if (remaining > 0) return tokens;
      throw notLoggedIn(this.settings, 'the login has expired and the issuer gave no refresh token');
    }
    if (remaining > 0 && this.#now() < this.#restUntil) return tokens;
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    try {
      return await this.#refreshing;
    } catch (error) {
      this.#restUntil = this.#now() + REST_MS;
      if (remaining > 0 && asFailure(error).kind !== 'not-logged-in') return tokens;
      throw error;
    }
  }

  /** Across programs by a lock: whoever waited for it finds the new tokens and uses those. */
  #refresh(): Promise<OidcTokens> {
    return this.store.exclusively(async () => {
      const tokens = await this.store.read();
      if (tokens === undefined) throw notLoggedIn(this.settings, 'somebody logged out');
      if (this.#remaining(tokens) > MARGIN_MS) return tokens;
      if (tokens.refreshToken === undefined) throw notLoggedIn(this.settings, 'the login has expired');
      try {
        const { library, configuration } = await this.provider();
        const answer = await library.refreshTokenGrant(configuration, tokens.refreshToken);
        const renewed = tokensOf(answer, this.#now(), tokens);
        await this.store.save(renewed);
        if (this.#remaining(renewed) > 0) return renewed;
      } catch (error) {
        const failure = oidcFailure(error, 'renew the login', this.settings.issuer);
        // The issuer has ended it for good: asking again with the same token would look like theft.
        if (failure.kind === 'not-logged-in') await this.store.remove();
        throw failure.kind === 'not-logged-in' ? notLoggedIn(this.settings, failure.why ?? 'it has ended') : failure;
      }
      throw notLoggedIn(this.settings, `the issuer renewed no ${this.settings.tokenKind} token`);
    });
  }

  /** How long the token that is sent still lives, ms; unknown counts as long. */
  #remaining(tokens: OidcTokens): number {
    const end = this.settings.tokenKind === 'id' ? tokens.idExpiresAt : tokens.accessExpiresAt;
    return end === undefined ? Number.POSITIVE_INFINITY : end - this.#now();
  }
}

function notLoggedIn(settings: OidcSettings, why: string): Failure {
  return new Failure({
    kind: 'not-logged-in',
    what: `Not logged in to '${settings.name}'`,
    why,
    next: `Run \`rackdeck login ${settings.name}\`.`,
  });
}
