import { Failure } from '../domain/failure.ts';
import { safeText } from '../domain/safe-text.ts';
import { browserObstacle, type OpenBrowser, requireWebUrl } from '../platform/browser.ts';
import type { Environment } from '../platform/environment.ts';
import { type LoginProgress, startLoginFlow } from './login-progress.ts';
import { openLoopbackRedirect } from './loopback-redirect.ts';
import { oidcFailure } from './oidc-failure.ts';
import { type OidcProvider, scopeOf, type TokenAnswer, tokensOf } from './oidc-provider-client.ts';
import type { OidcSessions } from './oidc-sessions.ts';
import type { LoginFlow, LoginState, OidcSettings } from './target.ts';

export interface OidcLoginDependencies {
  readonly environment: Environment;
  readonly sessions: OidcSessions;
  readonly openBrowser: OpenBrowser;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface OidcLoginOptions {
  /** A device code, where the issuer offers one: the browser is on another machine. Default: where there is none here. */
  readonly noBrowser?: boolean;
}

/** Longest time for a person to log in, ms. */
const LIMIT_MS = 10 * 60_000;
/** Pause before a device poll that met no network is tried again, ms. */
const NETWORK_PAUSE_MS = 5_000;

/**
 * Logs in at an OpenID provider as a public client: authorization code with PKCE on a loopback redirect (RFC 8252), or a
 * device code (RFC 8628) where there is no browser. The tokens go into the state folder.
 */
export function startOidcLogin(
  settings: OidcSettings,
  dependencies: OidcLoginDependencies,
  options: OidcLoginOptions = {},
): LoginFlow {
  return startLoginFlow((progress, signal) => new OidcLogin(settings, dependencies, options).run(progress, signal));
}

class OidcLogin {
  readonly #settings: OidcSettings;
  readonly #dependencies: OidcLoginDependencies;
  readonly #options: OidcLoginOptions;

  constructor(settings: OidcSettings, dependencies: OidcLoginDependencies, options: OidcLoginOptions) {
    this.#settings = settings;
    this.#dependencies = dependencies;
    this.#options = options;
  }

  async run(progress: LoginProgress, signal: AbortSignal): Promise<LoginState> {
    const { sessions, environment } = this.#dependencies;
    const session = sessions.for(this.#settings);
    const provider = await session.provider();
    signal.throwIfAborted();
    const answer = this.#wantsDevice(provider)
      ? await this.#deviceCode(provider, progress, signal)
      : await this.#authorizationCode(provider, progress, signal);
    signal.throwIfAborted();
    const tokens = tokensOf(answer, environment.now());
    await session.store.exclusively(() => session.store.save(tokens));
    return { step: 'done', email: tokens.user, targetName: this.#settings.name };
  }

  /** Without a device endpoint the page's address is shown all the same: the browser may be on this machine after all. */
  #wantsDevice({ configuration }: OidcProvider): boolean {
    const remote = this.#options.noBrowser === true || browserObstacle(this.#dependencies.environment) !== undefined;
    return remote && configuration.serverMetadata().device_authorization_endpoint !== undefined;
  }

  async #authorizationCode(provider: OidcProvider, progress: LoginProgress, signal: AbortSignal): Promise<TokenAnswer> {
    const { library, configuration } = provider;
    const redirect = await openLoopbackRedirect(this.#settings.redirectPort);
    const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]);
    try {
      const state = library.randomState();
      const nonce = library.randomNonce();
      const pkceCodeVerifier = library.randomPKCECodeVerifier();
      const url = library.buildAuthorizationUrl(configuration, {
        ...this.#parameters(provider),
        redirect_uri: redirect.uri,
        code_challenge: await library.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier };
      let answer: TokenAnswer | undefined;
      const exchange = async (current: URL) => {
        answer = await library.authorizationCodeGrant(configuration, current, checks);
      };
      const received = redirect.receive(state, exchange, limit);
      // Seen to below; without this a refusal during the opening of the browser would count as unhandled.
      received.catch(() => undefined);
      await this.#show(url.href, progress, signal);
      await received;
      if (answer === undefined) throw outOfTime();
      return answer;
    } catch (error) {
      if (limit.aborted && !signal.aborted) throw outOfTime();
      throw oidcFailure(error, 'log in', this.#settings.issuer);
    } finally {
      redirect.close();
    }
  }

  async #show(address: string, progress: LoginProgress, signal: AbortSignal): Promise<void> {
    const { environment, openBrowser } = this.#dependencies;
    const url = requireWebUrl(address).href;
    const expiresAt = environment.now() + LIMIT_MS;
    progress.report({ step: 'browser', url, opened: false, expiresAt });
    if (this.#options.noBrowser === true) return;
    const opened = await openBrowser(url).catch(() => false);
    if (opened && !signal.aborted) progress.report({ step: 'browser', url, opened, expiresAt });
  }

  async #deviceCode(provider: OidcProvider, progress: LoginProgress, signal: AbortSignal): Promise<TokenAnswer> {
    const { library, configuration } = provider;
    try {
      const device = await library.initiateDeviceAuthorization(configuration, this.#parameters(provider));
      const url = requireWebUrl(device.verification_uri_complete ?? device.verification_uri).href;
      const lifetime = Math.min(device.expires_in * 1_000, LIMIT_MS);
      const expiresAt = this.#dependencies.environment.now() + lifetime;
      progress.report({ step: 'browser', url, opened: false, userCode: safeText(device.user_code, 60), expiresAt });
      const poll = (limit: AbortSignal) =>
        library.pollDeviceAuthorizationGrant(configuration, device, undefined, { signal: limit });
      return await this.#pollDevice(poll, AbortSignal.any([signal, AbortSignal.timeout(lifetime)]), signal);
    } catch (error) {
      throw oidcFailure(error, 'log in', this.#settings.issuer);
    }
  }

  /** The library waits and slows down as told; a network that fails for a moment must not end the login. */
  async #pollDevice(
    poll: (limit: AbortSignal) => Promise<TokenAnswer>,
    limit: AbortSignal,
    signal: AbortSignal,
  ): Promise<TokenAnswer> {
    for (;;) {
      try {
        return await poll(limit);
      } catch (error) {
        if (limit.aborted && !signal.aborted) throw outOfTime();
        const failure = oidcFailure(error, 'log in', this.#settings.issuer);
        if (failure.kind !== 'unreachable' && failure.kind !== 'timeout') throw failure;
        if (failureCode(error) === 'expired_token') throw failure;
        // Cut short by the limit or a cancel, the next poll says which of the two it was.
        await this.#dependencies.sleep(NETWORK_PAUSE_MS, limit).catch(() => undefined);
      }
    }
  }

  #parameters(provider: OidcProvider): Record<string, string> {
    const { audience } = this.#settings;
    const scope = scopeOf(this.#settings, provider);
    return {
      scope,
      // OpenID Connect Core 11: without consent asked for, a request for offline access is ignored.
      ...(scope.includes('offline_access') ? { prompt: 'consent' } : {}),
      ...(audience === undefined ? {} : { audience }),
    };
  }
}

function failureCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, 'error') : undefined;
}

function outOfTime(): Failure {
  return new Failure({
    kind: 'timeout',
    what: 'The login was not completed in time',
    why: 'nobody finished it on the login page',
    next: 'Start the login again.',
  });
}
