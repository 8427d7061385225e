import { describe, expect, test } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import { selectTarget } from '../../../src/targets/select-target.ts';
import type { Target, TargetListing } from '../../../src/targets/target.ts';

function listing(names: readonly string[], rest: Partial<TargetListing> = {}): TargetListing {
  const targets = names.map(
    (name): Target => ({
      id: `direct:${name}`,
      name,
      kind: 'direct',
      origin: '',
      source: '',
      demo: false,
      connect: () => {
        throw new Error('not in this test');
      },
    }),
  );
  return { targets, problems: [], notices: [], current: undefined, ...rest };
}

describe('selectTarget', () => {
  test.each([
    ['the flag before the current one', ['a', 'b'], 'b', 'a', 'b'],
    ['exact before part', ['prod', 'prod-eu'], 'prod', undefined, 'prod'],
    ['a unique part', ['acme/prod', 'acme/staging'], 'stag', undefined, 'acme/staging'],
    ['by id', ['a', 'b'], 'direct:b', undefined, 'b'],
    ['the current one without a flag', ['a', 'b'], undefined, 'b', 'b'],
    ['a blank flag is none', ['a', 'b'], ' ', 'b', 'b'],
    ['the only one without anything', ['a'], undefined, undefined, 'a'],
  ])('%s', (_name, names, flag, current, expected) => {
    expect(selectTarget(listing(names, { current }), flag).name).toBe(expected);
  });

  test.each([
    [
      'ambiguous',
      ['acme/prod', 'beta/prod', 'x'],
      'prod',
      undefined,
      /Several racks match 'prod'.*/,
      /acme\/prod, beta\/prod\./,
    ],
    ['missing', ['a', 'b'], 'c', undefined, /Could not find a rack named 'c'/, /Racks: a, b\./],
    ['current is gone', ['a', 'b'], undefined, 'c', /Could not find the current rack 'c'/, /Racks: a, b\./],
    ['current is never a part', ['acme'], undefined, 'ac', /Could not find the current rack 'ac'/, /acme/],
    ['several and none selected', ['a', 'b'], undefined, undefined, /No rack is selected/, /a, b\..*--rack/],
    ['none at all', [], 'a', undefined, /No rack is configured/, /rackdeck login/],
  ])('%s: usage failure with the candidates', (_name, names, flag, current, what, next) => {
    const work = () => selectTarget(listing(names, { current }), flag);
    expect(work).toThrow(Failure);
    expect(work).toThrow(
      expect.objectContaining({ kind: 'usage', what: expect.stringMatching(what), next: expect.stringMatching(next) }),
    );
  });

  test('what went wrong while listing is given as the reason', () => {
    const problems = [new Failure({ kind: 'unreachable', what: 'The console did not list its racks' })];
    expect(() => selectTarget(listing(['a'], { problems }), 'acme/prod')).toThrow(/The console did not list its racks/);
  });

  test('a long list is cut', () => {
    const names = Array.from({ length: 30 }, (_, index) => `rack-${index}`);
    expect(() => selectTarget(listing(names), undefined)).toThrow(
      expect.objectContaining({ next: expect.stringMatching(/rack-11 and 18 more\./) }),
    );
  });
});
