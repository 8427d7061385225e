import * as z from 'zod/mini';
import type { Approval } from '../../domain/approval.ts';
import type { Identity, PermissionGrant } from '../../domain/identity.ts';
import type { Creator, MfaStatus } from '../gateway-api.ts';
import type { EnvChanged } from '../gateway-writes.ts';
import { one, type Reader, type Wire } from './reader.ts';
import { block, flag, list, num, number, str, strOrNone, strs, text, textMap, texts, time } from './wire.ts';

/** Shapes of the gateway's own API (gateway.md, Appendix A), read side. */

export const readHealth = one(
  () => z.object({ service: text }),
  (wire) => wire.service === 'rack-gateway',
);

const wireInfo = () =>
  z.object({
    user: z.object({
      email: text,
      name: text,
      roles: texts,
      mfa_enrolled: flag,
      mfa_required: flag,
      recent_step_up_expires_at: text,
    }),
    rack: z.nullish(z.object({ name: text, alias: text })),
    version: z.nullish(z.object({ version: text, commit_hash: text })),
  });

export const readIdentity = one(
  wireInfo,
  ({ user, rack, version }): Identity => ({
    email: str(user.email),
    name: str(user.name),
    roles: strs(user.roles),
    mfaEnrolled: user.mfa_enrolled === true,
    mfaRequired: user.mfa_required === true,
    stepUpExpiresAt: time(user.recent_step_up_expires_at),
    rackName: str(rack?.name),
    rackAlias: str(rack?.alias),
    gatewayVersion: str(version?.version),
    gatewayCommit: str(version?.commit_hash),
  }),
);

export const readPermissionGrant = one(
  () => z.object({ user_roles: texts, user_permissions: texts }),
  (wire): PermissionGrant => ({ roles: strs(wire.user_roles), permissions: strs(wire.user_permissions) }),
);

const wireMfaStatus = () =>
  z.object({
    enrolled: flag,
    required: flag,
    methods: list(z.object({ id: number, type: text, label: text })),
    backup_codes: z.nullish(z.object({ unused: number })),
    recent_step_up_expires_at: text,
    preferred_method: text,
  });

export const readMfaStatus = one(
  wireMfaStatus,
  (wire): MfaStatus => ({
    enrolled: wire.enrolled === true,
    required: wire.required === true,
    methods: (wire.methods ?? []).map((method) => ({
      id: num(method.id),
      type: str(method.type),
      label: str(method.label),
    })),
    unusedBackupCodes: num(wire.backup_codes?.unused),
    stepUpExpiresAt: time(wire.recent_step_up_expires_at),
    preferredMethod: strOrNone(wire.preferred_method),
  }),
);

export const readStepUp = one(
  () => z.object({ recent_step_up_expires_at: text }),
  (wire) => ({
    stepUpExpiresAt: time(wire.recent_step_up_expires_at),
  }),
);

/** Values keep their lines; they are secret unless masked. */
export const readEnv: Reader<ReadonlyMap<string, string>> = one(
  () => z.object({ env: textMap }),
  (wire) => envOf(wire.env),
);

function envOf(env: z.infer<typeof textMap>): ReadonlyMap<string, string> {
  return new Map(Object.entries(env ?? {}).map(([key, value]) => [str(key), value ?? '']));
}

/** The answer to an env change (gateway.md 6.5): `release_id` is absent where nothing changed. */
export const readEnvChanged: Reader<EnvChanged> = one(
  () => z.object({ env: textMap, release_id: text }),
  ({ env, release_id }) => ({ env: envOf(env), release: str(release_id) === '' ? undefined : str(release_id) }),
);

const wireApproval = () =>
  z.object({
    public_id: z.string(),
    message: text,
    status: text,
    app: text,
    git_commit_hash: text,
    git_branch: text,
    created_by_email: text,
    created_by_api_token_name: text,
    created_at: text,
    target_api_token_name: text,
    approved_by_email: text,
    approval_expires_at: text,
    rejected_by_email: text,
    approval_notes: text,
    pr_url: text,
    release_id: text,
    build_id: text,
  });

/** The server never says `expired`: it is an approval whose time is over (gateway.md 7.5). */
function toApproval(wire: Wire<typeof wireApproval>, now: number): Approval {
  const approvalExpiresAt = time(wire.approval_expires_at);
  const over = wire.status === 'approved' && approvalExpiresAt !== undefined && approvalExpiresAt < now;
  return {
    id: str(wire.public_id),
    message: block(wire.message),
    status: over ? 'expired' : str(wire.status) || 'unknown',
    app: str(wire.app),
    gitCommit: str(wire.git_commit_hash),
    gitBranch: str(wire.git_branch),
    createdBy: str(wire.created_by_email || wire.created_by_api_token_name),
    createdAt: time(wire.created_at),
    token: str(wire.target_api_token_name),
    approvedBy: str(wire.approved_by_email),
    rejectedBy: str(wire.rejected_by_email),
    notes: block(wire.approval_notes),
    pullRequest: str(wire.pr_url),
    approvalExpiresAt,
    release: str(wire.release_id),
    build: str(wire.build_id),
  };
}

export function readApproval(now: number): Reader<Approval> {
  return one(wireApproval, (wire) => toApproval(wire, now));
}

export function readApprovals(now: number): Reader<readonly Approval[]> {
  return one(
    () => z.object({ deploy_approval_requests: list(wireApproval()) }),
    (wire) => (wire.deploy_approval_requests ?? []).map((approval) => toApproval(approval, now)),
  );
}

export const readCreators: Reader<ReadonlyMap<string, Creator>> = one(
  () => z.record(z.string(), z.object({ email: text, name: text })),
  (wire) => new Map(Object.entries(wire).map(([id, who]) => [str(id), { email: str(who.email), name: str(who.name) }])),
);
