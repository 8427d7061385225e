import * as z from 'zod/mini';
import { safeText } from '../domain/safe-text.ts';
import { whenFirstUsed } from '../domain/when-first-used.ts';
import type { RackClaims } from './target.ts';

/** convox-api.md 1.1: `expiresAt` (not `exp`) in Unix seconds. */
const claimsSchema = whenFirstUsed(() =>
  z.object({
    user: z.catch(z.string(), ''),
    role: z.catch(z.string(), ''),
    expiresAt: z.catch(z.optional(z.number()), undefined),
  }),
);

/**
 * What a rack's JWT says about itself, for showing role and expiry; undefined where it is no JWT. Not verified: only the
 * rack can, and only the rack decides.
 */
export function rackClaims(token: string): RackClaims | undefined {
  const payload = token.split('.')[1];
  if (payload === undefined) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  const claims = z.safeParse(claimsSchema(), json);
  if (!claims.success) return undefined;
  const { user, role, expiresAt } = claims.data;
  return {
    user: safeText(user, 200),
    role: safeText(role, 40),
    expiresAt: expiresAt !== undefined && Number.isFinite(expiresAt * 1000) ? expiresAt * 1000 : undefined,
  };
}
