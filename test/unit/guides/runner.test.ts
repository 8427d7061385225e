import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import type { GuideProgressStore } from '../../../src/domain/guide-progress.ts';
import type { StepState } from '../../../src/domain/guide-step.ts';
import { ALLOWED, refused } from '../../../src/domain/verdict.ts';
import { defineGuide, type Guide, type GuideStep } from '../../../src/guides/define-guide.ts';
import { GuideProgressMemory } from '../../../src/live/guide-progress-folder.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { type GuideBench, guideBench, settled, startQuietSimulator } from '../../support/guide-bench.ts';

const ENTRY = 'arn:aws:iam::123456789012:role/Operators';

let simulator: Simulator;
let benches: GuideBench[] = [];

beforeEach(async () => {
  simulator = await startQuietSimulator();
});

afterEach(async () => {
  await Promise.all(benches.map((bench) => bench.close()));
  benches = [];
  await simulator.close();
});

interface Invented {
  first?: StepState;
  /** Routes that are confirmed. */
  changes?: { route: string; times: number }[];
  withUndo?: boolean;
  deletes?: number;
  headline?: () => string;
}

/** Deletes an access entry of prod: a real request through the real clients, in an invented guide. */
function invented(options: Invented = {}): Guide {
  const {
    first = 'ok',
    changes = [{ route: 'EKS DeleteAccessEntry', times: 1 }],
    withUndo = true,
    deletes = 1,
  } = options;
  const gone = async (context: Parameters<GuideStep['check']>[0]) =>
    (await context.reads.aws('us-east-1').accessEntry('prod', ENTRY)) === undefined;
  const step: GuideStep = {
    id: 'remove',
    title: 'Remove it',
    why: 'It is in the way.',
    danger: 'Somebody may need it.',
    check: async (context) => ({ state: (await gone(context)) ? 'ok' : 'todo', words: 'It is there.', evidence: [] }),
    apply: {
      title: 'Remove it',
      tier: 2,
      permissions: [],
      plan: async () => ({
        preview: { headline: options.headline?.() ?? 'Remove the entry', effects: [], warnings: [] },
        changes,
        echo: 'aws eks delete-access-entry',
        keep: { entry: ENTRY },
        run: async ({ writes }) => {
          const aws = writes.aws('us-east-1');
          for (let at = 0; at < deletes; at += 1) await aws.deleteAccessEntry('prod', ENTRY);
        },
      }),
    },
    verify: async (context) => ({ state: (await gone(context)) ? 'done' : 'absent', words: 'Looked.' }),
  };
  const undo = {
    title: 'Put it back',
    tier: 2,
    permissions: [],
    plan: async () => ({
      preview: { headline: 'Put it back', effects: [], warnings: [] },
      changes: [{ route: 'EKS CreateAccessEntry', times: 1 }],
      echo: '',
      keep: {},
      run: async ({ writes }: Parameters<Awaited<ReturnType<NonNullable<GuideStep['apply']>['plan']>>['run']>[0]) =>
        writes.aws('us-east-1').createAccessEntry('prod', { principalArn: ENTRY, type: 'STANDARD' }),
    }),
  } as const;
  return defineGuide({
    id: 'invented',
    title: 'Invented',
    about: 'for tests',
    fields: [],
    steps: [
      {
        id: 'first',
        title: 'First',
        why: 'It comes first.',
        check: async () => ({ state: first, words: 'So it is.', evidence: [] }),
      },
      withUndo ? { ...step, undo } : step,
    ],
  });
}

function open(guide: Guide, more: Partial<Parameters<typeof guideBench>[0]> = {}): GuideBench {
  const bench = guideBench({ guide, rack: 'acme/prod', simulator, ...more });
  benches.push(bench);
  return bench;
}

const deletions = () => simulator.aws.calls.filter((call) => call === 'eks:DeleteAccessEntry').length;
const isThere = () => simulator.aws.clusters.get('us-east-1/prod')?.entries.has(ENTRY) === true;

