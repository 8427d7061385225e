import type { Approval } from '../domain/approval.ts';
import { Failure } from '../domain/failure.ts';
import type { GatewayApi } from '../protocol/gateway-api.ts';
import type { GatewayWrites } from '../protocol/gateway-writes.ts';
import { type Action, type ActionContext, defineAction } from './define-action.ts';
import type { Observation } from './observation.ts';
import { shellWord } from './shell-word.ts';

type Verb = 'approve' | 'reject' | 'extend';

interface Facts {
  readonly approval: Approval;
  readonly notes: string;
}

interface VerbWords {
  readonly title: string;
  readonly about: string;
  /** `Approve the deploy of 0a1b2c3 ...` */
  readonly headline: string;
  readonly effect: string;
  /** States that it can be done in. */
  readonly from: readonly string[];
  readonly send: (
    writes: GatewayWrites,
    id: string,
    notes: string | undefined,
    signal: AbortSignal,
  ) => Promise<Approval>;
  readonly isDone: (before: Pick<Approval, 'approvalExpiresAt'>, after: Approval) => boolean;
  readonly done: string;
  /** The CLI of the gateway calls the routes by these names. */
  readonly command: string;
}

const VERBS: Readonly<Record<Verb, VerbWords>> = {
  approve: {
    title: 'Approve deploy',
    about: 'lets a waiting deploy go on',
    headline: 'Approve',
    effect: 'The token may build, release, run and promote this commit until the approval ends.',
    from: ['pending'],
    send: (writes, id, notes, signal) => writes.approve(id, notes, { signal }),
    isDone: (_before, after) => after.status === 'approved' || after.status === 'deployed',
    done: 'Approved',
    command: 'approve',
  },
  reject: {
    title: 'Reject deploy',
    about: 'turns a waiting deploy down',
    headline: 'Reject',
    effect: 'The deploy cannot go on; it needs a new request.',
    from: ['pending'],
    send: (writes, id, notes, signal) => writes.reject(id, notes, { signal }),
    isDone: (_before, after) => after.status === 'rejected',
    done: 'Rejected',
    command: 'reject',
  },
  extend: {
    title: 'Extend approval',
    about: 'gives an approved deploy more time',
    headline: 'Extend the approval of',
    effect: 'It ends one full window from now.',
    from: ['approved', 'expired'],
    send: (writes, id, notes, signal) => writes.extendApproval(id, notes, { signal }),
    isDone: (before, after) => (after.approvalExpiresAt ?? 0) > (before.approvalExpiresAt ?? 0),
    done: 'Extended',
    command: 'extend',
  },
};

function gatewayOf({ gateway }: ActionContext): GatewayApi {
  if (gateway) return gateway;
  throw new Failure({ kind: 'unsupported', what: 'Approvals are kept by a rack gateway', why: 'this rack has none' });
}

async function gather(context: ActionContext): Promise<Facts> {
  const { subjects, input, signal } = context;
  const approval = await gatewayOf(context).approval(subjects[0]?.id ?? '', { signal });
  return { approval, notes: input.notes?.trim() ?? '' };
}

async function observe(
  words: VerbWords,
  before: Pick<Approval, 'id' | 'approvalExpiresAt'>,
  context: ActionContext,
): Promise<Observation> {
  const after = await gatewayOf(context).approval(before.id, { signal: context.signal });
  return words.isDone(before, after)
    ? { state: 'done', words: `${words.done}; the request is ${after.status}.` }
    : { state: 'absent', words: `The request is ${after.status}.` };
}

function decide(verb: Verb): Action<Facts, Approval> {
  const words = VERBS[verb];
  const route = `POST /api/v1/deploy-approval-requests/{id}/${verb}`;
  return defineAction<Facts, Approval>({
    id: `approval.${verb}`,
    title: words.title,
    about: words.about,
    on: ['approvals'],
    // Somebody waits for it: one key, as promoting has in the list of releases.
    ...(verb === 'approve' ? { key: 'p' } : {}),
    tier: 2,
    subject: 'approval',
    bulk: false,
    permissions: ['gateway:deploy_approval_request:approve'],
    routes: [route],
    previewFirst: true,
    fields: [
      {
        id: 'notes',
        label: 'Notes',
        kind: 'text',
        required: false,
        help: 'Everybody who may see the request reads them.',
      },
    ],
    gather,
    preview: ({ approval, notes }, { rack }) => ({
      headline: `${words.headline} the deploy of ${commitOf(approval)} to ${approval.app} on ${rack.name}`,
      effects: [words.effect, 'A one-time code is asked for, each time.'],
      warnings: [],
      tables: [{ title: 'Request', columns: ['field', 'value'], rows: rowsOf(approval, notes) }],
      ...(words.from.includes(approval.status)
        ? {}
        : { blocked: `This request is ${approval.status}: only one that is ${words.from.join(' or ')} can be taken.` }),
    }),
    changes: () => [{ route, times: 1 }],
    run: async ({ approval, notes }, { gatewayWrites, signal }) => {
      if (!gatewayWrites)
        throw new Failure({ kind: 'unsupported', what: 'This rack is not reached through a gateway' });
      return words.send(gatewayWrites, approval.id, notes === '' ? undefined : notes, signal);
    },
    observe: ({ approval }, _result, context) => observe(words, approval, context),
    recall: {
      keep: ({ approval }) => ({ request: [approval.id], ends: [String(approval.approvalExpiresAt ?? 0)] }),
      look: ({ request, ends }, context) =>
        observe(words, { id: request?.[0] ?? '', approvalExpiresAt: Number(ends?.[0] ?? 0) }, context),
    },
    wait: { firstMs: 0, everyMs: 2_000, deadlineMs: 30_000, steady: 1 },
    echo: ({ approval }) => `rack-gateway deploy-approval ${words.command} ${shellWord(approval.id)}`,
  });
}

function commitOf(approval: Approval): string {
  return approval.gitCommit.slice(0, 10);
}

function rowsOf(approval: Approval, notes: string): readonly (readonly string[])[] {
  return [
    ['message', approval.message],
    ['commit', approval.gitCommit],
    ['branch', approval.gitBranch],
    ['asked by', approval.createdBy],
    ['for token', approval.token],
    ['pull request', approval.pullRequest],
    ['status', approval.status],
    ['your notes', notes],
  ].filter(([, value]) => value !== '');
}

export const approveDeploy = decide('approve');
export const rejectDeploy = decide('reject');
export const extendApproval = decide('extend');
