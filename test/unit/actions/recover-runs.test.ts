import { afterEach, describe, expect, it } from 'vitest';
import { ACTIONS } from '../../../src/actions/index.ts';
import { previewText } from '../../../src/actions/preview.ts';
import { recoverRuns } from '../../../src/actions/recover-runs.ts';
import type { RunState } from '../../../src/actions/run-state.ts';
import { Failure } from '../../../src/domain/failure.ts';
import type { JournalRecovery } from '../../../src/domain/journal-entry.ts';
import type { RecordedRun } from '../../../src/domain/journal-run.ts';
import type { ActionRequest, Subject } from '../../../src/domain/subject.ts';
import { createRelease } from '../../../src/simulator/world/releases.ts';
import { type ActionBench, actionBench } from '../../support/action-bench.ts';
import { endOf } from '../../support/action-states.ts';
import type { Bench } from '../../support/pipeline-bench.ts';
import { pipelineBench } from '../../support/pipeline-bench.ts';

const PREVIEW = previewText('test.stop', 'acme/prod', { headline: 'Stop web-1', effects: [], warnings: [] });

function openRun(change: Partial<RecordedRun['intent']> = {}): RecordedRun {
  const intent = {
    kind: 'intent',
    run: 'run-1',
    at: 1,
    rack: { id: 'direct:acme/prod', name: 'acme/prod' },
    user: 'ann@example.com',
    actionId: 'test.stop',
    subjects: [{ id: 'web-1', app: 'shop' }],
    input: {},
    preview: `#${PREVIEW}`,
    headline: 'Stop web-1',
    confirmation: 'key',
    echo: 'convox ps stop web-1',
    process: { pid: 1, host: 'box' },
    ...change,
  } as const;
  return { intent, result: undefined, verification: undefined, recovered: undefined, seq: 1, hash: 'h' };
}

async function recover(bench: Bench, runs: readonly RecordedRun[]) {
  const written: [string, Pick<JournalRecovery, 'state' | 'words'>][] = [];
  const journal = {
    openRuns: async () => runs,
    recovered: async (run: string, said: Pick<JournalRecovery, 'state' | 'words'>) => void written.push([run, said]),
  };
  const { action, session, digest, now, timers } = bench.dependencies();
  const { signal } = new AbortController();
  const found = await recoverRuns({ journal, action, session, digest, now, timers, signal });
  return { found, written };
}

