import type { Approval } from './approval-store.ts';
import { goTime, optionalGoTime } from './go-time.ts';

/** `DeployApprovalRequest` of gateway.md Appendix A. */
export function describeApproval(row: Approval) {
  const approved = row.decision !== undefined && row.status !== 'rejected' ? row.decision : undefined;
  const rejected = row.decision !== undefined && row.status === 'rejected' ? row.decision : undefined;
  return {
    public_id: row.publicId,
    message: row.message,
    status: row.status,
    created_at: goTime(row.createdAt),
    updated_at: goTime(row.updatedAt),
    created_by_email: row.createdBy.email,
    created_by_name: row.createdBy.name,
    created_by_api_token_id: row.createdByToken?.publicId,
    created_by_api_token_name: row.createdByToken?.name,
    target_api_token_id: row.target.publicId,
    target_api_token_name: row.target.name,
    approved_by_email: approved?.by.email,
    approved_by_name: approved?.by.name,
    approved_at: optionalGoTime(approved?.at),
    approval_expires_at: optionalGoTime(row.expiresAt),
    rejected_by_email: rejected?.by.email,
    rejected_by_name: rejected?.by.name,
    rejected_at: optionalGoTime(rejected?.at),
    approval_notes: row.notes,
    git_commit_hash: row.gitCommit,
    git_branch: row.gitBranch,
    pr_url: row.prUrl,
    ci_metadata: row.ciMetadata,
    app: row.app,
    object_url: row.objectUrl,
    build_id: row.buildId,
    release_id: row.releaseId,
    process_ids: row.processIds.length === 0 ? undefined : row.processIds,
    exec_commands: Object.keys(row.execCommands).length === 0 ? undefined : row.execCommands,
  };
}