describe('a change of a step', () => {
  it('is made once, however often it is confirmed', async () => {
    const bench = open(invented());
    await bench.run.start();
    const run = bench.run.begin('remove', 'apply');
    await settled(run);
    for (let at = 0; at < 5; at += 1) run.confirm({});
    expect(await run.finished()).toMatchObject({ ended: { outcome: 'verified' } });
    run.confirm({});
    expect(deletions()).toBe(1);
  });

  it('cannot send more than was confirmed', async () => {
    const bench = open(invented({ deletes: 2 }));
    await bench.run.start();
    const ended = await bench.make('remove');
    expect(ended).toMatchObject({ step: 'ended', ended: { outcome: 'failed' } });
    expect(deletions()).toBe(1);
  });

  it('cannot send what was not confirmed at all', async () => {
    const bench = open(invented({ changes: [] }));
    await bench.run.start();
    expect(await bench.make('remove')).toMatchObject({ ended: { outcome: 'rejected' } });
    expect(deletions()).toBe(0);
    expect(isThere()).toBe(true);
  });

  it.each<StepState>(['todo', 'blocked', 'unknown', 'pending', 'waiting'])(
    'is not offered while a step before it is %s',
    async (first) => {
      const bench = open(invented({ first }));
      await bench.run.start();
      const view = bench.run.state.get().steps.find(({ step }) => step.id === 'remove');
      expect(view?.apply).toEqual({ offered: false, reason: 'first "First"' });
      expect(await bench.make('remove')).toMatchObject({ step: 'refused', because: 'plan' });
      expect(deletions()).toBe(0);
    },
  );

  it('without a way back says so, and wants the name and a reason', async () => {
    const bench = open(invented({ withUndo: false }));
    await bench.run.start();
    const asked = await settled(bench.run.begin('remove', 'apply'));
    if (asked.step !== 'confirm') throw new Error(asked.step);
    expect(asked.proposal.tier).toBe(3);
    expect(asked.proposal.confirmation).toEqual({ kind: 'type', text: 'prod', reason: true });
    expect(asked.proposal.preview.warnings).toEqual(['Somebody may need it.', 'There is no way back from this step.']);
  });

  it('with a way back is one key on a rack that is not protected, and the name on one that is', async () => {
    for (const [isProtected, kind] of [
      [false, 'enter'],
      [true, 'type'],
    ] as const) {
      const bench = open(invented(), { isProtected });
      await bench.run.start();
      const asked = await settled(bench.run.begin('remove', 'apply'));
      expect(asked).toMatchObject({ step: 'confirm', proposal: { confirmation: { kind } } });
    }
  });

  it('is not sent where the settings say no while the intent is written', async () => {
    const bench: GuideBench = open(invented(), {
      verdict: () => (bench.journal.length === 0 ? ALLOWED : refused('guardrail', 'a freeze has begun')),
    });
    await bench.run.start();
    expect(await bench.make('remove')).toMatchObject({ step: 'refused', reason: 'a freeze has begun' });
    expect(bench.journal).toEqual(['guide.invented remove: Remove the entry because test', 'result rejected']);
    expect(deletions()).toBe(0);
  });

  it('is asked again where the preview has moved', async () => {
    const names = ['one', 'two', 'three'];
    const bench = open(invented({ headline: () => `Remove the entry ${names.shift()}` }));
    await bench.run.start();
    const run = bench.run.begin('remove', 'apply');
    await settled(run);
    run.confirm({});
    expect(await settled(run)).toMatchObject({ step: 'confirm', proposal: { moved: true } });
    expect(deletions()).toBe(0);
  });

  it('given up before the confirmation changes nothing; a second one waits for its end', async () => {
    const bench = open(invented());
    await bench.run.start();
    const run = bench.run.begin('remove', 'apply');
    await settled(run);
    expect(() => bench.run.begin('remove', 'apply')).toThrow(/Another step/);
    run.cancel();
    expect(await run.finished()).toMatchObject({ step: 'cancelled', words: 'Nothing was changed.' });
    run.confirm({});
    expect(deletions()).toBe(0);
    expect(await bench.make('remove')).toMatchObject({ ended: { outcome: 'verified' } });
  });

  it('leaves nothing where its progress cannot be kept', async () => {
    const full: GuideProgressStore = {
      load: async () => ({ progress: undefined, damage: undefined }),
      all: async () => [],
      save: () => Promise.reject(new Failure({ kind: 'server', what: 'The disk is full' })),
    };
    const bench = open(invented(), { progress: full });
    await bench.run.start();
    expect(bench.run.state.get().notices.join(' ')).toMatch(/disk is full/);
    expect(await bench.make('remove')).toMatchObject({ ended: { outcome: 'rejected' } });
    expect(deletions()).toBe(0);
  });

  it.each([
    ['lost before it was done', false, 'no-effect', true],
    ['lost after it was done', true, 'verified', false],
  ])('%s is looked up, never sent again', async (_name, after, outcome, there) => {
    const error = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    simulator.aws.failing.set('eks:DeleteAccessEntry', { error, after });
    const bench = open(invented());
    await bench.run.start();
    expect(await bench.make('remove')).toMatchObject({ ended: { outcome } });
    expect(deletions()).toBe(1);
    expect(isThere()).toBe(there);
  });

  it('is taken back, and a way back that failed stays', async () => {
    const progress = new GuideProgressMemory();
    const bench = open(invented(), { progress });
    await bench.run.start();
    await bench.make('remove');
    simulator.aws.denied.add('eks:CreateAccessEntry');
    expect(await bench.make('remove', 'undo')).toMatchObject({ ended: { outcome: 'rejected' } });
    simulator.aws.denied.clear();
    const kept = (await progress.load('invented', 'gateway:acme/prod')).progress?.steps.remove?.done?.kept;
    expect(kept).toEqual({ entry: ENTRY });
    const offer = () => bench.run.state.get().steps.find(({ step }) => step.id === 'remove')?.undo;
    expect(offer()).toEqual({ offered: true });
  });
});

