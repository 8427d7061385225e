import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../../src/cli/program.ts';
import { guideInput, guideList } from '../../../src/cli/run-guide.ts';
import { findGuide, GUIDES } from '../../../src/guides/index.ts';

const parse = (...argv: string[]) => parseCommandLine(argv, '0.0.0');

describe('the command line of guides', () => {
  it('takes the guide, its values, the rack and the format', () => {
    const argv = [
      'guide',
      'console-role',
      '--check',
      '--set',
      'region=eu-west-1',
      '--set',
      'role=a=b',
      '-r',
      'eu',
      '--json',
    ];
    expect(parse(...argv)).toMatchObject({
      command: 'guide',
      common: { rack: 'eu' },
      guide: { guide: 'console-role', check: true, set: ['region=eu-west-1', 'role=a=b'], json: true },
    });
    expect(parse('guides', '--json', '--demo')).toMatchObject({ command: 'guides', json: true, common: { demo: {} } });
  });

  it('wants the name of a guide', () => {
    expect(() => parse('guide', '--check')).toThrow(/missing required argument/i);
  });
});

describe('values of a guide', () => {
  const guide = GUIDES.find(({ id }) => id === 'rack-move');
  if (!guide) throw new Error('no rack-move');

  it('keep everything after the first sign', () => {
    expect(guideInput(guide, ['to=acme/x', 'role=arn:aws:iam::1:role/a=b'])).toEqual({
      to: 'acme/x',
      role: 'arn:aws:iam::1:role/a=b',
    });
  });

  it.each([['nothing'], ['colour=red'], ['=x']])('%s is refused with the names that it takes', (pair) => {
    expect(() => guideInput(guide, [pair])).toThrow();
    try {
      guideInput(guide, [pair]);
    } catch (error) {
      expect(error).toMatchObject({ kind: 'usage', next: expect.stringContaining('to, from') });
    }
  });
});

it('lists every guide, one a line', () => {
  const lines = guideList(GUIDES, false).trim().split('\n');
  expect(lines.map((line) => line.split(' ')[0])).toEqual(GUIDES.map(({ id }) => id));
  expect(findGuide('nope')).toBeUndefined();
});
