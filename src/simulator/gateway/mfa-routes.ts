import { type AuthenticatedCall, jsonObject, textField } from './call.ts';
import type { GatewayState } from './gateway-state.ts';
import { goTime, optionalGoTime } from './go-time.ts';
import type { Identity } from './identity.ts';
import { isEnforced, stampStepUp } from './mfa-gate.ts';
import type { OwnHandler, OwnRoute } from './own-route.ts';
import { failure, json, Refused, type Reply } from './reply.ts';
import { confirmTotp } from './totp-enrolment.ts';
import { isEnrolled, type MfaMethod } from './user.ts';

type SessionIdentity = Extract<Identity, { kind: 'session' }>;
type SessionHandler = (
  state: GatewayState,
  call: AuthenticatedCall & { identity: SessionIdentity },
  parameters: Readonly<Record<string, string>>,
) => Reply;

/** All of these need a session; they share one rate limiter (gateway.md 4.5, 8.3). */
function sessionRoute(
  method: OwnRoute['method'],
  path: string,
  mfa: OwnRoute['mfa'],
  handle: SessionHandler,
): OwnRoute {
  const checked: OwnHandler = (state, call, parameters) => {
    const { identity } = call;
    if (identity.kind === 'token') throw new Refused(failure(403, 'mfa requires user session'));
    return handle(state, { ...call, identity }, parameters);
  };
  return { method, path: `/auth/mfa${path}`, mfa, limit: 'mfa', handle: checked };
}

const noSecurityKeys: SessionHandler = () => failure(500, 'WebAuthn not configured');

/** Methods that a terminal cannot use are left out for callers with an `Authorization` header, that is for all here. */
const status: SessionHandler = (state, call) => {
  const { user, session } = call.identity;
  const lastUsed = Math.max(0, ...user.backupCodes.map((entry) => entry.usedAt ?? 0));
  const stepUp = session.recentStepUpAt;
  return json(200, {
    enrolled: isEnrolled(user),
    required: isEnforced(user, state.atStart.requireMfa),
    methods: user.methods.filter((method) => method.confirmedAt !== undefined && method.cliCapable).map(describeMethod),
    trusted_devices: [],
    backup_codes: {
      total: user.backupCodes.length,
      unused: user.backupCodes.filter((entry) => entry.usedAt === undefined).length,
      last_used_at: optionalGoTime(lastUsed === 0 ? undefined : lastUsed),
      last_generated_at: optionalGoTime(user.backupCodesAt),
    },
    recent_step_up_expires_at: optionalGoTime(stepUp === undefined ? undefined : stepUp + state.atStart.stepUpWindowMs),
    preferred_method: user.preferredMethod,
    webauthn_available: false,
  });
};

const verify: SessionHandler = (state, call) => {
  const body = jsonObject(call);
  const code = body === undefined ? '' : textField(body, 'code');
  if (body === undefined || code === '') return failure(400, 'invalid request');
  const result = state.factors.verify(call.identity.user, code);
  return result.ok ? verified(state, call.identity, body.trust_device === true) : failure(400, result.reason);
};

function verified(state: GatewayState, identity: SessionIdentity, trustDevice: boolean): Reply {
  const at = stampStepUp(state, identity);
  const cookie = `rgw_trusted_device=${state.random.base64url(32)}; Path=/; HttpOnly; SameSite=Lax`;
  return json(
    200,
    {
      mfa_verified_at: goTime(at),
      recent_step_up_expires_at: goTime(at + state.atStart.stepUpWindowMs),
      trusted_device_cookie: trustDevice,
    },
    trustDevice ? { 'set-cookie': cookie } : {},
  );
}

const preferMethod: SessionHandler = (_state, call) => {
  const preferred = jsonObject(call)?.preferred_method;
  const { user } = call.identity;
  if (preferred === null) delete user.preferredMethod;
  else if (preferred === 'totp' || preferred === 'webauthn') user.preferredMethod = preferred;
  else return failure(400, 'invalid request');
  return json(200, { status: 'updated' });
};

