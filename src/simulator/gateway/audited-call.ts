import type { ActionType, AuditActor, AuditStatus } from './audit-log.ts';
import { type AuthenticatedCall, header } from './call.ts';
import type { GatewayState } from './gateway-state.ts';
import type { Identity } from './identity.ts';

export interface AuditNote {
  readonly actionType: ActionType;
  readonly action: string;
  readonly status: AuditStatus;
  readonly httpStatus: number;
  readonly resource?: string;
  readonly resourceType?: string;
  readonly command?: string;
  readonly details?: Record<string, unknown>;
  readonly rbacDecision?: 'allow' | 'deny';
  readonly approvalId?: number;
}

/** Writes the audit row of one call. */
export function auditCall(state: GatewayState, call: AuthenticatedCall, note: AuditNote): void {
  const at = state.now();
  const userAgent = header(call, 'user-agent');
  state.audit.write({
    ...note,
    at,
    actor: actorOf(call.identity),
    ip: call.ip,
    requestId: call.requestId,
    responseTimeMs: Math.max(0, at - call.startedAt),
    ...(userAgent === undefined ? {} : { userAgent }),
  });
}

function actorOf(identity: Identity): AuditActor {
  const { user } = identity;
  const actor = { userId: user.id, email: user.email, name: user.name };
  return identity.kind === 'token' ? { ...actor, tokenId: identity.token.id, tokenName: identity.token.name } : actor;
}
