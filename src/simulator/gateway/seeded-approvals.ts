import { createHash } from 'node:crypto';
import type { Approval } from './approval-store.ts';
import type { GatewayState } from './gateway-state.ts';
import { PIPELINE_TOKEN } from './seeded-people.ts';

const MINUTE_MS = 60_000;

interface SeededApproval {
  readonly message: string;
  readonly branch: string;
  readonly minutesAgo: number;
  readonly outcome: 'pending' | 'rejected' | 'deployed';
}

const SEEDED: readonly SeededApproval[] = [
  { message: 'Speed up the search index', branch: 'search-index', minutesAgo: 9, outcome: 'pending' },
  { message: 'Fix rounding of invoice totals', branch: 'invoice-rounding', minutesAgo: 31, outcome: 'pending' },
  { message: 'Drop the old session table', branch: 'drop-sessions', minutesAgo: 26 * 60, outcome: 'rejected' },
  { message: 'Raise the upload limit', branch: 'upload-limit', minutesAgo: 49 * 60, outcome: 'deployed' },
];

/** Two requests wait for an answer, two older ones have had theirs. */
export function seedApprovals(state: GatewayState, apps: readonly string[]): void {
  const target = state.tokens.byName(PIPELINE_TOKEN);
  const deployer = state.users.find('deployer@example.com');
  if (target === undefined || deployer === undefined) return;
  SEEDED.forEach((seeded, at) => {
    const row = state.approvals.create({
      message: seeded.message,
      app: apps[at % Math.max(1, apps.length)] ?? 'web',
      gitCommit: createHash('sha1').update(seeded.branch).digest('hex'),
      gitBranch: seeded.branch,
      prUrl: `https://github.com/example/app/pull/${412 - at}`,
      ciMetadata: { workflow_id: `workflow-${at + 1}`, pipeline_number: String(1930 - at) },
      createdBy: deployer,
      target,
      createdAt: state.now() - seeded.minutesAgo * MINUTE_MS,
    });
    settle(state, row, seeded.outcome);
  });
}

function settle(state: GatewayState, row: Approval, outcome: SeededApproval['outcome']): void {
  const admin = state.users.find('admin@example.com');
  if (outcome === 'pending' || admin === undefined) return;
  row.status = outcome;
  row.decision = { by: admin, at: row.createdAt + 4 * MINUTE_MS };
  row.updatedAt = row.createdAt + 12 * MINUTE_MS;
  if (outcome === 'rejected') row.notes = 'Still read by the reports job.';
  else row.expiresAt = row.createdAt + 19 * MINUTE_MS;
}
