import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findGuide, GUIDES } from '../../src/guides/index.ts';
import { GuideProgressFolder } from '../../src/live/guide-progress-folder.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { type DeathPoint, type GuideBench, guideBench, startQuietSimulator } from '../support/guide-bench.ts';
import { STEP_SAMPLES, type StepSample } from '../support/guide-samples.ts';
import { guideWorld, writesOf } from '../support/guide-world.ts';

let simulator: Simulator;
let home: string;
let kept: Map<string, string>;
let benches: GuideBench[] = [];

beforeEach(async () => {
  simulator = await startQuietSimulator({ version: '3.24.9' });
  home = mkdtempSync(join(tmpdir(), 'rackdeck-crash-'));
  kept = new Map();
});

afterEach(async () => {
  await Promise.all(benches.map((bench) => bench.close()));
  benches = [];
  await simulator.close();
  rmSync(home, { recursive: true, force: true });
});

/** The program on the same state folder as the one before it. */
async function program({ guide, rack, input, variables }: StepSample, diesAfter?: DeathPoint): Promise<GuideBench> {
  const environment = { env: {}, home, cwd: home, platform: 'linux', hostname: 'box' } as const;
  const bench = guideBench({
    guide,
    rack,
    simulator,
    kept,
    progress: new GuideProgressFolder({ ...environment, now: Date.now, random: Math.random }),
    ...(input ? { input } : {}),
    ...(variables ? { variables } : {}),
    ...(diesAfter ? { diesAfter } : {}),
  });
  benches.push(bench);
  await bench.run.start();
  return bench;
}

const asks = () => simulator.aws.calls.length + simulator.requests.length;
const nameOf = ({ guide, step, way }: StepSample) => `${guide} ${step}${way === undefined ? '' : ` (${way})`}`;
const viewOf = (bench: GuideBench, id: string) => bench.run.state.get().steps.find(({ step }) => step.id === id);

it('every step that changes something has a sample', () => {
  const wanted = GUIDES.flatMap(({ id, steps }) =>
    steps.filter(({ apply }) => apply).map((step) => `${id}/${step.id}`),
  );
  expect(wanted.length).toBeGreaterThan(0);
  expect([...new Set(STEP_SAMPLES.map(({ guide, step }) => `${guide}/${step}`))].toSorted()).toEqual(wanted.toSorted());
});

