import { isoText } from '../domain/age.ts';
import type { Approval } from '../domain/approval.ts';
import type { Severity } from '../domain/severity.ts';
import { age, name, status, text, until } from './columns.ts';
import { defineResource, type QueryContext } from './define-resource.ts';
import { gatewayOf } from './gateway-of.ts';

async function query(context: QueryContext): Promise<readonly Approval[]> {
  const approvals = await gatewayOf(context).approvals({}, { signal: context.signal });
  const { app } = context.at;
  return app === undefined ? approvals : approvals.filter((approval) => approval.app === app);
}

/** What waits for somebody leads; the others are history. */
const SEVERITY: ReadonlyMap<string, Severity> = new Map([
  ['pending', 'warning'],
  ['approved', 'info'],
  ['deployed', 'ok'],
  ['rejected', 'ok'],
  ['expired', 'ok'],
]);

function severityOf(approval: Approval): Severity {
  return SEVERITY.get(approval.status) ?? 'unknown';
}

function firstLine({ message }: Approval): string {
  return message.split('\n', 1)[0] ?? '';
}

/** An end that is over says nothing about what was decided otherwise. */
function endOf({ status: state, approvalExpiresAt }: Approval): number | undefined {
  return state === 'approved' || state === 'expired' ? approvalExpiresAt : undefined;
}

export const approvals = defineResource<Approval>({
  id: 'approvals',
  aliases: ['approval', 'deploys'],
  title: 'Deploy approvals',
  about: 'deploys that wait for an approval, and those that got an answer',
  scope: 'rack',
  needs: 'gateway:deploy_approval_request:approve',
  route: 'GET /api/v1/deploy-approval-requests',
  pace: 4,
  query,
  key: (approval) => approval.id,
  columns: [
    text('ID', (approval) => approval.id, { inTable: false }),
    status('STATUS', (approval) => approval.status, severityOf),
    name('APP', (approval) => approval.app, { min: 8 }),
    text('MESSAGE', firstLine, { grow: true, priority: 1 }),
    text('COMMIT', (approval) => approval.gitCommit.slice(0, 10), { id: 'gitCommit', priority: 3 }),
    text('BRANCH', (approval) => approval.gitBranch, { priority: 4 }),
    text('BY', (approval) => approval.createdBy, { priority: 2 }),
    age('ASKED', (approval) => approval.createdAt, { id: 'createdAt', priority: 1 }),
    until('ENDS', endOf, { id: 'approvalExpiresAt', priority: 3 }),
    text('DECIDED BY', (approval) => approval.approvedBy || approval.rejectedBy, { id: 'decidedBy', priority: 5 }),
    text('RELEASE', (approval) => approval.release, { priority: 6 }),
  ],
  sort: ['createdAt', 'desc'],
  severity: severityOf,
  open: {
    enter: { to: 'describe', label: 'describe', place: (_approval, at) => at },
    h: { to: 'releases', label: 'releases', place: (approval) => ({ app: approval.app }) },
  },
  subject: ({ id, app }) => ({ id, app }),
  describe: (approval) => [
    ['Id', approval.id],
    ['Status', approval.status],
    ['App', approval.app],
    ['Message', approval.message],
    ['Commit', approval.gitCommit],
    ['Branch', approval.gitBranch],
    ['Pull request', approval.pullRequest],
    ['Asked by', approval.createdBy],
    ['Asked', isoText(approval.createdAt)],
    ['Token that will deploy', approval.token],
    ['Approved by', approval.approvedBy],
    ['Rejected by', approval.rejectedBy],
    ['Approval ends', isoText(endOf(approval))],
    ['Notes', approval.notes],
    ['Build', approval.build],
    ['Release', approval.release],
  ],
  empty: 'No deploy has asked for an approval.',
});
