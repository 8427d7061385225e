import { type Call, header, jsonObject, textField } from './call.ts';
import type { GatewayState } from './gateway-state.ts';
import { goTime } from './go-time.ts';
import { ENROLMENT_TEXT, finishSignIn, needsEnrolment, type SignInOutcome, startLogin } from './login-flow.ts';
import type { LoginState } from './login-store.ts';
import { failure, json, type Reply, redirect, text } from './reply.ts';
import { isUuid } from './uuid.ts';

/** The unauthenticated login routes (gateway.md 2.2), keyed by method and path below `/api/v1`. */
export const LOGIN_ROUTES: Readonly<Record<string, (state: GatewayState, call: Call) => Reply>> = {
  'POST /auth/cli/start': (state) => {
    const { row, authUrl } = startLogin(state);
    return json(200, { auth_url: authUrl, state: row.state, code_verifier: row.verifier });
  },
  'GET /auth/cli/callback': callback,
  'GET /auth/cli/mfa': afterSignIn,
  'POST /auth/cli/mfa': answerMfa,
  'POST /auth/cli/complete': complete,
  'GET /auth/web/logout': logout,
};

function callback(state: GatewayState, call: Call): Reply {
  const code = call.query.get('code') ?? '';
  const row = call.query.get('state') ?? '';
  if (code === '' || row === '') return text(400, 'Missing code or state');
  const login = state.logins.find(row);
  if (login === undefined) return text(500, 'Failed to persist login state');
  login.code = code;
  return redirect(307, `/api/v1/auth/cli/mfa?state=${encodeURIComponent(row)}`);
}

function afterSignIn(state: GatewayState, call: Call): Reply {
  const key = call.query.get('state') ?? '';
  if (key === '') return challengeError('missing_state');
  const login = state.logins.find(key);
  if (login === undefined) return challengeError('expired');
  const outcome = exchange(state, login);
  if (outcome === undefined) return challengeError('session_incomplete');
  if (outcome === 'success') return redirect(307, '/app/cli/auth/success');
  if (outcome === 'challenge') return redirect(307, `/app/auth/mfa/challenge?state=${encodeURIComponent(key)}`);
  if (outcome === 'enrolment') {
    return redirect(307, `/app/account/security?enrollment=required&channel=cli&state=${encodeURIComponent(key)}`);
  }
  return challengeError(outcome);
}

function challengeError(code: string): Reply {
  return redirect(307, `/app/auth/mfa/challenge?error=${code}`);
}

/** Redeems the code once; a page that is loaded again finds the user already known. */
function exchange(state: GatewayState, login: LoginState): SignInOutcome | undefined {
  if (login.user !== undefined) return finishSignIn(state, login, login.user.email);
  if (login.code === undefined) return undefined;
  const email = state.logins.redeem(login.code, login.verifier);
  delete login.code;
  return email === undefined ? 'exchange_failed' : finishSignIn(state, login, email);
}

/** The factor of a login, from the browser page or from a terminal (gateway.md 2.5). */
function answerMfa(state: GatewayState, call: Call): Reply {
  const body = jsonObject(call);
  if (body === undefined) return failure(400, 'invalid_request');
  const refusal = checkLoginFactor(state, {
    state: textField(body, 'state'),
    method: textField(body, 'method') || 'totp',
    code: textField(body, 'code'),
  });
  if (refusal === undefined) return json(200, { redirect: '/app/cli/auth/success' });
  return failure(refusal === 'user_not_authorized' ? 401 : 400, refusal);
}

/** Undefined when the factor was accepted (or had been before), else the error code. */
export function checkLoginFactor(
  state: GatewayState,
  given: { state: string; method: string; code: string },
): string | undefined {
  if (given.state === '') return 'state_required';
  const login = state.logins.find(given.state);
  if (login === undefined) return 'session_expired';
  if (login.user === undefined && login.code === undefined) return 'session_incomplete';
  if (login.user === undefined && exchange(state, login) === 'exchange_failed') return 'exchange_failed';
  if (login.user === undefined || !state.users.contains(login.user)) return 'user_not_authorized';
  if (login.mfaVerifiedAt !== undefined) return undefined;
  if (given.method !== 'totp' && given.method !== 'webauthn') return 'invalid_method';
  if (given.code === '') return 'code_required';
  if (given.method === 'webauthn' || !state.factors.verify(login.user, given.code).ok) return 'invalid_code';
  login.mfaVerifiedAt = state.now();
  return undefined;
}

function complete(state: GatewayState, call: Call): Reply {
  const body = jsonObject(call);
  if (body === undefined || textField(body, 'state') === '' || textField(body, 'code_verifier') === '') {
    return failure(400, 'invalid request');
  }
  const login = state.logins.find(textField(body, 'state'));
  if (login === undefined) return failure(400, 'invalid or expired state');
  if (login.error !== undefined) return failure(400, login.error.trim() === '' ? 'login_failed' : login.error);
  if (login.user === undefined) return json(202, { status: 'pending' });
  if (!state.users.contains(login.user)) return failure(401, 'user not authorized');
  if (needsEnrolment(state, login.user)) return failure(400, ENROLMENT_TEXT);
  if (login.mfaVerifiedAt === undefined) return json(202, { status: 'pending' });
  return openSession(state, call, login, body);
}

function openSession(state: GatewayState, call: Call, login: LoginState, body: Record<string, unknown>): Reply {
  const deviceId = textField(body, 'device_id');
  const user = login.user;
  if (user === undefined || (deviceId !== '' && !isUuid(deviceId))) return failure(500, 'failed to create session');
  const verifiedAt = login.mfaVerifiedAt;
  const userAgent = header(call, 'user-agent');
  const session = state.sessions.create({
    user,
    deviceId,
    deviceName: textField(body, 'device_name'),
    metadata: { device_os: textField(body, 'device_os'), client_version: textField(body, 'client_version') },
    ip: call.ip,
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(verifiedAt === undefined ? {} : { mfaVerifiedAt: verifiedAt, recentStepUpAt: verifiedAt }),
  });
  state.logins.remove(login);
  state.audit.write({
    at: state.now(),
    actor: { userId: user.id, email: user.email, name: user.name },
    actionType: 'auth',
    action: 'login.complete',
    resource: 'cli',
    resourceType: 'auth',
    status: 'success',
    details: { channel: 'cli', device_name: session.deviceName },
    ip: call.ip,
    httpStatus: 200,
    requestId: call.requestId,
    responseTimeMs: Math.max(0, state.now() - call.startedAt),
  });
  return json(200, {
    token: session.token,
    email: user.email,
    name: user.name,
    expires_at: goTime(session.expiresAt),
    session_id: session.id,
    channel: session.channel,
    device_id: session.deviceId,
    device_name: session.deviceName,
    mfa_verified: verifiedAt !== undefined,
    mfa_required: false,
    enrollment_required: false,
  });
}

/** Answers 302 whatever happened (gateway.md 2.10); a token with an inline suffix is not recognised. */
function logout(state: GatewayState, call: Call): Reply {
  const authorization = header(call, 'authorization') ?? '';
  const session = authorization.startsWith('Bearer ') ? state.sessions.find(authorization.slice(7)) : undefined;
  if (session !== undefined) state.sessions.revoke(session);
  return redirect(302, '/app/login');
}
