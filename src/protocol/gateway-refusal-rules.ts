import type { FailureKind } from '../domain/failure.ts';

/** What a gateway's texts mean, as data: gateway.md 3.4, 4.3, 4.5, 6.3. Trailing white space is trimmed before matching. */

export const LOGIN = 'Log in again: rackdeck login.';
export const ADMIN = 'Ask a gateway administrator.';
const REPORT = 'Report it with the request id: the client should not have sent this.';
export const ENROL = 'Set up a second factor on the security page of the gateway in a browser, then log in again.';
const LATER = 'Try again in a moment; your login is kept.';
const FIVE_MINUTES = 300_000;

/** Statuses the rule is for (undefined: in-band on a socket); all where absent. `code` compares the machine code, `text` the message. */
export interface RefusalRule {
  readonly status?: readonly (number | undefined)[];
  readonly code?: string;
  readonly text?: RegExp;
  readonly kind: FailureKind;
  readonly level?: 'step-up' | 'always';
  readonly what?: string;
  readonly why?: string;
  readonly next?: string;
  readonly waitMs?: number;
}

/** Second factor (gateway.md 4.3), both dialects: own API by code, proxy by text. Looked at before anything else. */
export const MFA_RULES: readonly RefusalRule[] = [
  {
    code: 'mfa_enrollment_required',
    kind: 'mfa-enrollment',
    what: 'A second factor must be set up first',
    next: ENROL,
  },
  {
    text: /^You must set up multi-factor authentication before/,
    kind: 'mfa-enrollment',
    what: 'A second factor must be set up first',
    next: ENROL,
  },
  { status: [401], code: 'mfa_step_up_required', kind: 'mfa-required', level: 'step-up' },
  { status: [401], code: 'mfa_required', kind: 'mfa-required', level: 'always' },
  { status: [401], text: /^Multi-factor authentication is required/, kind: 'mfa-required', level: 'step-up' },
  { status: [401], text: /^session required for MFA verification$/, kind: 'not-logged-in', next: LOGIN },
  {
    status: [401],
    code: 'mfa_verification_failed',
    kind: 'mfa-rejected',
    what: 'The second factor was not accepted',
    next: 'Wait for a new code and enter it; five wrong codes lock the account.',
  },
  {
    status: [401],
    text: /^MFA verification failed$/,
    kind: 'mfa-rejected',
    what: 'The second factor was not accepted',
    why: 'the code is wrong, was used already, or has expired',
    next: 'Wait for a new code and enter it; five wrong codes lock the account.',
  },
  { status: [400, 401], text: /account locked/, kind: 'account-blocked', what: 'Your account is locked', next: ADMIN },
  {
    status: [400],
    text: /^too many attempts\b/,
    kind: 'rate-limited',
    what: 'Too many codes were tried',
    next: 'Wait five quiet minutes before the next code.',
    waitMs: FIVE_MINUTES,
  },
  {
    status: [400],
    text: /^(?:verification failed|invalid_code|invalid code)$/,
    kind: 'mfa-rejected',
    what: 'The second factor was not accepted',
    why: 'the code is wrong, was used already, or has expired',
    next: 'Wait for a new code and enter it; five wrong codes lock the account.',
  },
  { status: [400], code: 'invalid_mfa_type', kind: 'invalid', next: REPORT },
  {
    status: [403],
    text: /^mfa requires user session$/,
    kind: 'forbidden',
    why: 'an API token has no second factor',
    next: 'Log in as a person: rackdeck login.',
  },
  {
    status: [501],
    text: /^mfa service unavailable$/,
    kind: 'unsupported',
    why: 'second factors are switched off on this gateway',
  },
];

