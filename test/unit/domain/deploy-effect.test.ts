import { describe, expect, it } from 'vitest';
import { changeOf, type DeployMark, deployEffects, REACH_MS, SETTLING_MS } from '../../../src/domain/deploy-effect.ts';
import type { UsagePoint } from '../../../src/domain/usage-series.ts';

const MINUTE = 60_000;
const mark = (minute: number, release: string): DeployMark => ({
  at: minute * MINUTE,
  app: 'shop',
  release,
  by: undefined,
  source: 'seen',
});
/** One point a minute. */
const points = (values: readonly number[]): UsagePoint[] =>
  values.map((cpu, minute) => ({ at: minute * MINUTE, cpu, memory: cpu * 100 }));
const window = { from: 0, to: 1_000 * MINUTE };

describe('deployEffects', () => {
  it('compares the medians on both sides, without the time in which both releases serve', () => {
    const [effect] = deployEffects(points([1, 1, 9, 1, 5, 5, 3, 3, 30]), [mark(4, 'R2')], window);
    expect(effect?.before).toEqual({ cpu: 1, memory: 100, samples: 4 });
    // Minutes 4 and 5 are settling (90 s).
    expect(effect?.after).toEqual({ cpu: 3, memory: 300, samples: 3 });
  });

  it('the neighbours of a deploy are the deploys beside it', () => {
    const effects = deployEffects(points([1, 1, 1, 1, 2, 2, 2, 2, 7, 7, 7, 7]), [mark(4, 'R2'), mark(8, 'R3')], window);
    expect(effects.map(({ before, after }) => [before.cpu, after.cpu])).toEqual([
      [1, 2],
      [2, 7],
    ]);
  });

  it('knows nothing of what was not measured, and looks an hour back at most', () => {
    const [fresh] = deployEffects(points([4, 4, 4, 4]), [mark(0, 'R1')], window);
    expect(fresh?.before).toEqual({ cpu: undefined, memory: undefined, samples: 0 });
    const [old] = deployEffects(points([50, ...Array.from({ length: 100 }, () => 2)]), [mark(90, 'R1')], window);
    expect(old?.before.samples).toBe(REACH_MS / MINUTE);
    expect(SETTLING_MS).toBeGreaterThan(0);
  });
});

describe('changeOf', () => {
  it.each([
    [1, 1.5, 0.5],
    [2, 1, -0.5],
    [0, 1, undefined],
    [undefined, 1, undefined],
    [1, undefined, undefined],
  ])('%j -> %j is %j', (before, after, expected) => expect(changeOf(before, after)).toBe(expected));
});