const changeMethod: SessionHandler = (_state, call, { id }) => {
  const method = ownMethod(call.identity, id);
  const body = jsonObject(call);
  const label = body === undefined ? '' : textField(body, 'label');
  if (label === '' || label.length > 150) return failure(400, 'invalid request');
  method.label = label;
  if (typeof body?.cli_capable === 'boolean') method.cliCapable = body.cli_capable;
  return json(200, { status: 'updated' });
};

const deleteMethod: SessionHandler = (_state, call, { id }) => {
  const method = ownMethod(call.identity, id);
  const { user } = call.identity;
  user.methods = user.methods.filter((other) => other !== method);
  return json(200, { status: 'deleted' });
};

function ownMethod(identity: SessionIdentity, id: string | undefined): MfaMethod {
  if (id === undefined || !/^\d+$/.test(id)) throw new Refused(failure(400, 'invalid id'));
  const method = identity.user.methods.find((candidate) => candidate.id === Number(id));
  if (method === undefined) throw new Refused(failure(404, 'mfa method not found'));
  return method;
}

function describeMethod(method: MfaMethod) {
  return {
    id: method.id,
    type: method.type,
    label: method.label,
    cli_capable: method.cliCapable,
    created_at: goTime(method.createdAt),
    confirmed_at: optionalGoTime(method.confirmedAt),
    last_used_at: optionalGoTime(method.lastUsedAt),
  };
}

const startTotp: SessionHandler = (state, call) => {
  const { user } = call.identity;
  const method = state.users.startTotp(user, state.now());
  const account = encodeURIComponent(`RackGateway:${user.email}`);
  return json(200, {
    method_id: method.id,
    secret: method.secret,
    uri: `otpauth://totp/${account}?secret=${method.secret}&issuer=RackGateway&algorithm=SHA1&digits=6&period=30`,
    backup_codes: user.backupCodes.map((entry) => entry.code),
  });
};

const finishTotp: SessionHandler = (state, call) => {
  const body = jsonObject(call) ?? {};
  const { user } = call.identity;
  const code = textField(body, 'code');
  if (typeof body.method_id !== 'number' || code === '') return failure(400, 'method_id and code are required');
  const method = user.methods.find((candidate) => candidate.id === body.method_id && candidate.type === 'totp');
  if (method === undefined) return failure(400, 'invalid MFA method');
  if (!confirmTotp(state, user, method, code)) return failure(400, 'invalid code');
  const label = textField(body, 'label');
  if (label !== '') method.label = label;
  return verified(state, call.identity, body.trust_device === true);
};

export const MFA_ROUTES: readonly OwnRoute[] = [
  sessionRoute('GET', '/status', 'none', status),
  sessionRoute('POST', '/verify', 'none', verify),
  sessionRoute('POST', '/webauthn/assertion/start', 'none', noSecurityKeys),
  sessionRoute('POST', '/webauthn/assertion/verify', 'none', () => failure(400, 'verification failed')),
  sessionRoute('PUT', '/preferred-method', 'step-up', preferMethod),
  sessionRoute('PUT', '/methods/{id}', 'step-up', changeMethod),
  sessionRoute('DELETE', '/methods/{id}', 'always', deleteMethod),
  sessionRoute('POST', '/backup-codes/regenerate', 'step-up', (state, call) => {
    const codes = state.users.renewBackupCodes(call.identity.user, state.now());
    return json(200, { backup_codes: codes.map((entry) => entry.code) });
  }),
  sessionRoute('POST', '/trusted-devices/trust', 'step-up', (state, call) => verified(state, call.identity, true)),
  sessionRoute('DELETE', '/trusted-devices/{id}', 'step-up', () => failure(404, 'trusted device not found')),
  sessionRoute('POST', '/enroll/totp/start', 'none', startTotp),
  sessionRoute('POST', '/enroll/totp/confirm', 'none', finishTotp),
  sessionRoute('POST', '/enroll/yubiotp/start', 'none', () => failure(400, 'yubikey verification is not configured')),
  sessionRoute('POST', '/enroll/webauthn/start', 'none', noSecurityKeys),
  sessionRoute('POST', '/enroll/webauthn/confirm', 'none', noSecurityKeys),
];
