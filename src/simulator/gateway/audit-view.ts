import type { AuditEvent, AuditGroup } from './audit-log.ts';
import { goTime } from './go-time.ts';

/** `AuditLogAggregated` of gateway.md Appendix A. */
export function describeGroup(group: AuditGroup) {
  return {
    id: group.id,
    first_event_id: group.first.id,
    last_event_id: group.last.id,
    first_seen: goTime(group.firstSeen),
    last_seen: goTime(group.lastSeen),
    first_hash: group.first.hash,
    last_hash: group.last.hash,
    event_count: group.count,
    response_time_ms: group.last.responseTimeMs,
    min_response_time_ms: group.minMs,
    max_response_time_ms: group.maxMs,
    avg_response_time_ms: Math.round(group.totalMs / group.count),
    ...describeCommon(group.last),
  };
}

/** `AuditLog` of gateway.md Appendix A: one event of the hash chain. */
export function describeEvent(event: AuditEvent) {
  return {
    id: event.id,
    timestamp: goTime(event.at),
    chain_index: event.id,
    previous_hash: event.previousHash,
    event_hash: event.hash,
    request_id: event.requestId,
    response_time_ms: event.responseTimeMs,
    event_count: 1,
    ...describeCommon(event),
  };
}

/** `details` is a string that holds JSON. */
function describeCommon(event: AuditEvent) {
  return {
    user_email: event.actor.email,
    user_name: event.actor.name,
    api_token_id: event.actor.tokenId,
    api_token_name: event.actor.tokenName,
    action_type: event.actionType,
    action: event.action,
    command: event.command,
    resource: event.resource,
    resource_type: event.resourceType,
    details: event.details === undefined ? undefined : JSON.stringify(event.details),
    ip_address: event.ip,
    user_agent: event.userAgent,
    status: event.status,
    rbac_decision: event.rbacDecision,
    http_status: event.httpStatus,
    deploy_approval_request_id: event.approvalId,
  };
}
