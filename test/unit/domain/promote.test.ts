import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AppSample, deploysSeen, mergePromotes } from '../../../src/domain/promote.ts';

/** `running A` a minute after the other. */
function samples(...words: readonly string[]): AppSample[] {
  return words.map((word, index) => {
    const [status = '', release = ''] = word.split(' ');
    return { at: index * 60_000, status, release };
  });
}

const told = (...words: readonly string[]): string[] => {
  const { promotes, rollbacks } = deploysSeen(samples(...words));
  return [
    ...promotes.map(({ release, at }) => `${at / 60_000} promote ${release}`),
    ...rollbacks.map(({ release, to, at }) => `${at / 60_000} rollback ${release} to ${to}`),
  ];
};

describe('deploysSeen', () => {
  test.each([
    ['nothing', [], []],
    ['no change', ['running A', 'running A'], []],
    ['a promote', ['running A', 'updating B', 'running B', 'running B'], ['1 promote B']],
    ['a rollback', ['running A', 'updating B', 'rollback A', 'running A'], ['1 promote B', '2 rollback B to A']],
    ['a rollback between two looks', ['running A', 'updating B', 'running A'], ['1 promote B', '2 rollback B to A']],
    [
      'a rollback after a hasty running',
      ['running A', 'running B', 'updating B', 'rollback A'],
      ['1 promote B', '3 rollback B to A'],
    ],
    ['a rollback of which only the end is seen', ['updating B', 'rollback A', 'running A'], ['1 rollback B to A']],
    [
      'two promotes',
      ['running A', 'updating B', 'running B', 'running B', 'updating C'],
      ['1 promote B', '4 promote C'],
    ],
    [
      'a promote over a promote, both rolled back',
      ['running A', 'updating B', 'updating C', 'rollback A'],
      ['1 promote B', '2 promote C', '3 rollback C to A'],
    ],
    [
      'back to an old one after it had settled',
      ['running A', 'updating B', 'running B', 'running B', 'updating A'],
      ['1 promote B', '4 promote A'],
    ],
    ['the first promote ever', ['running ', 'updating A', 'running A'], []],
  ])('%s', (_name, words, expected) => expect(told(...words)).toEqual(expected));

  test('order of samples does not matter', () => {
    const all = samples('running A', 'updating B', 'rollback A', 'running A', 'updating C', 'running C');
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        expect(deploysSeen(shuffled)).toEqual(deploysSeen(all));
      }),
    );
  });
});

describe('mergePromotes', () => {
  const audit = { release: 'B', at: 1_000, by: 'ann', source: 'audit' } as const;
  const seen = (at: number, release = 'B') => ({ release, at, by: undefined, source: 'seen' }) as const;

  test.each([
    ['the same one, seen soon after', [seen(60_000)], [audit]],
    ['the same one, seen an hour later', [seen(3_600_000)], [audit]],
    ['another release', [seen(60_000, 'C')], [audit, seen(60_000, 'C')]],
    ['again, after another', [seen(600_000, 'C'), seen(1_200_000)], [audit, seen(600_000, 'C'), seen(1_200_000)]],
  ])('%s', (_name, others, expected) => expect(mergePromotes(others, [audit])).toEqual(expected));
});
