import { type Call, header } from './call.ts';
import type { GatewayState } from './gateway-state.ts';
import type { Identity, InlineFactor } from './identity.ts';
import type { MfaLevel } from './proxied-routes.ts';
import { json, Refused, text } from './reply.ts';
import { isEnrolled, type User } from './user.ts';

/** MFA is demanded of everybody, or of this user because a factor was confirmed once (gateway.md 2.4). */
export function isEnforced(user: User, requireAll: boolean): boolean {
  return requireAll || user.mfaEnforcedAt !== undefined;
}

/** 403 on every own route but `/info` and `/auth/mfa*` while an enforced user has no factor (gateway.md 4.3). */
export function refuseUnenrolledOwn(state: GatewayState, identity: Identity, path: string): void {
  if (identity.kind === 'token' || path === '/info' || path === '/auth/mfa' || path.startsWith('/auth/mfa/')) return;
  if (isEnrolled(identity.user) || !isEnforced(identity.user, state.atStart.requireMfa)) return;
  const message = 'Multi-factor authentication enrollment is required before you can access this resource.';
  throw new Refused(json(403, { error: 'mfa_enrollment_required', message }, { 'x-mfa-required': 'enrollment' }));
}

export function refuseUnenrolledProxy(state: GatewayState, identity: Identity): void {
  if (identity.kind === 'token' || isEnrolled(identity.user)) return;
  if (!isEnforced(identity.user, state.settings.flag('mfa_require_all_users'))) return;
  const message =
    'You must set up multi-factor authentication before you can continue using the CLI. Please run rack-gateway login and finish MFA enrollment.';
  throw new Refused(json(403, { error: 'mfa_enrollment_required', message }));
}

/** The own API's dialect: `always` needs a factor in this very request, `step-up` an open window or a factor. */
export function requireOwnMfa(state: GatewayState, call: Call, identity: Identity, level: MfaLevel): void {
  if (level === 'none' || identity.kind === 'token') return;
  const { session, user } = identity;
  if (session.mfaVerifiedAt === undefined && !isEnrolled(user)) {
    const message = 'Multi-factor authentication must be enabled for this account before continuing.';
    throw new Refused(json(401, { error: 'mfa_enrollment_required', message }, { 'x-mfa-required': 'enrollment' }));
  }
  if (level === 'step-up' && windowIsOpen(state, session.recentStepUpAt, state.atStart.stepUpWindowMs)) return;
  const factor = inlineFactor(call, identity);
  if (factor === undefined) throw new Refused(askOwn(level));
  if (factor.type !== 'totp' && factor.type !== 'webauthn') {
    throw new Refused(json(400, { error: 'invalid_mfa_type', message: `Unsupported MFA type: ${factor.type}` }));
  }
  if (!acceptsInline(state, identity, factor)) {
    const message =
      factor.type === 'totp'
        ? 'Verification code is incorrect or has expired. Please try again.'
        : 'Security key verification failed. Please try again.';
    throw new Refused(json(401, { error: 'mfa_verification_failed', message }));
  }
}

/** The proxy's dialect; there `always` is satisfied by the window too (gateway.md 4.1). */
export function requireProxyMfa(
  state: GatewayState,
  call: Pick<Call, 'headers'>,
  identity: Identity,
  level: MfaLevel,
): void {
  if (level === 'none' || identity.kind === 'token') return;
  if (windowIsOpen(state, identity.session.recentStepUpAt, state.liveStepUpWindowMs())) return;
  const factor = inlineFactor(call, identity);
  if (factor === undefined) {
    throw new Refused(
      text(401, 'Multi-factor authentication is required for this action', {
        'x-mfa-required': 'true',
        'x-mfa-level': level === 'always' ? 'always' : 'step_up',
      }),
    );
  }
  if (!acceptsInline(state, identity, factor)) throw new Refused(text(401, 'MFA verification failed'));
}

/** A factor of any kind opens the session's window. */
export function stampStepUp(state: GatewayState, identity: Extract<Identity, { kind: 'session' }>): number {
  const at = state.now();
  identity.session.mfaVerifiedAt = at;
  identity.session.recentStepUpAt = at;
  return at;
}

function windowIsOpen(state: GatewayState, since: number | undefined, windowMs: number): boolean {
  return since !== undefined && state.now() < since + windowMs;
}

/** `X-Mfa-Totp` beats `X-MFA-WebAuthn` beats the token suffix (gateway.md 4.4). */
function inlineFactor(call: Pick<Call, 'headers'>, identity: Identity): InlineFactor | undefined {
  const totp = header(call, 'x-mfa-totp');
  if (totp !== undefined && totp !== '') return { type: 'totp', value: totp };
  const webauthn = header(call, 'x-mfa-webauthn');
  if (webauthn !== undefined && webauthn !== '') return { type: 'webauthn', value: webauthn };
  return identity.kind === 'session' ? identity.factor : undefined;
}

/** Security keys are not simulated: a WebAuthn answer is always wrong here. */
function acceptsInline(
  state: GatewayState,
  identity: Extract<Identity, { kind: 'session' }>,
  factor: InlineFactor,
): boolean {
  if (factor.type !== 'totp' || !state.factors.verify(identity.user, factor.value).ok) return false;
  stampStepUp(state, identity);
  return true;
}

function askOwn(level: 'step-up' | 'always') {
  return level === 'always'
    ? json(
        401,
        {
          error: 'mfa_required',
          message: 'Multi-factor authentication is required for this sensitive operation.',
        },
        { 'x-mfa-required': 'always' },
      )
    : json(
        401,
        { error: 'mfa_step_up_required', message: 'Multi-factor authentication is required for this action.' },
        { 'x-mfa-required': 'step-up' },
      );
}