describe('runs that a crash cut off', () => {
  it('did not take effect where the same plan is still to be made', async () => {
    const bench = pipelineBench();
    bench.action = { previewTells: true };
    const { found, written } = await recover(bench, [openRun()]);
    expect(found).toMatchObject([{ state: 'absent', words: expect.stringContaining('did not take effect') }]);
    expect(written).toMatchObject([['run-1', { state: 'absent' }]]);
    expect(bench.sent).toEqual([]);
  });

  it('may have where doing it twice looks the same twice', async () => {
    const { found } = await recover(pipelineBench(), [openRun()]);
    expect(found).toMatchObject([{ state: 'unknown', words: expect.stringContaining('Look before you do it again') }]);
  });

  it('are not asked of another rack that has the name now', async () => {
    const bench = pipelineBench();
    bench.target = { id: 'env:acme/prod', origin: 'https://elsewhere' };
    const { written } = await recover(bench, [openRun()]);
    expect(written).toEqual([]);
  });

  it('may have where the rack is not as it was', async () => {
    const bench = pipelineBench();
    bench.facts = { name: 'web-2' };
    const { found } = await recover(bench, [openRun()]);
    expect(found).toMatchObject([{ state: 'unknown', words: expect.stringContaining('no longer as it was') }]);
  });

  it('are told with what the rack says against doing it again', async () => {
    const bench = pipelineBench();
    bench.facts = { name: 'web-1', blocked: 'It is stopped already.' };
    const { found } = await recover(bench, [openRun()]);
    expect(found).toMatchObject([{ state: 'unknown', words: expect.stringContaining('It is stopped already.') }]);
  });

  it.each([
    ['what it was about is gone', new Failure({ kind: 'not-found', what: 'No such process' }), 1],
    ['the rack cannot be asked: it stays open', new Failure({ kind: 'unreachable', what: 'No way' }), 0],
  ])('%s', async (_what, failure, settled) => {
    const bench = pipelineBench();
    bench.action = { gather: () => Promise.reject(failure) };
    const { found, written } = await recover(bench, [openRun()]);
    expect(found).toHaveLength(settled);
    expect(written).toHaveLength(settled);
  });

  it('stay open where the rack is not there, and are settled as unknown where the action is not', async () => {
    const bench = pipelineBench();
    const elsewhere = openRun({ run: 'run-2', rack: { id: 'direct:x', name: 'x' } });
    const { written } = await recover(bench, [elsewhere, openRun({ actionId: 'no.more' })]);
    expect(written).toMatchObject([['run-1', { state: 'unknown' }]]);
  });

  it('of a guide are for the guide to tell: it looks at every step', async () => {
    const bench = pipelineBench();
    const { written } = await recover(bench, [openRun({ actionId: 'guide.console-role' })]);
    expect(written).toMatchObject([['run-1', { state: 'unknown' }]]);
    expect(written[0]?.[1].words).toBe('It was a step of a guide: open the guide again, it looks at every step.');
  });

  it('cannot be compared where what was asked for was secret and is not kept', async () => {
    const bench = pipelineBench();
    const field = { id: 'pairs', label: 'Pairs', kind: 'lines', required: true, sensitive: true } as const;
    bench.action = { fields: [field] };
    const { found } = await recover(bench, [openRun()]);
    expect(found).toMatchObject([{ state: 'unknown', words: expect.stringContaining('secret') }]);
  });
});

describe('previews that tell whether it took effect', () => {
  let rack: ActionBench | undefined;
  afterEach(() => rack?.close());

  const shop = [{ id: 'shop', app: 'shop' }];
  const hashOf = (state: RunState) => ('proposal' in state ? state.proposal.hash : state.step);
  const CASES: Readonly<
    Record<string, (bench: ActionBench) => { subjects: readonly Subject[]; input?: ActionRequest['input'] }>
  > = {
    'process.stop': ({ rack: { processes } }) => {
      const { id = '' } = processes.find(({ app, service }) => app === 'shop' && service === 'web') ?? {};
      return { subjects: [{ id, app: 'shop', service: 'web' }] };
    },
    'service.scale': () => ({ subjects: [{ id: 'web', app: 'shop', service: 'web' }], input: { count: '3' } }),
    'release.promote': (bench) => {
      const made = bench.rack.change((world, now) => createRelease(world, bench.app('shop'), { env: 'A=1' }, now));
      return { subjects: [{ id: made.id, app: 'shop' }] };
    },
    'app.create': () => ({ subjects: [], input: { name: 'brand-new' } }),
    'app.delete': () => ({ subjects: shop }),
    'app.lock': () => ({ subjects: shop }),
    'app.unlock': (bench) => {
      bench.rack.change(() => {
        bench.app('shop').locked = true;
      });
      return { subjects: shop };
    },
  };

  it('are those that say so', () => {
    const telling = ACTIONS.filter(({ previewTells }) => previewTells === true).map(({ id }) => id);
    expect(telling.toSorted()).toEqual(Object.keys(CASES).toSorted());
  });

  it.each(Object.entries(CASES))('%s', async (id, about) => {
    rack = await actionBench();
    const { subjects, input = {} } = about(rack);
    const before = hashOf(await rack.plan(id, subjects, input));
    expect(endOf(await rack.run(id, subjects, input)).outcome).toBe('verified');
    expect(hashOf(await rack.plan(id, subjects, input))).not.toBe(before);
  });
});