describe('a pass over the steps', () => {
  it('asks the same question once, and anew in the next pass', async () => {
    const bench = open(invented());
    await bench.run.start();
    const before = simulator.aws.calls.length;
    await bench.run.check();
    expect(simulator.aws.calls.slice(before).filter((call) => call === 'eks:DescribeAccessEntry')).toHaveLength(1);
  });

  it('that was asked for while the notes of the one before are written looks anew', async () => {
    const progress = new GuideProgressMemory();
    const { promise, resolve } = Promise.withResolvers<void>();
    let saving: () => void = () => undefined;
    const saves = new Promise<void>((started) => {
      saving = started;
    });
    const slow: GuideProgressStore = {
      load: progress.load.bind(progress),
      all: async () => [],
      save: async (notes) => {
        saving();
        await promise;
        await progress.save(notes);
      },
    };
    const bench = open(invented(), { progress: slow });
    const started = bench.run.start();
    await saves;
    expect(bench.states().remove).toBe('todo');
    simulator.aws.clusters.get('us-east-1/prod')?.entries.delete(ENTRY);
    const again = bench.run.check();
    resolve();
    await Promise.all([started, again]);
    expect(bench.states().remove).toBe('ok');
  });

  it('that goes past what changes is followed by another, however often it was asked for', async () => {
    const guide = invented();
    const { promise, resolve } = Promise.withResolvers<void>();
    let looks = 0;
    const last: GuideStep = {
      id: 'last',
      title: 'Last',
      why: 'It takes long.',
      check: async () => {
        looks += 1;
        await promise;
        return { state: 'ok', words: 'Looked.', evidence: [] };
      },
    };
    const bench = open({ ...guide, steps: [...guide.steps, last] });
    const started = bench.run.start();
    await expect.poll(() => looks).toBe(1);
    expect(bench.states().remove).toBe('todo');
    simulator.aws.clusters.get('us-east-1/prod')?.entries.delete(ENTRY);
    const asked = [bench.run.check(), bench.run.check(), bench.run.check()];
    resolve();
    await Promise.all([started, ...asked]);
    expect(bench.states().remove).toBe('ok');
    expect(looks).toBe(2);
  });

  it('goes on after a check that throws', async () => {
    const guide = invented();
    const broken = {
      ...guide,
      steps: [
        { ...guide.steps[0], check: () => Promise.reject(new Error('boom')) } as GuideStep,
        ...guide.steps.slice(1),
      ],
    };
    const bench = open(broken);
    await bench.run.start();
    expect(bench.states()).toEqual({ first: 'unknown', remove: 'todo' });
  });

  it('takes up the notes of an earlier run, and tells of damaged ones', async () => {
    const progress = new GuideProgressMemory();
    const first = open(invented(), { progress });
    await first.run.start();
    const second = open(invented(), { progress });
    await second.run.start();
    expect(second.run.state.get().notices).toEqual([expect.stringMatching(/^Taken up again/)]);
    const damaged = {
      ...progress,
      load: async () => ({ progress: undefined, damage: 'They are kept.' }),
      all: async () => [],
      save: async () => undefined,
    };
    const third = open(invented(), { progress: damaged });
    await third.run.start();
    expect(third.run.state.get().notices).toEqual(['They are kept.']);
  });
});
