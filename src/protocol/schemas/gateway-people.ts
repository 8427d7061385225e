import * as z from 'zod/mini';
import type { GatewayRole } from '../../domain/gateway-role.ts';
import type { GatewayUser } from '../../domain/gateway-user.ts';
import type { UserSession } from '../../domain/user-session.ts';
import { listOf, one, type Reader } from './reader.ts';
import { flag, num, str, strs, text, texts, time } from './wire.ts';

/** People of a gateway, their logins and the roles they can have (gateway.md 7.2 and Appendix A). */

export const readGatewayUsers = listOf(
  () =>
    z.object({
      email: z.string(),
      name: text,
      roles: texts,
      created_at: text,
      created_by_email: text,
      suspended: flag,
      locked_at: text,
      locked_reason: text,
      locked_by_email: text,
    }),
  (wire): GatewayUser => ({
    email: str(wire.email),
    name: str(wire.name),
    roles: strs(wire.roles),
    suspended: wire.suspended === true,
    lockedAt: time(wire.locked_at),
    lockedReason: str(wire.locked_reason),
    lockedBy: str(wire.locked_by_email),
    createdAt: time(wire.created_at),
    createdBy: str(wire.created_by_email),
  }),
);

export const readUserSessions = listOf(
  () =>
    z.object({
      id: z.number(),
      created_at: text,
      last_seen_at: text,
      expires_at: text,
      channel: text,
      ip_address: text,
      user_agent: text,
    }),
  (wire): UserSession => ({
    id: num(wire.id),
    channel: str(wire.channel),
    createdAt: time(wire.created_at),
    lastSeenAt: time(wire.last_seen_at),
    expiresAt: time(wire.expires_at),
    ip: str(wire.ip_address),
    userAgent: str(wire.user_agent),
  }),
);

/** An object keyed by name; sorted, because its order says nothing. */
export const readGatewayRoles: Reader<readonly GatewayRole[]> = one(
  () => z.record(z.string(), z.object({ name: text, label: text, description: text, permissions: texts })),
  (wire) =>
    Object.entries(wire)
      .map(([name, role]) => ({
        name: str(role.name) || str(name),
        label: str(role.label),
        description: str(role.description),
        permissions: strs(role.permissions),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
);
