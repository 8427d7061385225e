import { Failure, type FailureKind, withoutCredentials } from '../domain/failure.ts';
import { safeText } from '../domain/safe-text.ts';
import type { AwsCall } from './aws-transport.ts';

interface Reading {
  readonly kind: FailureKind;
  readonly why: string;
  readonly next: string;
}

const SSO: Reading = {
  kind: 'not-logged-in',
  why: 'the AWS sign-in (SSO) is missing or has expired',
  next: 'Run `aws sso login` (with --profile, where you use one), then look again.',
};
const EXPIRED: Reading = {
  kind: 'not-logged-in',
  why: 'the AWS credentials have expired',
  next: 'Renew them (`aws sso login`, or new AWS_SESSION_TOKEN values), then look again.',
};
const NONE: Reading = {
  kind: 'not-logged-in',
  why: 'no AWS credentials were found',
  next: 'Set AWS_PROFILE, or sign in with `aws sso login`, or export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
};
const WRONG: Reading = {
  kind: 'not-logged-in',
  why: 'AWS does not know these credentials',
  next: 'Check AWS_PROFILE and the access key: `aws sts get-caller-identity` shows whom AWS takes you for.',
};

/** By the name of the error, as the SDK and the API give it. */
const BY_NAME: Readonly<Record<string, Reading>> = {
  ExpiredToken: EXPIRED,
  ExpiredTokenException: EXPIRED,
  RequestExpired: EXPIRED,
  CredentialsProviderError: NONE,
  TokenProviderError: SSO,
  UnrecognizedClientException: WRONG,
  InvalidClientTokenId: WRONG,
  SignatureDoesNotMatch: WRONG,
  InvalidSignatureException: WRONG,
  UnauthorizedSSOTokenError: SSO,
  UnauthorizedException: SSO,
};

const NOT_FOUND = new Set(['ResourceNotFoundException', 'NoSuchEntity', 'NoSuchEntityException', 'NotFoundException']);
const DENIED = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'Forbidden']);
const BUSY = new Set(['ThrottlingException', 'Throttling', 'TooManyRequestsException', 'RequestLimitExceeded']);
const CONFLICT = new Set(['ResourceInUseException', 'EntityAlreadyExists', 'ConcurrentModificationException']);
const REFUSED = new Set(['InvalidParameterException', 'ValidationError', 'ValidationException', 'InvalidInput']);
const NETWORK = new Set(['ENOTFOUND', 'ECONNREFUSED', 'ECONNRESET', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE', 'EHOSTUNREACH']);

/** Any error of a transport as a Failure. The server's own words are kept where they help, never a credential. */
export function awsFailure(error: unknown, call: AwsCall, doing: string): Failure {
  if (error instanceof Failure) return error;
  const { name, message, code, status, requestId } = partsOf(error);
  const where = `${call.service}:${call.operation}`;
  const make = (kind: FailureKind, why: string, next: string | undefined, nothingSent = false) =>
    new Failure({ kind, what: `Could not ${doing}`, why, next, where, status, requestId, nothingSent, cause: error });
  if (name === 'AbortError') return new Failure({ kind: 'cancelled', what: 'Cancelled', cause: error });
  const known = BY_NAME[name];
  if (known) {
    const reading = name === 'CredentialsProviderError' && /sso/i.test(message) ? SSO : known;
    return make(reading.kind, reading.why, reading.next, true);
  }
  if (/region is missing/i.test(message)) {
    return make('usage', 'no AWS region is known', 'Name it with --set region=..., or set AWS_REGION.', true);
  }
  if (NOT_FOUND.has(name)) return make('not-found', said(message), undefined);
  if (DENIED.has(name)) {
    return make('forbidden', said(message), `Ask for the IAM permission ${where}, or use another AWS_PROFILE.`);
  }
  if (BUSY.has(name)) return make('rate-limited', 'AWS answers too many requests of this account', 'Wait a little.');
  if (CONFLICT.has(name)) return make('conflict', said(message), 'Look again at what is true now.');
  // So EKS answers calls about access entries in mode CONFIG_MAP (convox-api.md 9.3).
  if (name === 'InvalidRequestException') return make('unsupported', said(message), undefined);
  if (REFUSED.has(name)) return make('invalid', said(message), undefined);
  // What stands between may answer with a page; whether AWS ever saw the call is not known then.
  if (name === 'SyntaxError' || /Deserialization error/.test(message)) {
    return make('malformed', 'the answer is not one of the AWS API', 'Check a proxy in between and AWS_ENDPOINT_URL.');
  }
  if (name === 'TimeoutError') return make('timeout', 'AWS did not answer in time', 'Look again.');
  if (code !== undefined && NETWORK.has(code)) {
    return make('unreachable', `AWS cannot be reached (${code})`, 'Check the network, a proxy and the region.');
  }
  return make('server', said(message) || name, undefined);
}

function partsOf(error: unknown): {
  name: string;
  message: string;
  code: string | undefined;
  status: number | undefined;
  requestId: string | undefined;
} {
  const parts = typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {};
  const meta = (typeof parts.$metadata === 'object' && parts.$metadata !== null ? parts.$metadata : {}) as Record<
    string,
    unknown
  >;
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return {
    name: text(parts.name) ?? '',
    message: text(parts.message) ?? '',
    code: text(parts.code),
    status: typeof meta.httpStatusCode === 'number' ? meta.httpStatusCode : undefined,
    requestId: text(meta.requestId),
  };
}

const MAX_SAID = 300;

function said(message: string): string {
  return safeText(withoutCredentials(message), MAX_SAID);
}