/** 401 beyond MFA (gateway.md 3.4). `failed to ...` is database trouble and must never cost somebody their session. */
export const LOGIN_RULES: readonly RefusalRule[] = [
  {
    status: [401],
    text: /^(?:authentication failed: )?failed to /,
    kind: 'server',
    what: 'The gateway could not check your login',
    next: LATER,
  },
  { status: [401], text: /user suspended$/, kind: 'account-blocked', what: 'Your account is suspended', next: ADMIN },
  {
    status: [401],
    text: /user locked$/,
    kind: 'account-blocked',
    what: 'Your account is locked',
    next: `${ADMIN} Only they can unlock it.`,
  },
  {
    status: [401],
    text: /token owner is suspended$/,
    kind: 'account-blocked',
    what: 'The owner of this API token is suspended',
    next: ADMIN,
  },
  {
    status: [401],
    text: /token owner not found$/,
    kind: 'account-blocked',
    what: 'The owner of this API token no longer exists',
    next: 'Use an API token of an existing person.',
  },
  {
    status: [401],
    text: /invalid API token: .*expired$/,
    kind: 'not-logged-in',
    what: 'The API token has expired',
    next: 'Create a new API token on the gateway.',
  },
  {
    status: [401],
    text: /invalid API token/,
    kind: 'not-logged-in',
    what: 'The gateway does not know this API token',
    next: 'Create a new API token on the gateway.',
  },
  {
    status: [401],
    text: /session not found$/,
    kind: 'not-logged-in',
    why: 'the gateway does not know this login',
    next: LOGIN,
  },
  {
    status: [401],
    text: /session revoked$/,
    kind: 'not-logged-in',
    why: 'this login was ended or has expired',
    next: LOGIN,
  },
  {
    status: [401],
    text: /session expired$/,
    kind: 'not-logged-in',
    why: 'this login was idle for too long',
    next: LOGIN,
  },
  {
    status: [401],
    text: /session invalid$|empty session token$|session user missing$/,
    kind: 'not-logged-in',
    why: 'this login cannot be used any more',
    next: LOGIN,
  },
  {
    status: [401],
    text: /^missing auth(?:orization|entication)$|^CLI authentication required/,
    kind: 'not-logged-in',
    why: 'no login was sent',
    next: LOGIN,
  },
  {
    status: [401],
    text: /^(?:invalid authorization|unsupported authorization type|browser session cookies)|invalid basic auth format$/,
    kind: 'invalid',
    next: REPORT,
  },
  {
    status: [401, 403],
    text: /^user[ _]not[ _](?:authorized|found)$/i,
    kind: 'account-blocked',
    what: 'Your account no longer exists on this gateway',
    next: ADMIN,
  },
  {
    status: [401],
    code: 'user_not_found',
    kind: 'account-blocked',
    what: 'Your account no longer exists on this gateway',
    next: ADMIN,
  },
  {
    status: [400],
    text: /^User not authorized for this gateway\.?$/,
    kind: 'account-blocked',
    what: 'This account is not known to the gateway',
    next: `${ADMIN} They must add your e-mail address.`,
  },
  {
    status: [400],
    text: /^invalid or expired state$/,
    kind: 'not-logged-in',
    what: 'This login attempt is over',
    why: 'it was completed already, or the gateway has forgotten it',
    next: 'Start the login again.',
  },
  {
    status: [401, undefined],
    text: /^you are unauthorized to access this$/,
    kind: 'forbidden',
    what: 'The rack refused the gateway',
    why: "the gateway's own rack credentials have too weak a role",
    next: ADMIN,
  },
  {
    status: [401, undefined],
    text: /^invalid authentication\b/,
    kind: 'server',
    what: 'The rack refused the gateway',
    why: "the gateway's own rack credentials are wrong",
    next: ADMIN,
  },
];

/** Policy, allow-list and forwarding (gateway.md 6.3, 1). Policy refusals come as 500: never worth a retry. */
export const POLICY_RULES: readonly RefusalRule[] = [
  {
    status: [400],
    text: /^invalid host$/,
    kind: 'invalid',
    why: 'the gateway answers only under its configured name',
    next: "Use the gateway's own host name in the URL, not an address or an alias.",
  },
  { status: [400], text: /^invalid origin$/, kind: 'invalid', next: REPORT },
  { status: [403], text: /^invalid CSRF token$/, kind: 'invalid', next: REPORT },
  {
    status: [403],
    text: /^Destructive rack actions are disabled by policy$/,
    kind: 'forbidden',
    next: 'An administrator can allow destructive actions in the gateway settings.',
  },
  {
    status: [403],
    text: /^rack disabled$/,
    kind: 'forbidden',
    why: 'this rack is switched off on the gateway',
    next: ADMIN,
  },
  {
    status: [403],
    text: /^permission denied$/,
    kind: 'forbidden',
    why: 'your role on the gateway does not allow it',
    next: 'Ask a gateway administrator for the role.',
  },
  {
    status: [403],
    text: /^(?:You don't have permission|insufficient permissions|you do not have permission|admin access required)/,
    kind: 'forbidden',
    next: 'Ask a gateway administrator for the role.',
  },
  { status: [403], text: /^This environment variable is protected/, kind: 'forbidden' },
  { status: [404], text: /^deploy approvals feature is disabled$/, kind: 'unsupported' },
  {
    status: [500],
    text: /^(?:manifest validation failed: |git-sha is required when|deployment approval required for|command not approved: )/,
    kind: 'forbidden',
    next: 'The gateway policy says no: trying again will not help.',
  },
  {
    status: [500],
    text: /^(?:build request missing object URL|invalid build request body)/,
    kind: 'invalid',
    next: REPORT,
  },
  {
    status: [409, 500],
    text: /^an archive has already been uploaded|^a build has already been created|has already been deployed$/,
    kind: 'conflict',
    next: 'Ask for a new deploy approval.',
  },
  {
    status: [500],
    text: /^(?:failed to forward request|failed to dial upstream websocket): .*(?:deadline exceeded|timeout|Client\.Timeout)/i,
    kind: 'timeout',
    what: 'The rack did not answer the gateway in time',
    why: 'the gateway waits 30 seconds at most',
    next: 'Try again, or ask for less.',
  },
  {
    status: [500],
    text: /^(?:failed to forward request|failed to dial upstream websocket): /,
    kind: 'server',
    what: 'The gateway cannot reach the rack',
    next: 'Wait a little; if it stays, ask a gateway administrator.',
  },
  {
    status: [500],
    text: /^(?:no rack configured|rack not configured)$/,
    kind: 'server',
    why: 'no rack is configured on this gateway',
    next: ADMIN,
  },
  {
    status: [502],
    text: /^rack certificate verification failed$/,
    kind: 'server',
    what: 'The gateway does not trust the rack certificate',
    next: 'An administrator must refresh the pinned rack certificate in the gateway settings.',
  },
];
