import { Failure } from '../domain/failure.ts';
import { type ApiCaller, readAnswer } from './api-caller.ts';
import type { DeviceDetails, GatewayApi, LoginPoll, LoginStart } from './gateway-api.ts';
import type { ReadOptions } from './rack-api.ts';
import { readGatewaySession, readLoginStart } from './schemas/gateway-login.ts';

const START = { method: 'POST', pattern: '/auth/cli/start', doing: 'start the login' } as const;
const COMPLETE = { method: 'POST', pattern: '/auth/cli/complete', doing: 'complete the login' } as const;
const ANSWER_MFA = { method: 'POST', pattern: '/auth/cli/mfa', doing: 'answer the second factor' } as const;
const LOGOUT = { method: 'GET', pattern: '/auth/web/logout', doing: 'log out' } as const;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const MAX_DEVICE_NAME = 150;

/** Browser login with polling (gateway.md 2). These routes are unauthenticated; the answers hold secrets. */
export function gatewayLogin(
  caller: ApiCaller,
): Pick<GatewayApi, 'startLogin' | 'pollLogin' | 'answerLoginMfa' | 'logout'> {
  return {
    startLogin: (options) => startLogin(caller, options),
    pollLogin: (start, device, options) => pollLogin(caller, start, device, options),
    answerLoginMfa: async (state, code, options) => {
      const json = { state, method: 'totp', code };
      await caller.answer(ANSWER_MFA, { json, anonymous: true, kind: 'change', signal: options?.signal });
    },
    logout: (options) => logout(caller, options),
  };
}

async function startLogin(caller: ApiCaller, options?: ReadOptions): Promise<LoginStart> {
  const start = await caller.call(START, readLoginStart, { anonymous: true, signal: options?.signal });
  if (isWebUrl(start.authUrl)) return start;
  throw new Failure({
    kind: 'malformed',
    what: 'The gateway sent no usable login page',
    why: 'its address is not http or https',
    next: 'Ask a gateway administrator: the identity provider is not set up correctly.',
    where: 'POST /auth/cli/start',
  });
}

/** Only what a browser opens; anything else (`file:`, `javascript:`, an option of the opener) is refused. */
function isWebUrl(url: string): boolean {
  return /^https?:\/\//i.test(url) && URL.canParse(url);
}

async function pollLogin(
  caller: ApiCaller,
  start: LoginStart,
  device: DeviceDetails,
  options?: ReadOptions,
): Promise<LoginPoll> {
  const answer = await caller.answer(COMPLETE, {
    anonymous: true,
    signal: options?.signal,
    json: {
      state: start.state,
      code_verifier: start.codeVerifier,
      // Anything but a UUID makes the server fail with 500; without one it invents its own (gateway.md 2.3).
      ...(UUID.test(device.deviceId) ? { device_id: device.deviceId } : {}),
      device_name: device.deviceName.slice(0, MAX_DEVICE_NAME),
      device_os: device.deviceOs,
      client_version: device.clientVersion,
    },
  });
  if (answer.status === 202) return { status: 'pending' };
  return { status: 'complete', session: readAnswer(readGatewaySession, answer, 'POST /auth/cli/complete') };
}

/** Answers 302 whatever happened; a token that is dead already is what we wanted (gateway.md 2.10). */
async function logout(caller: ApiCaller, options?: ReadOptions): Promise<void> {
  try {
    await caller.answer(LOGOUT, { redirectIsAnswer: true, kind: 'probe', signal: options?.signal });
  } catch (error) {
    if (!(error instanceof Failure) || (error.kind !== 'not-logged-in' && error.kind !== 'account-blocked'))
      throw error;
  }
}
