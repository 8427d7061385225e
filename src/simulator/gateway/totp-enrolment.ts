import type { GatewayState } from './gateway-state.ts';
import type { MfaMethod, User } from './user.ts';

/** Confirms a factor with its first code; from then on MFA is enforced for the person (gateway.md 2.4). */
export function confirmTotp(state: GatewayState, user: User, method: MfaMethod, code: string): boolean {
  if (method.secret === undefined || !state.factors.confirms(user, method.secret, code)) return false;
  const at = state.now();
  method.confirmedAt = at;
  user.mfaEnforcedAt ??= at;
  user.preferredMethod ??= 'totp';
  return true;
}
