import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SETTABLE } from '../../../src/domain/rack-parameter-names.ts';
import { parameterProblems, parameterWarnings, suggestion } from '../../../src/domain/rack-parameter-rules.ts';
import { parseVersion } from '../../../src/domain/version.ts';

type Values = Readonly<Record<string, string>>;

interface Row {
  readonly changes: Values;
  readonly current?: Values;
  readonly version?: string;
  readonly force?: boolean;
}

function problems({ changes, current = {}, version = '3.24.9', force = false }: Row): string {
  return parameterProblems({ current, changes, version: parseVersion(version), force }).join(' ');
}

describe('what must not be set', () => {
  test.each<[string, Row, RegExp]>([
    ['install-only', { changes: { cidr: 'x' } }, /^cidr is fixed/],
    ['install-only, even by force', { changes: { vpc_id: 'x' }, force: true }, /^vpc_id is fixed/],
    ['managed', { changes: { release: '3.24.9' } }, /managed/],
    ['not known', { changes: { something_else: '1' } }, /^something_else is not known here\. Only "force"/],
    ['a slip', { changes: { node_typ: 'm5' } }, /Was node_type meant\?/],
    ['dashes for underscores', { changes: { 'node-type': 'm5' } }, /Was node_type meant\?/],
    [
      'a slip of one it has',
      { changes: { my_own_parametr: '1' }, current: { my_own_parameter: '' } },
      /my_own_parameter meant/,
    ],
    ['emptied', { changes: { node_type: '' }, current: { node_type: 'm5' } }, /emptied/],
    ['a switch', { changes: { karpenter_auth_mode: 'yes' } }, /must be true or false/],
    ['a switch, emptied by force', { changes: { karpenter_enabled: '' }, force: true }, /must be true or false/],
    [
      'one-way',
      { changes: { eks_access_entries: 'false' }, current: { eks_access_entries: 'true' }, force: true },
      /cannot be disabled once enabled/,
    ],
    [
      'one-way, too',
      { changes: { karpenter_auth_mode: 'false' }, current: { karpenter_auth_mode: 'true' } },
      /cannot be disabled once enabled/,
    ],
    ['too old for it', { changes: { eks_access_entries: 'true' }, version: '3.24.6' }, /needs rack >= 3\.24\.7/],
    ['half a schedule', { changes: { schedule_rack_scale_up: '0 8 * * *' } }, /together/],
    [
      'half a schedule left',
      {
        changes: { schedule_rack_scale_up: '' },
        current: { schedule_rack_scale_up: '0 8 * * *', schedule_rack_scale_down: '0 20 * * *' },
      },
      /together/,
    ],
    [
      'karpenter alone',
      { changes: { karpenter_enabled: 'true' } },
      /karpenter_auth_mode=true.*node_capacity_type=on_demand/,
    ],
  ])('%s', (_name, row, reason) => {
    expect(problems(row)).toMatch(reason);
  });

  test.each<[string, Row]>([
    ['a known one', { changes: { node_type: 'm5.large' } }],
    ['one it has', { changes: { custom: '2' }, current: { custom: '1' } }],
    ['managed, by force', { changes: { k8s_version: '1.33' }, force: true }],
    ['unknown, by force', { changes: { something_else: '1' }, force: true }],
    ['a whole schedule', { changes: { schedule_rack_scale_up: '0 8 * * *', schedule_rack_scale_down: '0 20 * * *' } }],
    [
      'no schedule any more',
      {
        changes: { schedule_rack_scale_up: '', schedule_rack_scale_down: '' },
        current: { schedule_rack_scale_up: '0 8 * * *', schedule_rack_scale_down: '0 20 * * *' },
      },
    ],
    ['a switch that was never on', { changes: { eks_access_entries: 'false' } }],
    [
      'karpenter with what it needs',
      {
        changes: { karpenter_enabled: 'true', karpenter_auth_mode: 'true' },
        current: { node_capacity_type: 'on_demand' },
      },
    ],
    ['anything on v2, which checks by itself', { changes: { cidr: '', Foo: '1' }, version: '20260418101514' }],
  ])('but %s may', (_name, row) => {
    expect(problems(row)).toBe('');
  });

  test('never quotes a value', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SETTABLE, 'cidr', 'nonsense'), fc.boolean(), (name, force) => {
        expect(problems({ changes: { [name]: 'v4lu3-of-it' }, force })).not.toContain('v4lu3-of-it');
      }),
    );
  });
});

test('a slip of one letter finds the name that was meant', () => {
  const long = SETTABLE.filter((name) => name.length >= 12);
  fc.assert(
    fc.property(fc.constantFrom(...long), fc.nat(), (name, at) => {
      const place = at % name.length;
      const slip = `${name.slice(0, place)}${name.slice(place + 1)}`;
      fc.pre(!SETTABLE.includes(slip));
      expect(suggestion(slip, {})).toBeDefined();
    }),
  );
  expect(suggestion('completely_different_thing', {})).toBeUndefined();
});

test('what cannot be undone is said before', () => {
  const question = { current: {}, version: parseVersion('3.24.9'), force: true };
  expect(parameterWarnings({ ...question, changes: { eks_access_entries: 'true' } })[0]).toContain(
    'never be switched off',
  );
  expect(parameterWarnings({ ...question, changes: { nonsense: '1' } })[0]).toContain('drops what its version');
  expect(parameterWarnings({ ...question, changes: { node_type: 'm5' } })).toEqual([]);
});
