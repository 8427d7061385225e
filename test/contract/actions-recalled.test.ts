import { afterEach, describe, expect, it } from 'vitest';
import type { AnyAction } from '../../src/actions/define-action.ts';
import { ACTIONS, findAction } from '../../src/actions/index.ts';
import { recoverRuns } from '../../src/actions/recover-runs.ts';
import type { JournalIntent, JournalRecovery, JournalResult } from '../../src/domain/journal-entry.ts';
import { scrubbedEntry } from '../../src/domain/journal-scrub.ts';
import type { Journal, NewIntent } from '../../src/live/journal.ts';
import { readEntry } from '../../src/live/journal-schema.ts';
import { journalRecorder } from '../../src/main/journal-recorder.ts';
import { createRelease } from '../../src/simulator/world/releases.ts';
import { type ActionBench, actionBench, type BenchOptions, confirm, settled } from '../support/action-bench.ts';
import { endOf } from '../support/action-states.ts';
import { PLANTED, plantSecrets } from '../support/planted-secrets.ts';
import { SAMPLES } from '../support/sample-requests.ts';

const RECALLED = ACTIONS.filter((action) => action.recall !== undefined);
/** On a direct rack; approvals are the gateway's. */
const ON_RACK = RECALLED.filter(({ id }) => !id.startsWith('approval.')).map((action) => [action.id, action] as const);
const MINUTE = 60_000;

let bench: ActionBench;
afterEach(() => bench?.close());

/** The intent as it lies in the journal. */
interface Story {
  intent: JournalIntent | undefined;
  /** The program dies as soon as the intent is on the disk. */
  dies: boolean;
}

async function open(kind: 'direct' | 'gateway' = 'direct', timings: BenchOptions['timings'] = {}): Promise<Story> {
  const story: Story = { intent: undefined, dies: false };
  const begin = async (given: NewIntent) => {
    const entry = { kind: 'intent', ...given, run: 'run-1', at: bench.clock.now(), process: { pid: 1, host: 'box' } };
    const read = readEntry(JSON.parse(JSON.stringify(scrubbedEntry(entry as JournalIntent))));
    if (read?.kind !== 'intent') throw new Error('not an intent');
    story.intent = read;
    if (story.dies) throw new Error('killed');
    return { id: 'run-1', result: async () => undefined, verification: async () => undefined };
  };
  bench = await actionBench({
    kind,
    timings,
    ...(kind === 'gateway' ? { person: 'admin@example.com' } : {}),
    pipeline: () => ({ recorder: journalRecorder(() => ({ begin }) as unknown as Journal, { scripted: false }) }),
  });
  return story;
}

async function started({ id }: AnyAction) {
  const sample = SAMPLES[id];
  plantSecrets(bench.rack);
  sample?.prepare?.(bench);
  const subjects = (await sample?.subjects?.(bench)) ?? [];
  const input = typeof sample?.input === 'function' ? sample.input(bench) : sample?.input;
  const run = bench.start(id, subjects, input);
  await settled(run, 'planning');
  return run;
}

/** What the next start of the program says. */
async function nextStart({ intent }: Story, outcome?: JournalResult['outcome']): Promise<JournalRecovery['state']> {
  if (!intent) throw new Error('nothing was begun');
  const at = { run: 'run-1', at: bench.clock.now() };
  const result = outcome && ({ kind: 'result', ...at, outcome, words: 'Sent' } as const);
  const run = { intent, result, verification: undefined, recovered: undefined, seq: 1, hash: 'h' };
  const mutations = bench.mutations().length;
  const [found] = await recoverRuns({
    journal: { openRuns: async () => [run], recovered: async () => undefined },
    action: findAction,
    session: (rack) => (rack === bench.session.target.id ? bench.session : undefined),
    digest: (text) => text,
    now: bench.clock.now,
    timers: bench.clock.timers(true),
    signal: new AbortController().signal,
  });
  expect(bench.mutations()).toHaveLength(mutations);
  if (!found) throw new Error('nothing was said');
  expect(found.words).toMatch(/\w/);
  return found.state;
}

