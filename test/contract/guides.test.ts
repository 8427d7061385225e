import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guideList, runGuideCheck } from '../../src/cli/run-guide.ts';
import type { GuideStep } from '../../src/guides/define-guide.ts';
import { tierOfChange } from '../../src/guides/define-guide.ts';
import { GUIDES } from '../../src/guides/index.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { CapturedOutput } from '../support/captured-output.ts';
import { guideBench, startQuietSimulator } from '../support/guide-bench.ts';

const RACKS = ['acme/prod', 'staging', 'acme/eu'];

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startQuietSimulator();
});

afterAll(() => simulator.close());

it('there are guides, each under its own name', () => {
  const ids = GUIDES.map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(0);
  expect(new Set(ids).size).toBe(ids.length);
  expect(JSON.parse(guideList(GUIDES, true))).toMatchObject({
    schema: 'rackdeck/guides@1',
    items: ids.map((id) => ({ id })),
  });
});

describe.each(GUIDES.map((guide) => [guide.id, guide] as const))('%s', (id, guide) => {
  it('is declared whole', () => {
    expect(id).toMatch(/^[a-z][a-z-]+$/);
    expect(guide.title).toMatch(/^[A-Z]/);
    expect(guide.about).not.toMatch(/\.$/);
    for (const names of [guide.steps.map((step) => step.id), guide.fields.map((field) => field.id)]) {
      expect(new Set(names).size).toBe(names.length);
    }
    for (const field of guide.fields) expect(`${field.label} ${field.about}`).not.toMatch(/\.$/);
  });

  it.each(guide.steps.map((step) => [step.id, step] as const))('step %s is whole', (_step, step) => {
    expect(step.title).toMatch(/^(?:[A-Z]|aws-auth)/);
    expect(step.why).toMatch(/[.]$/);
    expect(step.check).toBeTypeOf('function');
    const before = guide.steps.slice(0, guide.steps.indexOf(step)).map((each) => each.id);
    for (const needed of step.needs ?? []) expect(before, `${step.id} needs ${needed}`).toContain(needed);
    expectChanges(step);
  });

  it.each(RACKS)('looks at %s without changing anything', async (rack) => {
    const bench = guideBench({ guide, rack, simulator });
    const before = snapshot();
    const from = simulator.requests.length;
    const calls = simulator.aws.calls.length;
    await bench.run.start();
    const sent = simulator.requests.slice(from);
    expect(sent.filter(({ method }) => method !== 'GET')).toEqual([]);
    const asked = simulator.aws.calls.slice(calls);
    expect(asked.filter((call) => !/:(?:Get|List|Describe)/.test(call))).toEqual([]);
    expect(snapshot()).toEqual(before);
    expect(bench.kept.size).toBe(0);
    expect(bench.journal).toEqual([]);
    for (const { result, step } of bench.run.state.get().steps) {
      expect(result, step.id).toBeDefined();
      expect(result?.words, step.id).toMatch(/\S/);
    }
    await bench.close();
  });

  it('prints its contract', async () => {
    const bench = guideBench({ guide, rack: 'staging', simulator });
    const output = new CapturedOutput();
    await runGuideCheck({
      run: bench.run,
      target: 'staging',
      json: true,
      output,
    });
    const report = JSON.parse(output.stdout) as { steps: Record<string, unknown>[] };
    expect(report).toMatchObject({ schema: 'rackdeck/guide@1', guide: id, target: 'staging' });
    expect(report.steps.map((step) => step.id)).toEqual(guide.steps.map((step) => step.id));
    for (const step of report.steps) {
      expect(step.state).toMatch(/^(?:ok|not-needed|todo|pending|blocked|waiting|unknown)$/);
      expect(step.why).toMatch(/\S/);
      for (const each of step.evidence as unknown[])
        expect(each).toEqual({ label: expect.any(String), text: expect.any(String) });
    }
    await bench.close();
  });

  it.each(changesOf(guide.steps))(
    '%s %s is refused in read-only mode, without a question to anybody',
    async (step, what) => {
      const bench = guideBench({
        guide,
        rack: 'staging',
        simulator,
        verdict: () => ({ allowed: false, because: 'read-only', reason: 'read-only' }),
      });
      const [requests, calls] = [simulator.requests.length, simulator.aws.calls.length];
      expect(await bench.make(step, what)).toMatchObject({ step: 'refused', because: 'read-only' });
      expect([simulator.requests.length, simulator.aws.calls.length]).toEqual([requests, calls]);
      expect(bench.journal).toEqual([]);
      await bench.close();
    },
  );
});

function changesOf(steps: readonly GuideStep[]): ['' | string, 'apply' | 'undo'][] {
  return steps.flatMap((step) => [
    ...(step.apply ? [[step.id, 'apply'] as [string, 'apply']] : []),
    ...(step.undo ? [[step.id, 'undo'] as [string, 'undo']] : []),
  ]);
}

function expectChanges(step: GuideStep): void {
  if (step.undo) expect(step.apply).toBeDefined();
  if (!step.apply) return;
  expect(step.verify).toBeTypeOf('function');
  expect(step.danger).toMatch(/[.]$/);
  expect(step.apply.title).toMatch(/^[A-Z]/);
  if (!step.undo) expect(tierOfChange(step, 'apply')).toBe(3);
}

function snapshot(): unknown {
  return {
    clusters: [...simulator.aws.clusters.values()].map(({ entries, mode }) => [mode, [...entries.keys()]]),
    console: [...(simulator.console?.racks.entries() ?? [])].map(([name, { parameters }]) => [name, parameters]),
    folders: [...simulator.folders.keys()],
  };
}
