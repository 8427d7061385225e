import type { Configuration, TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client';
import { safeText } from '../domain/safe-text.ts';
import { isLoopback } from './gateway-url.ts';
import { oidcFailure } from './oidc-failure.ts';
import type { OidcTokens } from './oidc-token-store.ts';
import type { OidcSettings } from './target.ts';

export type OpenidClient = typeof import('openid-client');
export type TokenAnswer = TokenEndpointResponse & TokenEndpointResponseHelpers;

/** An issuer that was discovered, and the library to talk to it. */
export interface OidcProvider {
  readonly library: OpenidClient;
  readonly configuration: Configuration;
}

/** Longest wait for an answer of the issuer, s. */
const TIMEOUT_S = 15;

/** Loads the library (only logins and refreshes need it) and discovers the issuer. Throws a Failure. */
export async function discoverProvider(settings: OidcSettings): Promise<OidcProvider> {
  const library = await import('openid-client');
  const issuer = new URL(settings.issuer);
  const plain = issuer.protocol === 'http:' && isLoopback(issuer.hostname);
  try {
    // A public client: nothing that a person could read out of a program may count as a secret.
    const configuration = await library.discovery(issuer, settings.clientId, undefined, library.None(), {
      timeout: TIMEOUT_S,
      ...(plain ? { execute: [library.allowInsecureRequests] } : {}),
    });
    return { library, configuration };
  } catch (error) {
    throw oidcFailure(error, 'find out how to log in', settings.issuer);
  }
}

/** The scopes to ask for; a refresh token only where the issuer says that it gives one for this scope. */
export function scopeOf(settings: OidcSettings, { configuration }: OidcProvider): string {
  const offered = configuration.serverMetadata().scopes_supported ?? [];
  const scopes = new Set(['openid', ...settings.scopes]);
  if (offered.includes('offline_access')) scopes.add('offline_access');
  return [...scopes].join(' ');
}

/** A token answer as we keep it. `before`: what a refresh leaves out stays as it was. */
export function tokensOf(answer: TokenAnswer, now: number, before?: OidcTokens): OidcTokens {
  const claims = answer.claims();
  const expiresIn = answer.expiresIn();
  return {
    accessToken: answer.access_token,
    idToken: answer.id_token ?? before?.idToken,
    refreshToken: answer.refresh_token ?? before?.refreshToken,
    accessExpiresAt: expiresIn === undefined ? undefined : finite(now + expiresIn * 1_000),
    idExpiresAt: claims === undefined ? before?.idExpiresAt : finite(claims.exp * 1_000),
    user: claims === undefined ? (before?.user ?? '') : userOf(claims),
  };
}

/** A time that no clock reaches counts as unknown: kept as it is, it would make the stored login unreadable. */
function finite(time: number): number | undefined {
  return Number.isFinite(time) ? time : undefined;
}

function userOf(claims: Readonly<Record<string, unknown>>): string {
  const name = [claims.email, claims.preferred_username, claims.name, claims.sub].find(
    (claim) => typeof claim === 'string' && claim !== '',
  );
  return safeText(typeof name === 'string' ? name : '', 320);
}
