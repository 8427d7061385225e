import type { Approval } from '../domain/approval.ts';
import { asFailure, Failure } from '../domain/failure.ts';
import type { NewApproval } from '../protocol/gateway-writes.ts';
import { type ActionContext, defineAction } from './define-action.ts';
import type { Observation } from './observation.ts';
import { shellWord } from './shell-word.ts';

const REQUEST = 'POST /api/v1/deploy-approval-requests';
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

interface Facts {
  readonly request: NewApproval;
  readonly app: string;
}

interface Result {
  readonly id: string;
  readonly created: boolean;
}

async function gather({ reads, input, signal }: ActionContext): Promise<Facts> {
  const { message = '', app = '', commit = '', branch = '', token = '' } = input;
  const { name } = await reads.app(app.trim(), { signal });
  const target = token.trim();
  return {
    app: name,
    request: {
      message: message.trim(),
      app: name,
      gitCommit: commit.trim(),
      ...(branch.trim() === '' ? {} : { gitBranch: branch.trim() }),
      ...(UUID.test(target) ? { targetTokenId: target } : { targetToken: target }),
    },
  };
}

function gatewayOf({ gateway }: ActionContext): NonNullable<ActionContext['gateway']> {
  if (gateway) return gateway;
  throw new Failure({ kind: 'unsupported', what: 'Approvals are kept by a rack gateway', why: 'this rack has none' });
}

async function observe({ request }: Facts, result: Result | undefined, context: ActionContext): Promise<Observation> {
  if (!result) return lost(request, context);
  return waiting(await gatewayOf(context).approval(result.id, { signal: context.signal }), result);
}

/** Only admins may list requests (gateway.md 7.5); for others a lost answer stays lost. */
async function lost({ app, gitCommit, message }: NewApproval, context: ActionContext): Promise<Observation> {
  try {
    const open = await gatewayOf(context).approvals({ onlyOpen: true }, { signal: context.signal });
    const found = open.find((each) => each.app === app && each.gitCommit === gitCommit && each.message === message);
    return found ? waiting(found, undefined) : { state: 'absent', words: 'The gateway has no such request.' };
  } catch (error) {
    if (asFailure(error).kind !== 'forbidden') throw error;
    const words = 'Only admins see all requests. Ask again: the gateway makes no second one for the same commit.';
    return { state: 'unknown', words };
  }
}

function waiting(approval: Approval, result: Result | undefined): Observation {
  const which = result?.created === false ? 'A request for this commit was there already; it' : 'The request';
  switch (approval.status) {
    case 'approved':
    case 'deployed':
      return { state: 'done', words: `${which} is ${approval.status}${by(approval.approvedBy)}.` };
    case 'rejected':
      return { state: 'failed', words: `${which} is rejected${by(approval.rejectedBy)}.` };
    case 'expired':
      return { state: 'failed', words: `${which} was approved, but its time is over: have it extended.` };
    default:
      return { state: 'pending', words: `${which} is ${approval.status}: it waits for an admin (${approval.id}).` };
  }
}

function by(who: string): string {
  return who === '' ? '' : ` by ${who}`;
}

export const requestApproval = defineAction<Facts, Result>({
  id: 'approval.request',
  title: 'Request a deploy approval',
  about: 'asks the admins to let a token deploy one commit, and waits for the answer',
  on: ['approvals'],
  tier: 2,
  subject: 'none',
  bulk: false,
  permissions: ['gateway:deploy_approval_request:create'],
  routes: [REQUEST],
  fields: [
    { id: 'message', label: 'Message', kind: 'text', required: true, help: 'Why it should go out; admins read it.' },
    { id: 'app', label: 'App', kind: 'text', required: true },
    {
      id: 'commit',
      label: 'Commit',
      kind: 'text',
      required: true,
      help: 'Full git hash.',
      check: (value) => (/^[\da-f]{7,40}$/i.test(value.trim()) ? undefined : 'Commit must be a git hash'),
    },
    { id: 'branch', label: 'Branch', kind: 'text', required: false, help: 'Needed where the gateway checks GitHub.' },
    {
      id: 'token',
      label: 'API token',
      kind: 'text',
      required: true,
      help: 'Name or number of the token that will deploy; not the token itself.',
      // Somebody who pastes the secret must not send it around as a name.
      check: (value) =>
        UUID.test(value.trim()) || value.trim().length <= 100
          ? undefined
          : 'API token is its name or number, not its secret',
    },
  ],
  gather,
  preview: ({ request, app }, { rack }) => ({
    headline: `Request approval to deploy ${request.gitCommit.slice(0, 10)} to ${app} on ${rack.name}`,
    effects: [
      'Admins are told. Once approved, the token may build, run and promote this commit for a limited time.',
      'This waits for the answer; it can be left and goes on by itself.',
    ],
    warnings: [],
    tables: [
      {
        title: 'Request',
        columns: ['field', 'value'],
        rows: [
          ['message', request.message],
          ['commit', request.gitCommit],
          ['branch', request.gitBranch ?? ''],
          ['for token', request.targetToken ?? request.targetTokenId ?? ''],
        ].filter(([, value]) => value !== ''),
      },
    ],
  }),
  changes: () => [{ route: REQUEST, times: 1 }],
  run: async ({ request }, { gatewayWrites, note, signal }) => {
    if (!gatewayWrites) throw new Failure({ kind: 'unsupported', what: 'This rack is not reached through a gateway' });
    const { approval, created } = await gatewayWrites.requestApproval(request, { signal });
    note(created ? `request ${approval.id} made` : `request ${approval.id} was there already`);
    return { id: approval.id, created };
  },
  observe,
  wait: { firstMs: 500, everyMs: 5_000, deadlineMs: 4 * 3_600_000, steady: 1 },
  echo: ({ request, app }) =>
    [
      `rack-gateway deploy-approval request --app ${shellWord(app)}`,
      `--commit ${shellWord(request.gitCommit)}`,
      `--message ${shellWord(request.message)}`,
      ...(request.gitBranch === undefined ? [] : [`--branch ${shellWord(request.gitBranch)}`]),
      `--target-token ${shellWord(request.targetToken ?? request.targetTokenId ?? '')}`,
    ].join(' '),
});
