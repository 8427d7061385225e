import { afterEach, describe, expect, test } from 'vitest';
import type { RunState } from '../../../src/actions/run-state.ts';
import { type ActionBench, actionBench, confirm, settled } from '../../support/action-bench.ts';
import { echoOf, endOf, previewOf, refusalOf } from '../../support/action-states.ts';

const COMMIT = '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567';
let bench: ActionBench;

async function open(person = 'deployer@example.com'): Promise<void> {
  bench = await actionBench({ kind: 'gateway', person });
  bench.simulator.gateway?.issueApiToken('release-bot', 'admin@example.com', ['convox:deploy:deploy_with_approval']);
}

afterEach(() => bench.close());

const input = { message: 'Fix the checkout', app: 'shop', commit: COMMIT, token: 'release-bot' };

/** As an admin with another program. */
async function decide(id: string, verb: 'approve' | 'reject'): Promise<void> {
  const { gateway } = bench.simulator;
  if (!gateway) throw new Error('no gateway');
  const { token } = gateway.issueSession('admin@example.com');
  const answer = await fetch(`${gateway.url}/api/v1/deploy-approval-requests/${id}/${verb}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'x-mfa-totp': gateway.totpCode('admin@example.com') },
  });
  expect(answer.status).toBe(200);
}

function idIn(state: RunState): string | undefined {
  if (state.step !== 'verifying' || state.observation?.state !== 'pending') return undefined;
  return /\(([\da-f-]{36})\)/.exec(state.observation.words)?.[1];
}

const asked = () => bench.mutations().filter((request) => request === 'POST /api/v1/deploy-approval-requests');

describe('requesting a deploy approval', () => {
  test.each([
    ['approve', 'verified', 'The request is approved by admin@example.com.'],
    ['reject', 'failed', 'The request is rejected by admin@example.com.'],
  ] as const)('waits until an admin does %s it', async (verb, outcome, words) => {
    await open();
    const run = bench.start('approval.request', [], input);
    const planned = await settled(run, 'planning');
    expect(previewOf(planned).headline).toBe('Request approval to deploy 0a1b2c3d4e to shop on acme/prod');
    expect(echoOf(planned)).toContain("--message 'Fix the checkout'");
    expect(bench.mutations()).toEqual([]);
    let decided = false;
    run.state.subscribe(() => {
      const id = idIn(run.state.get());
      if (id === undefined || decided) return;
      decided = true;
      const release = bench.clock.hold();
      void decide(id, verb).finally(release);
    });
    confirm(run);
    confirm(run);
    expect(endOf(await run.finished())).toMatchObject({ outcome, words });
    expect(asked()).toHaveLength(1);
  });

  test('can be left; asking again finds the same request', async () => {
    await open();
    const run = bench.start('approval.request', [], input);
    await settled(run, 'planning');
    run.state.subscribe(() => {
      if (idIn(run.state.get())) run.cancel();
    });
    confirm(run);
    const left = endOf(await run.finished());
    expect([left.outcome, left.words]).toEqual(['unproven', expect.stringContaining('No longer watched')]);
    const again = bench.start('approval.request', [], input);
    await settled(again, 'planning');
    again.state.subscribe(() => {
      if (idIn(again.state.get())) again.cancel();
    });
    confirm(again);
    expect(endOf(await again.finished())).toMatchObject({
      words: expect.stringContaining('was there already'),
      notes: [expect.stringContaining('was there already')],
    });
  });

  test.each([
    ['admin@example.com', 'no-effect', 'no such request'],
    ['deployer@example.com', 'unclear', 'Ask again'],
  ])('that %s lost on the way is not sent again', async (person, outcome, words) => {
    await open(person);
    const run = bench.start('approval.request', [], input);
    await settled(run, 'planning');
    const faults = bench.simulator.gateway?.faults;
    if (!faults) throw new Error('no gateway');
    run.state.subscribe(() => {
      faults.outage = run.state.get().step === 'running';
    });
    confirm(run);
    expect(endOf(await run.finished())).toMatchObject({ outcome, words: expect.stringContaining(words) });
    expect(asked()).toHaveLength(1);
  });

  test('a refusal of the gateway is passed on', async () => {
    await open();
    const { outcome, words } = endOf(await bench.run('approval.request', [], { ...input, token: 'nobody' }));
    expect([outcome, words]).toEqual(['rejected', expect.stringContaining('api token not found')]);
  });

  test.each([
    [{ ...input, commit: 'main' }, 'Commit must be a git hash'],
    [{ ...input, token: 'x'.repeat(200) }, 'not its secret'],
    [{ ...input, app: 'nowhere' }, 'nowhere'],
  ])('is not sent where it cannot work', async (wrong, reason) => {
    await open();
    expect(refusalOf(await bench.plan('approval.request', [], wrong))).toContain(reason);
    expect(bench.mutations()).toEqual([]);
  });

  test('needs a gateway and a role', async () => {
    await open('viewer@example.com');
    expect(refusalOf(await bench.plan('approval.request', [], input))).toContain('needs role deployer');
    await bench.close();
    bench = await actionBench();
    expect(refusalOf(await bench.plan('approval.request', [], input))).toBe('only through a rack gateway');
  });
});
