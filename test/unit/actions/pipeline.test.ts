import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import { refused } from '../../../src/domain/verdict.ts';
import { type Bench, pipelineBench, ROUTE, reach } from '../../support/pipeline-bench.ts';

const LOST = new Failure({ kind: 'timeout', what: 'No answer' });
const NO = new Failure({ kind: 'forbidden', what: 'The rack said no', status: 403 });
const ASKED = new Failure({ kind: 'mfa-required', what: 'A code is needed', mfaLevel: 'step-up' });

/** Everything that is on its way has come. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function confirmed(bench: Bench) {
  const run = bench.start();
  await reach(run, 'confirm');
  run.confirm({ typed: 'y' });
  return run;
}

describe('a run that goes well', () => {
  it('passes every step in order, sends once, and keeps what it did', async () => {
    const bench = pipelineBench();
    const run = await confirmed(bench);
    const { ended } = await reach(run, 'ended');
    expect(ended).toMatchObject({ outcome: 'verified', words: 'web-1 is gone.' });
    expect(bench.states).toEqual(['planning', 'confirm', 'checking', 'running', 'verifying', 'ended']);
    expect(bench.sent).toEqual([ROUTE]);
    expect(bench.journal).toEqual(['begin Stop web-1', 'result ok', 'verification verified']);
  });

  it('sends once, however often the confirming key is pressed', async () => {
    const bench = pipelineBench();
    const run = await confirmed(bench);
    for (let press = 0; press < 5; press += 1) run.confirm({ typed: 'y' });
    await reach(run, 'ended');
    run.confirm({ typed: 'y' });
    expect(bench.sent).toEqual([ROUTE]);
  });

  it('needs as many good looks in a row as the action says', async () => {
    const bench = pipelineBench();
    bench.action = { wait: { firstMs: 0, everyMs: 1_000, deadlineMs: 20_000, steady: 2 } };
    const done = { state: 'done', words: 'done' } as const;
    const pending = { state: 'pending', words: 'pending' } as const;
    bench.observations = [done, pending, done, done];
    const run = await confirmed(bench);
    await reach(run, 'ended');
    expect(bench.observations).toEqual([done]);
  });
});

describe('nothing leaves', () => {
  it('before the confirmation', async () => {
    const bench = pipelineBench();
    const run = bench.start();
    await reach(run, 'confirm');
    expect(bench.sent).toEqual([]);
    expect(bench.journal).toEqual([]);
  });

  it('with a wrong answer', async () => {
    const bench = pipelineBench();
    const run = bench.start();
    await reach(run, 'confirm');
    run.confirm({ typed: 'n' });
    expect(run.state.get()).toMatchObject({ step: 'confirm', problem: 'Press y' });
    expect(bench.sent).toEqual([]);
  });

  it.each(['role', 'read-only', 'guardrail', 'unknown', 'version', 'route'] as const)(
    'when refused by %s, not even a read',
    async (because) => {
      const bench = pipelineBench();
      bench.verdict = refused(because, 'not you');
      const run = bench.start();
      expect(await reach(run, 'refused')).toMatchObject({ reason: 'not you', because });
      expect(bench.gathers).toBe(0);
      expect(bench.sent).toEqual([]);
    },
  );

  it('when it is refused by the time of the confirmation', async () => {
    const bench = pipelineBench();
    const run = bench.start();
    await reach(run, 'confirm');
    bench.verdict = refused('read-only', 'read-only now');
    run.confirm({ typed: 'y' });
    expect(await reach(run, 'refused')).toMatchObject({ reason: 'read-only now' });
    expect(bench.sent).toEqual([]);
  });

  it('when the settings ask for another confirmation by now; the person is asked again', async () => {
    const bench = pipelineBench();
    bench.action = { tierWhenProtected: 2 };
    const run = bench.start();
    await reach(run, 'confirm');
    bench.protectedRack = true;
    run.confirm({ typed: 'y' });
    await reach(run, 'checking');
    const state = await reach(run, 'confirm');
    expect([state.problem, state.proposal.moved]).toEqual([
      'The settings ask for another confirmation by now. Look again.',
      false,
    ]);
    expect(state.proposal.confirmation).toMatchObject({ kind: 'type', text: 'shop' });
    expect([bench.sent, bench.journal]).toEqual([[], []]);
  });

  it('when the rack moved since the preview; the person is asked again', async () => {
    const bench = pipelineBench();
    const run = bench.start();
    await reach(run, 'confirm');
    bench.facts = { name: 'web-2' };
    run.confirm({ typed: 'y' });
    await reach(run, 'checking').catch(() => undefined);
    const state = await reach(run, 'confirm');
    expect(state.proposal).toMatchObject({ moved: true, preview: { headline: 'Stop web-2' } });
    expect(state.problem).toContain('has changed');
    expect(bench.sent).toEqual([]);
    run.confirm({ typed: 'y' });
    await reach(run, 'ended');
    expect(bench.journal[0]).toBe('begin Stop web-2');
  });

  it('when the name stands for another rack by then', async () => {
    const bench = pipelineBench();
    const run = bench.start();
    await reach(run, 'confirm');
    bench.target = { id: 'env:acme/prod', origin: 'https://elsewhere' };
    run.confirm({ typed: 'y' });
    expect((await reach(run, 'refused')).reason).toContain('acme/prod is another rack now');
    expect(bench.sent).toEqual([]);
  });

  it('when read-only is switched on while the intent is written down', async () => {
    const bench = pipelineBench();
    bench.onBegin = () => {
      bench.verdict = refused('read-only', 'read-only now');
    };
    expect(await reach(await confirmed(bench), 'refused')).toMatchObject({ because: 'read-only' });
    expect(bench.sent).toEqual([]);
    expect(bench.journal).toEqual(['begin Stop web-1', 'result rejected']);
  });

  it('and what was given up stays given up, whatever a late answer says', async () => {
    const bench = pipelineBench();
    let answer: (facts: unknown) => void = () => undefined;
    bench.action = { gather: () => new Promise((resolve) => (answer = resolve as typeof answer)) };
    const run = bench.start();
    await turns();
    run.cancel();
    bench.verdict = refused('role', 'not you');
    answer({ name: 'web-1' });
    await turns();
    expect(run.state.get()).toMatchObject({ step: 'cancelled' });
  });

  it('when the plan itself says no', async () => {
    const bench = pipelineBench();
    bench.facts = { name: 'web-1', blocked: 'Nothing to stop.' };
    expect(await reach(bench.start(), 'refused')).toMatchObject({ reason: 'Nothing to stop.', because: 'plan' });
  });

  it('when the intent cannot be written down', async () => {
    const bench = pipelineBench();
    bench.journalFails = new Failure({ kind: 'server', what: 'The journal cannot be written' });
    const run = await confirmed(bench);
    expect(await reach(run, 'refused')).toMatchObject({ because: 'failure' });
    expect(bench.sent).toEqual([]);
  });

  it('when the person gives up', async () => {
    const bench = pipelineBench();
    const run = bench.start();
    await reach(run, 'confirm');
    run.cancel();
    run.confirm({ typed: 'y' });
    expect(run.state.get()).toMatchObject({ step: 'cancelled' });
    expect(bench.sent).toEqual([]);
  });

  it('without a subject, with several where one is taken, with an unknown field', async () => {
    const bench = pipelineBench();
    expect(await reach(bench.start({ subjects: [] }), 'refused')).toMatchObject({ because: 'plan' });
    const two = [
      { id: 'a', app: 'shop' },
      { id: 'b', app: 'shop' },
    ];
    expect(await reach(bench.start({ subjects: two }), 'refused')).toMatchObject({ because: 'plan' });
    expect(await reach(bench.start({ input: { what: 'x' } }), 'refused')).toMatchObject({ because: 'plan' });
    expect(await reach(bench.start({ actionId: 'no.such' }), 'refused')).toMatchObject({ because: 'failure' });
    expect(await reach(bench.start({ rack: 'no/such' }), 'refused')).toMatchObject({ because: 'failure' });
    expect(bench.sent).toEqual([]);
  });

  it('beyond what was confirmed', async () => {
    const bench = pipelineBench();
    bench.extraRoute = ROUTE;
    const run = await confirmed(bench);
    await reach(run, 'ended');
    expect(bench.sent).toEqual([ROUTE]);
  });
});

describe('a request whose outcome is unclear', () => {
  it('is looked up, never sent again: it did not happen', async () => {
    const bench = pipelineBench();
    bench.runFails = LOST;
    bench.observations = [{ state: 'absent', words: 'web-1 still runs.' }];
    const { ended } = await reach(await confirmed(bench), 'ended');
    expect(ended).toMatchObject({ outcome: 'no-effect', failure: LOST });
    expect(ended.words).toContain('web-1 still runs.');
    expect(bench.sent).toEqual([ROUTE]);
    expect(bench.journal).toEqual(['begin Stop web-1', 'result unclear', 'verification no-effect']);
  });

  it('did happen after all, long after the answer was given up', async () => {
    const bench = pipelineBench();
    bench.action = { wait: { firstMs: 1_000, everyMs: 1_000, deadlineMs: 120_000, steady: 1 } };
    bench.runFails = LOST;
    const absent = { state: 'absent', words: 'web-1 still runs.' } as const;
    bench.observations = [...Array.from({ length: 40 }, () => absent), { state: 'done', words: 'web-1 is gone.' }];
    const { ended } = await reach(await confirmed(bench), 'ended');
    expect(ended).toMatchObject({ outcome: 'verified' });
  });

  it('is looked up: it did happen', async () => {
    const bench = pipelineBench();
    bench.runFails = LOST;
    const { ended } = await reach(await confirmed(bench), 'ended');
    expect(ended.outcome).toBe('verified');
    expect(bench.sent).toEqual([ROUTE]);
  });

  it('stays unclear where nothing can be read', async () => {
    const bench = pipelineBench();
    bench.runFails = LOST;
    bench.observations = [{ state: 'unknown', words: 'no answer' }];
    const { ended } = await reach(await confirmed(bench), 'ended');
    expect(ended.outcome).toBe('unclear');
  });
});

describe('a request that went through', () => {
  it('is not proven where its effect never shows', async () => {
    const bench = pipelineBench();
    bench.observations = [{ state: 'absent', words: 'still there' }];
    const { ended } = await reach(await confirmed(bench), 'ended');
    expect(ended.outcome).toBe('unproven');
  });

  it('has failed where the effect is a failure', async () => {
    const bench = pipelineBench();
    bench.observations = [
      { state: 'pending', words: 'rolling' },
      { state: 'failed', words: 'rolled back' },
    ];
    const { ended } = await reach(await confirmed(bench), 'ended');
    expect(ended).toMatchObject({ outcome: 'failed', words: 'rolled back' });
  });

  it('was refused: nothing to look for', async () => {
    const bench = pipelineBench();
    bench.runFails = NO;
    const { ended } = await reach(await confirmed(bench), 'ended');
    expect(ended).toMatchObject({ outcome: 'rejected', failure: NO });
    expect(bench.states).not.toContain('verifying');
    expect(bench.journal).toEqual(['begin Stop web-1', 'result rejected']);
  });

  it('was refused half-way: what went before did happen', async () => {
    const bench = pipelineBench();
    bench.action = { changes: () => [{ route: ROUTE, times: 2 }] };
    bench.extraRoute = ROUTE;
    bench.runFails = NO;
    bench.goodBefore = 1;
    const { ended } = await reach(await confirmed(bench), 'ended');
    expect(ended).toMatchObject({ outcome: 'failed', words: expect.stringContaining('did happen') });
    expect(bench.journal.at(-1)).toBe('result failed');
  });

  it.each([
    [
      'the code for the next step was not given',
      new Failure({ kind: 'cancelled', what: 'No code', nothingSent: true }),
    ],
    ['what came back could not be saved', new Failure({ kind: 'usage', what: 'The token was made but not saved' })],
  ])('went well as far as it was sent, then %s: it must not look refused', async (_what, failure) => {
    const bench = pipelineBench();
    bench.action = {
      run: async (_facts, { writes }) => {
        await writes.stopProcess('shop', 'web-1');
        throw failure;
      },
    };
    const { ended } = await reach(await confirmed(bench), 'ended');
    expect(ended).toMatchObject({ outcome: 'failed', words: expect.stringContaining('did happen') });
  });

  it('may be left while it is verified; that is said', async () => {
    const bench = pipelineBench();
    bench.observations = [{ state: 'pending', words: 'rolling' }];
    const run = await confirmed(bench);
    await reach(run, 'verifying');
    run.cancel();
    const { ended } = await reach(run, 'ended');
    expect(ended).toMatchObject({ outcome: 'unproven' });
    expect(ended.words).toContain('No longer watched');
  });

  it('is read back through whoever stands for the rack now: the list of racks may be read anew meanwhile', async () => {
    const bench = pipelineBench();
    const { sessionNow: before } = bench;
    bench.action = {
      observe: async (_facts, _result, { reads }) =>
        'fresh' in reads ? { state: 'done', words: 'gone' } : { state: 'pending', words: 'still there' },
    };
    const run = await confirmed(bench);
    await reach(run, 'verifying');
    const { target, access, system, history } = before;
    const now = { target, access, system, history, reads: () => ({ fresh: true }), changed: () => {} };
    bench.sessionNow = now as unknown as typeof before;
    expect((await reach(run, 'ended')).ended).toMatchObject({ outcome: 'verified', words: 'gone' });
  });

  it('is watched afterwards, and trouble then is a failure with the way back', async () => {
    const bench = pipelineBench();
    const undo = { actionId: 'test.stop', rack: 'acme/prod', subjects: [], input: {} };
    let looks = 0;
    bench.action = {
      after: {
        forMs: 10_000,
        everyMs: 1_000,
        look: async () => {
          looks += 1;
          return looks < 3 ? { trouble: undefined, words: 'calm' } : { trouble: '2 crashes of web', words: 'crashes' };
        },
      },
      undo: () => undo,
    };
    const { ended } = await reach(await confirmed(bench), 'ended');
    expect(ended).toMatchObject({ outcome: 'failed', undo });
    expect(ended.words).toContain('2 crashes of web');
    expect(bench.states).toContain('watching');
    expect(bench.journal.slice(-2)).toEqual(['verification verified', 'verification failed']);
  });
});

describe('views are asked again, the journal too', () => {
  it.each([
    ['proven', {}, 'verification verified'],
    ['refused', { runFails: NO }, 'result rejected'],
    ['refused half-way', { runFails: NO, goodBefore: 1, extraRoute: ROUTE }, 'result failed'],
  ] as const)('once it is written down how it ended: %s', async (_name, changes, last) => {
    const bench = Object.assign(pipelineBench(), changes);
    bench.action = { changes: () => [{ route: ROUTE, times: 2 }] };
    const written: (string | undefined)[] = [];
    bench.onChanged = () => void written.push(bench.journal.at(-1));
    await reach(await confirmed(bench), 'ended');
    expect(written.at(-1)).toBe(last);
  });
});

describe('the second factor', () => {
  const stepUp = (ensure: () => Promise<unknown>) => () =>
    ({ ensure, challenged: () => undefined, isOpen: () => false }) as never;

  it('is asked before the intent is written, and giving up changes nothing', async () => {
    const bench = pipelineBench();
    bench.mfa = 'step-up';
    bench.stepUp = stepUp(async () => {
      throw new Failure({ kind: 'cancelled', what: 'Given up' });
    });
    const run = await confirmed(bench);
    expect(await reach(run, 'cancelled')).toMatchObject({ words: 'No code was given; nothing was changed.' });
    expect(bench.journal).toEqual([]);
    expect(bench.sent).toEqual([]);
  });

  it.each([
    [
      'read-only is switched on',
      (bench: Bench) => {
        bench.verdict = refused('read-only', 'read-only now');
      },
      'refused',
    ],
    [
      'the rack moves',
      (bench: Bench) => {
        bench.facts = { name: 'web-2' };
      },
      'confirm',
    ],
  ] as const)('%s while somebody looks for the code: nothing leaves', async (_what, meanwhile, step) => {
    const bench = pipelineBench();
    bench.mfa = 'step-up';
    bench.stepUp = stepUp(async () => meanwhile(bench));
    const run = await confirmed(bench);
    await reach(run, 'step-up').catch(() => undefined);
    await reach(run, step);
    expect(bench.sent).toEqual([]);
    expect(bench.journal).toEqual([]);
  });

  it('is followed by another look, and that is said', async () => {
    const bench = pipelineBench();
    bench.mfa = 'step-up';
    bench.stepUp = stepUp(async () => undefined);
    await reach(await confirmed(bench), 'ended');
    expect(bench.states.slice(1, 6)).toEqual(['confirm', 'checking', 'step-up', 'checking', 'running']);
    expect(bench.gathers).toBe(3);
  });

  it('of one request: nothing leaves where it is no longer allowed when the code is there', async () => {
    const bench = pipelineBench();
    bench.mfa = 'always';
    bench.stepUp = stepUp(async () => {
      bench.verdict = refused('read-only', 'read-only now');
      return { code: '123456' };
    });
    const { ended } = await reach(await confirmed(bench), 'ended');
    expect(ended).toMatchObject({ outcome: 'rejected', words: expect.stringContaining('read-only now') });
    expect(bench.sent).toEqual([]);
  });

  it('is asked in the middle where the server wants it after all; the refused request goes once more', async () => {
    const bench = pipelineBench();
    let asked = 0;
    bench.stepUp = stepUp(async () => {
      asked += 1;
    });
    bench.challenge = ASKED;
    const { ended } = await reach(await confirmed(bench), 'ended');
    expect(ended.outcome).toBe('verified');
    expect(asked).toBe(1);
    expect(bench.sent).toEqual([ROUTE, `${ROUTE} again`]);
    expect(bench.states).toEqual([
      'planning',
      'confirm',
      'checking',
      'running',
      'step-up',
      'running',
      'verifying',
      'ended',
    ]);
  });
});

describe('tiers', () => {
  it.each([
    [2, false, { kind: 'enter' }],
    [2, true, { kind: 'type', text: 'shop', reason: false }],
    [3, false, { kind: 'type', text: 'prod/shop', reason: true }],
    [3, true, { kind: 'type', text: 'prod/shop', reason: true }],
    [1, false, { kind: 'key', key: 'y' }],
    [1, true, { kind: 'key', key: 'y' }],
  ] as const)('tier %i, protected %s', async (tier, protectedRack, confirmation) => {
    const bench = pipelineBench();
    bench.protectedRack = protectedRack;
    bench.action = { tier };
    const { proposal } = await reach(bench.start(), 'confirm');
    expect(proposal.confirmation).toEqual(confirmation);
  });

  it('a tier of its own on a protected rack', async () => {
    const bench = pipelineBench();
    bench.protectedRack = true;
    bench.action = { tier: 1, tierWhenProtected: 2 };
    const { proposal } = await reach(bench.start(), 'confirm');
    expect(proposal).toMatchObject({ tier: 2, confirmation: { kind: 'type', text: 'shop' } });
  });

  it('tier 3 wants the typed name and a reason', async () => {
    const bench = pipelineBench();
    bench.action = { tier: 3 };
    const run = bench.start();
    await reach(run, 'confirm');
    run.confirm({ typed: 'shop', reason: 'x' });
    expect(run.state.get()).toMatchObject({ problem: 'Type prod/shop to confirm' });
    run.confirm({ typed: 'prod/shop', reason: '  ' });
    expect(run.state.get()).toMatchObject({ problem: expect.stringContaining('reason') });
    run.confirm({ typed: 'prod/shop', reason: 'cleaning up' });
    await reach(run, 'ended');
    expect(bench.journal[0]).toBe('begin Stop web-1 because cleaning up');
  });
});

describe('two runs on one app', () => {
  it('one after the other: what the first has changed is shown to whoever confirmed the second', async () => {
    const bench = pipelineBench();
    let finish: () => void = () => undefined;
    let running = 0;
    bench.action = {
      run: async () => {
        running += 1;
        await new Promise<void>((resolve) => (finish = resolve));
        bench.facts = { name: 'web-2' };
        return undefined as never;
      },
    };
    const [first, second] = [bench.start(), bench.start()];
    await reach(first, 'confirm');
    await reach(second, 'confirm');
    first.confirm({ typed: 'y' });
    second.confirm({ typed: 'y' });
    await reach(first, 'running');
    await turns();
    expect(second.state.get().step).toBe('checking');
    expect(running).toBe(1);
    finish();
    await reach(first, 'ended');
    expect((await reach(second, 'confirm')).proposal).toMatchObject({ moved: true });
    expect(running).toBe(1);
  });

  it('one that waits may be given up, and the next goes on', async () => {
    const bench = pipelineBench();
    let finish: () => void = () => undefined;
    bench.action = { run: () => new Promise<never>((resolve) => (finish = resolve as () => void)) };
    const runs = [bench.start(), bench.start(), bench.start()] as const;
    for (const run of runs) await reach(run, 'confirm');
    for (const run of runs) run.confirm({ typed: 'y' });
    await reach(runs[0], 'running');
    runs[1].cancel();
    expect(runs[1].state.get().step).toBe('cancelled');
    await turns();
    expect(runs[2].state.get().step).toBe('checking');
    finish();
    await reach(runs[2], 'running');
    finish();
    await reach(runs[2], 'ended');
    expect(bench.journal.filter((line) => line.startsWith('begin'))).toHaveLength(2);
  });

  it('a session that stays open holds nobody up', async () => {
    const bench = pipelineBench();
    bench.action = {
      routes: ['SOCKET /apps/{app}/processes/{pid}/exec'],
      run: () => new Promise<never>(() => undefined),
    };
    const [first, second] = [await confirmed(bench), await confirmed(bench)];
    await reach(first, 'running');
    await reach(second, 'running');
  });
});
