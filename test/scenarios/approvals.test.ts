import { describe, expect, it } from 'vitest';
import { type Operations, withOperations } from '../support/operations.ts';
import type { Operator } from '../support/operator.ts';
import { answer } from '../support/question.ts';
import { expectSecret, hasSent, journalOf, runsOf, send, type ToldAction } from '../support/told-action.ts';

const ADMIN = 'admin@example.com';
const VERIFIED = /\+ ok +\+ verified/;
const ROUTE = '/api/v1/deploy-approval-requests';
const COMMIT = '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567';

const REQUEST: ToldAction = {
  id: 'approval.request',
  view: 'approvals',
  letter: 'w',
  title: 'Request a deploy approval',
  fields: ['Fix the cart', 'checkout', COMMIT, undefined, 'release-bot'],
  answer: 'enter',
  preview: /Admins are told\. Once approved, the token may build, run and promote this commit/,
  sends: [`POST ${ROUTE}`],
  ends: VERIFIED,
};
const MINE = 'Fix the cart';
const OLDER = 'Speed up the search index';
const OLDEST = 'Fix rounding of invoice totals';

type Verb = 'approve' | 'reject' | 'extend';
const KEYS: Readonly<Record<Verb, Pick<ToldAction, 'letter' | 'title'>>> = {
  approve: { letter: 'p', title: 'Approve deploy' },
  reject: { letter: 'r', title: 'Reject deploy' },
  extend: { letter: 'e', title: 'Extend approval' },
};
const decision = (verb: Verb, row: string): ToldAction => ({
  id: `approval.${verb}`,
  view: 'approvals',
  row,
  ...KEYS[verb],
  answer: 'enter',
  preview: /A one-time code is asked for, each time/,
  sends: [new RegExp(`^POST ${ROUTE}/[\\w-]{36}/${verb}$`)],
  ends: VERIFIED,
});

/** The gateway, with a token that may deploy once it was approved. */
function gatewayWithToken({ simulator: { gateway } }: Operations): NonNullable<Operations['simulator']['gateway']> {
  if (!gateway) throw new Error('no gateway');
  gateway.issueApiToken('release-bot', ADMIN, ['convox:deploy:deploy_with_approval']);
  return gateway;
}

/** Up to where the code is asked for; an open window does not spare one. */
async function untilCode(operations: Operations, operator: Operator, told: ToldAction): Promise<void> {
  const before = operations.mutations();
  const preview = await operator.plan(told);
  if (told.preview) expect(preview).toMatch(told.preview);
  await answer(operator.terminal, 'enter', /> Code:/);
  expect(operations.mutations(), `${told.id} before its code`).toEqual(before);
}

async function isDone(operations: Operations): Promise<void> {
  const gateway = gatewayWithToken(operations);
  const codes = gateway.users.find(({ email }) => email === ADMIN)?.backupCodes ?? [];
  const operator = operations.start('acme/approvals');
  await operator.terminal.waitFor(OLDER);
  await send(operations, operator, REQUEST);
  await operator.terminal.waitFor(/Verifying \(\d+s\): The request is pending: it waits for an admin/);
  await operator.leave();

  const decisions = [decision('approve', MINE), decision('extend', MINE), decision('reject', OLDER)];
  const used = [gateway.totpCode(ADMIN), ...codes];
  for (const [at, told] of decisions.entries()) {
    const before = operations.mutations().length;
    await untilCode(operations, operator, told);
    await operator.code(used[at] ?? '');
    await hasSent(operations, told, before);
    await operator.leave();
  }
  // Asked for and answered: the request has waited for it.
  await runsOf(operator, [REQUEST, ...decisions]);
  await journalOf(operator, [REQUEST, ...decisions]);
  expect(operations.mutations()).toHaveLength(1 + decisions.length);
  const states = new Map(gateway.approvals.map(({ message, status }) => [message, status]));
  expect([MINE, OLDER, OLDEST].map((message) => states.get(message))).toEqual(['approved', 'rejected', 'pending']);
  expectSecret(operations, operator, codes.slice(0, 2));
}

async function fails(operations: Operations): Promise<void> {
  const gateway = gatewayWithToken(operations);
  const [code = '', other = ''] = gateway.users.find(({ email }) => email === ADMIN)?.backupCodes ?? [];
  const elsewhere = (message: string, verdict: 'approved' | 'rejected') =>
    gateway.decide(gateway.approvals.find((each) => each.message === message)?.publicId ?? '', verdict, ADMIN);
  const operator = operations.start('acme/approvals');
  const { terminal } = operator;
  await terminal.waitFor(OLDER);

  // Asked for, and turned down by somebody else.
  await send(operations, operator, REQUEST);
  await terminal.waitFor(/it waits for an admin/);
  elsewhere(MINE, 'rejected');
  await operator.leave();

  // Answered by somebody else while the code was typed.
  const tooLate = decision('reject', OLDER);
  await untilCode(operations, operator, tooLate);
  elsewhere(OLDER, 'approved');
  await operator.code(code);
  await terminal.waitFor(/x Refused, nothing changed\. Could not reject the deploy: deploy approval request not found/);
  await operator.leave();

  // The gateway is away when the code is sent: whether it took it is looked up when it is back.
  const lost = decision('extend', OLDER);
  await untilCode(operations, operator, lost);
  gateway.faults.outage = true;
  await operator.code(other);
  await terminal.waitFor(/Verifying \(\d+s\): Could not be read back/);
  gateway.faults.outage = false;
  await terminal.waitFor(/Verifying \(\d+s\): The request is approved\./);
  terminal.press('e');
  await terminal.waitFor(/! Unclear\. No longer watched\. Last seen: The request is approved/);
  await operator.leave();

  // Three codes that are none: it ends two short of the lock.
  const wrong = decision('approve', OLDEST);
  await untilCode(operations, operator, wrong);
  for (const [at, typed] of ['000000', '000001', '000002'].entries()) {
    await operator.code(typed);
    if (at < 2) await terminal.waitFor(at === 0 ? /2 tries\s+left/ : /1 try\s+left/);
  }
  await terminal.waitFor(/x Refused, nothing changed\. Three codes in a row were not accepted/);
  await operator.leave();

  const all = [
    { ...REQUEST, says: /x failed +acme: The request is rejected by admin@/, ends: /\+ ok +x failed/ },
    { ...tooLate, says: /x refused, nothing changed +acme: Could not reject/, ends: /~ refused +-/ },
    { ...lost, says: /! unclear +acme: No longer watched/, ends: /! unclear +\? unknown/ },
    { ...wrong, says: /x refused, nothing changed +acme: Three codes/, ends: /~ refused +-/ },
  ];
  await runsOf(operator, all);
  await journalOf(operator, all);
  // Only what was refused for want of a right code was followed by another request; the third code was looked at by itself.
  const sent = operations.mutations().map((each) => each.replace(/^POST \/api\/v1\/(?:.*\/)?/, ''));
  expect(sent).toEqual(['deploy-approval-requests', 'reject', 'extend', 'approve', 'approve', 'verify']);
  expect(gateway.approvals.find(({ message }) => message === OLDEST)?.status).toBe('pending');
  expectSecret(operations, operator, [code, other]);
}

describe.concurrent('deploy approvals', () => {
  it(
    'are requested, approved, extended and rejected, each with a code of its own',
    () => withOperations({}, isDone),
    60_000,
  );

  it(
    'that come to nothing say so: turned down, too late, lost on the way, codes that are wrong',
    () => withOperations({}, fails),
    60_000,
  );
});