it('what takes effect in a way that a rack shows is recalled', () => {
  const ids = RECALLED.map(({ id }) => id);
  expect(ids).toEqual(
    expect.arrayContaining(['process.stop', 'service.restart', 'service.scale', 'release.promote', 'release.rollback']),
  );
});

describe.each(ON_RACK)('%s, whose program died', (id, action) => {
  it('before anything left: nothing happened', async () => {
    const story = await open();
    story.dies = true;
    const run = await started(action);
    confirm(run);
    await run.finished();
    expect(bench.mutations()).toEqual([]);
    // At once it might still be on its way.
    expect(await nextStart(story)).toBe('pending');
    // And what was accepted a moment ago may not have begun.
    expect(await nextStart(story, 'ok')).toBe('pending');
    bench.clock.advance(2 * MINUTE);
    expect(await nextStart(story)).toBe('absent');
    expect(await nextStart(story, 'ok')).toBe('failed');
  });

  it('after it was done: it says so', async () => {
    const story = await open();
    const run = await started(action);
    confirm(run);
    expect(endOf(await run.finished()).outcome).toBe('verified');
    // Values of variables are not kept: that a release with these variables was made is all there is to say.
    expect(await nextStart(story, 'ok')).toBe(id.startsWith('env.') ? 'unknown' : 'done');
    expect(JSON.stringify(story.intent)).not.toContain(PLANTED);
  });
});

it.each([
  ['is watched for a moment', 5_000, 'done', 'done'],
  ['is asked about again, until it takes too long', 10 * MINUTE, 'pending', 'unknown'],
] as const)('a deploy that is under way %s', async (_what, podStarting, soon, late) => {
  const story = await open('direct', { podStarting });
  const [, promote] = ON_RACK.find(([id]) => id === 'release.promote') ?? [];
  if (!promote) throw new Error('no promote');
  const run = await started(promote);
  const states: string[] = [];
  const stop = run.state.subscribe(() => states.push(run.state.get().step));
  confirm(run);
  while (!states.includes('verifying')) await new Promise((resolve) => setImmediate(resolve));
  run.cancel();
  stop();
  expect(await nextStart(story, 'ok')).toBe(soon);
  if (story.intent) story.intent = { ...story.intent, at: story.intent.at - 2 * 60 * MINUTE };
  expect(await nextStart(story, 'ok')).toBe(late);
});

/** Made by somebody else, after the program had died. */
function laterReleases(count: number): string {
  const ids = bench.rack.change((world, now) =>
    Array.from({ length: count }, (_, at) => createRelease(world, bench.app('shop'), { env: `LATER=${at}` }, now).id),
  );
  return ids.at(-1) ?? '';
}

it('a roll back that the list of releases no longer reaches is not said to have had no effect', async () => {
  const story = await open();
  story.dies = true;
  const rollBack = findAction('release.rollback');
  if (!rollBack) throw new Error('no roll back');
  const run = await started(rollBack);
  confirm(run);
  await run.finished();
  bench.clock.advance(2 * MINUTE);
  laterReleases(3);
  expect(await nextStart(story)).toBe('absent');
  laterReleases(30);
  expect(await nextStart(story)).toBe('unknown');
});

it('a promotion that somebody has followed with another is not said to have failed', async () => {
  const story = await open();
  const promote = findAction('release.promote');
  if (!promote) throw new Error('no promote');
  const run = await started(promote);
  confirm(run);
  expect(endOf(await run.finished()).outcome).toBe('verified');
  const later = laterReleases(1);
  bench.rack.change(() => {
    bench.app('shop').release = later;
  });
  expect(await nextStart(story, 'ok')).toBe('unknown');
});

it('an approval is read back from the gateway', async () => {
  const story = await open('gateway');
  story.dies = true;
  const approve = findAction('approval.approve');
  if (!approve) throw new Error('no approval');
  const run = await started(approve);
  confirm(run);
  await run.finished();
  bench.clock.advance(2 * MINUTE);
  expect(await nextStart(story)).toBe('absent');
  // Somebody, or the request that was on its way.
  await SAMPLES['approval.extend']?.subjects?.(bench);
  expect(await nextStart(story)).toBe('done');
});
