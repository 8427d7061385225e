import * as z from 'zod/mini';
import type { GatewaySession, LoginStart } from '../gateway-api.ts';
import { one } from './reader.ts';
import { flag, number, numOrNone, str, text, time } from './wire.ts';

/** Secrets and opaque values are kept as they are: they are sent back, never shown. */
export const readLoginStart = one(
  () => z.object({ auth_url: z.string(), state: z.string(), code_verifier: z.string() }),
  (wire): LoginStart => ({ authUrl: wire.auth_url, state: wire.state, codeVerifier: wire.code_verifier }),
);

const wireSession = () =>
  z.object({
    token: z.string(),
    email: text,
    name: text,
    expires_at: text,
    session_id: number,
    channel: text,
    device_id: text,
    device_name: text,
    mfa_verified: flag,
  });

export const readGatewaySession = one(
  wireSession,
  (wire): GatewaySession => ({
    token: wire.token,
    email: str(wire.email),
    name: str(wire.name),
    expiresAt: time(wire.expires_at),
    sessionId: numOrNone(wire.session_id),
    channel: str(wire.channel),
    deviceId: str(wire.device_id),
    deviceName: str(wire.device_name),
    mfaVerified: wire.mfa_verified === true,
  }),
);
