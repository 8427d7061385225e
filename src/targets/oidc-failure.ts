import { Failure, type FailureKind } from '../domain/failure.ts';
import { safeText } from '../domain/safe-text.ts';

interface Words {
  readonly kind: FailureKind;
  readonly why: string;
  readonly next: string;
}

const ASK = 'Ask whoever runs the identity provider.';
const AGAIN = 'Start the login again.';

/** OAuth error codes (RFC 6749 4.1.2.1 and 5.2, RFC 8628 3.5, OpenID Connect Core 3.1.2.6). */
const BY_CODE: Readonly<Record<string, Words>> = {
  access_denied: {
    kind: 'forbidden',
    why: 'it was refused on the login page',
    next: 'Start again and agree there, or ask for access.',
  },
  expired_token: { kind: 'timeout', why: 'the code was not entered in time', next: AGAIN },
  invalid_grant: { kind: 'not-logged-in', why: 'the login has ended or was revoked', next: AGAIN },
  invalid_client: {
    kind: 'invalid',
    why: 'it does not know this clientId',
    next: 'Check clientId in the config file.',
  },
  unauthorized_client: { kind: 'invalid', why: 'this clientId may not log in in this way', next: ASK },
  invalid_scope: {
    kind: 'invalid',
    why: 'it does not offer a scope that was asked for',
    next: 'Check scopes in the config file.',
  },
  invalid_target: { kind: 'invalid', why: 'it does not know the audience', next: 'Check audience in the config file.' },
  unsupported_grant_type: { kind: 'unsupported', why: 'it does not offer this way to log in', next: ASK },
  unsupported_response_type: { kind: 'unsupported', why: 'it does not offer this way to log in', next: ASK },
  login_required: { kind: 'not-logged-in', why: 'it wants a new login', next: AGAIN },
  interaction_required: { kind: 'not-logged-in', why: 'it wants a new login', next: AGAIN },
  consent_required: { kind: 'not-logged-in', why: 'it wants a new consent', next: AGAIN },
  server_error: { kind: 'server', why: 'it has a fault', next: 'Try again in a moment.' },
  temporarily_unavailable: { kind: 'server', why: 'it is overloaded', next: 'Try again in a moment.' },
};

const TLS_CODES = /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)/;

/** What openid-client, or the network under it, threw, in words. `doing`: "log in", for the sentence. */
export function oidcFailure(error: unknown, doing: string, issuer: string): Failure {
  if (error instanceof Failure) return error;
  const what = `Could not ${doing} at ${hostOf(issuer)}`;
  const oauthCode = textField(error, 'error');
  if (oauthCode !== undefined) {
    const known = Object.hasOwn(BY_CODE, oauthCode) ? BY_CODE[oauthCode] : undefined;
    const why = known?.why ?? `it answered ${safeText(oauthCode, 80)}`;
    return new Failure({ kind: known?.kind ?? 'invalid', what, why, next: known?.next ?? ASK, where: issuer });
  }
  const { kind, why, next } = withoutCode(error);
  return new Failure({ kind, what, why, next, where: issuer });
}

function withoutCode(error: unknown): Words {
  const code = textField(error, 'code');
  if (code === 'OAUTH_ABORT') return { kind: 'cancelled', why: 'it was cancelled', next: AGAIN };
  if (code === 'OAUTH_TIMEOUT')
    return { kind: 'timeout', why: 'it did not answer in time', next: 'Try again in a moment.' };
  if (
    code === 'OAUTH_RESPONSE_IS_NOT_CONFORM' ||
    code === 'OAUTH_RESPONSE_IS_NOT_JSON' ||
    code === 'OAUTH_PARSE_ERROR'
  ) {
    return {
      kind: 'malformed',
      why: 'its answer is not that of an OpenID provider',
      next: 'Check issuer in the config file.',
    };
  }
  if (code === 'OAUTH_HTTP_REQUEST_FORBIDDEN')
    return { kind: 'invalid', why: 'it is not reached over https', next: ASK };
  if (code?.startsWith('OAUTH_') === true) {
    return {
      kind: 'malformed',
      why: 'its answer failed a security check',
      next: `${AGAIN} If it stays, check issuer and clientId in the config file.`,
    };
  }
  return networkWords(error);
}

/** `fetch` hides the reason one or two causes deep. */
function networkWords(error: unknown): Words {
  const codes: string[] = [];
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 4; cause = cause.cause, depth += 1) {
    const code = textField(cause, 'code');
    if (code !== undefined) codes.push(code);
  }
  const code = codes.find((item) => !item.startsWith('OAUTH_'));
  if (code !== undefined && TLS_CODES.test(code)) {
    return {
      kind: 'tls',
      why: `its certificate is not trusted (${code})`,
      next: 'For a private certificate authority set NODE_EXTRA_CA_CERTS.',
    };
  }
  return {
    kind: 'unreachable',
    why: code === undefined ? 'it cannot be reached' : `it cannot be reached (${safeText(code, 60)})`,
    next: 'Check the network and issuer in the config file.',
  };
}

function textField(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const field: unknown = Reflect.get(value, key);
  return typeof field === 'string' ? field : undefined;
}

function hostOf(issuer: string): string {
  return URL.canParse(issuer) ? new URL(issuer).host : 'the identity provider';
}