describe.each(STEP_SAMPLES.map((sample) => [nameOf(sample), sample] as const))('%s', (_name, sample) => {
  const { step } = sample;
  const title = findGuide(sample.guide)?.steps.find(({ id }) => id === step)?.title ?? '';
  const hasUndo = findGuide(sample.guide)?.steps.find(({ id }) => id === step)?.undo !== undefined;

  /** Dies there, and starts again: everything is looked at, nothing is sent. */
  async function resumed(point: DeathPoint): Promise<{ second: GuideBench; before: unknown }> {
    sample.prepare?.(simulator);
    const before = guideWorld(simulator, kept);
    const first = await program(sample, point);
    expect(first.states()[step]).toBe('todo');
    await first.dieIn(step);
    expect(first.journal).toHaveLength(point === 'verification' ? 3 : 1);
    const [written, world, asked] = [writesOf(simulator, kept), guideWorld(simulator, kept), asks()];
    const second = await program(sample);
    expect(writesOf(simulator, kept)).toEqual(written);
    expect(guideWorld(simulator, kept)).toEqual(world);
    // Results are never taken from the notes.
    expect(asks()).toBeGreaterThan(asked);
    for (const view of second.run.state.get().steps) expect(view.result, view.step.id).toBeDefined();
    expect(second.run.state.get().notices[0]).toMatch(/^Taken up again/);
    expect(second.run.state.get().change).toBeUndefined();
    return { second, before };
  }

  it.each<DeathPoint>(['intent', 'notes'])(
    'killed before the write (%s): nothing happened, it can be done',
    async (point) => {
      const { second, before } = await resumed(point);
      expect(guideWorld(simulator, kept)).toEqual(before);
      expect(second.states()[step]).toBe('todo');
      const notices = second.run.state.get().notices.join(' ');
      if (point === 'notes') expect(notices).toContain(`Doing "${title}" was cut off`);
      else expect(notices).not.toContain('cut off');
      // What never happened is not taken back by guess.
      if (hasUndo) await second.make(step, 'undo');
      expect(guideWorld(simulator, kept)).toEqual(before);
      await second.run.check();
      expect(await second.make(step)).toMatchObject({ ended: { outcome: 'verified' } });
      expect(second.states()[step]).toBe('ok');
      if (!hasUndo) return;
      expect(await second.make(step, 'undo')).toMatchObject({ ended: { outcome: 'verified' } });
      expect(guideWorld(simulator, kept)).toEqual(before);
    },
  );

  it.each<DeathPoint>(['write', 'verification'])(
    'killed after the %s: it is there, once, and the way back is open',
    async (point) => {
      const { second, before } = await resumed(point);
      expect(guideWorld(simulator, kept)).not.toEqual(before);
      expect(second.states()[step]).toBe('ok');
      expect(second.run.state.get().notices.join(' ')).toContain(`Doing "${title}" was cut off`);
      expect(viewOf(second, step)?.apply).toMatchObject({ offered: false });
      const written = writesOf(simulator, kept);
      expect(await second.make(step)).toMatchObject({ step: 'refused' });
      expect(writesOf(simulator, kept)).toEqual(written);
      if (!hasUndo) {
        expect(viewOf(second, step)?.undo).toBeUndefined();
        return;
      }
      expect(viewOf(second, step)?.undo).toEqual({ offered: true });
      expect(await second.make(step, 'undo')).toMatchObject({ ended: { outcome: 'verified' } });
      expect(guideWorld(simulator, kept)).toEqual(before);
      expect(second.states()[step]).toBe('todo');
    },
  );

  it.runIf(hasUndo)('killed while it was taken back: it is taken back once', async () => {
    sample.prepare?.(simulator);
    const before = guideWorld(simulator, kept);
    const done = await program(sample);
    await done.make(step);
    const first = await program(sample, 'write');
    await first.dieIn(step, 'undo');
    expect(guideWorld(simulator, kept)).toEqual(before);
    const written = writesOf(simulator, kept);
    const second = await program(sample);
    expect(writesOf(simulator, kept)).toEqual(written);
    expect(second.states()[step]).toBe('todo');
    expect(second.run.state.get().notices.join(' ')).toContain(`Taking back "${title}" was cut off`);
    expect(await second.make(step)).toMatchObject({ ended: { outcome: 'verified' } });
  });
});

it('killed between two requests of one step: half of it is there, said so, and completed or taken back', async () => {
  const sample = STEP_SAMPLES.find(({ guide, way }) => guide === 'console-role' && way === 'new');
  if (!sample) throw new Error('no sample');
  sample.prepare?.(simulator);
  const before = guideWorld(simulator, kept);
  const { aws } = simulator;
  const send = aws.send.bind(aws);
  const first = await program(sample);
  const killed = new Promise<void>((resolve) => {
    aws.send = (call) => {
      if (call.operation !== 'AssociateAccessPolicy') return send(call);
      resolve();
      return new Promise(() => undefined);
    };
  });
  void first.make('access-entry').catch(() => undefined);
  await killed;
  aws.send = send;
  const half = guideWorld(simulator, kept);
  expect(half).not.toEqual(before);
  const second = await program(sample);
  expect(guideWorld(simulator, kept)).toEqual(half);
  expect(second.states()['access-entry']).toBe('todo');
  expect(second.words('access-entry')).toMatch(/policy/i);
  expect(second.run.state.get().notices.join(' ')).toContain('was cut off');
  expect(await second.make('access-entry', 'undo')).toMatchObject({ ended: { outcome: 'verified' } });
  expect(guideWorld(simulator, kept)).toEqual(before);
  expect(await second.make('access-entry')).toMatchObject({ ended: { outcome: 'verified' } });
  expect(second.states()['access-entry']).toBe('ok');
});
