import { describe, expect, it } from 'vitest';
import {
  accessEntriesChange,
  downgradeCheck,
  downgradeTable,
  matrix,
  parameterVerdict,
  readSwitch,
} from '../../../src/domain/karpenter-matrix.ts';

describe('matrix', () => {
  it('is the table of the reference', () => {
    const shown = matrix(true).map((row) => [
      row.row,
      row.karpenterAuthMode,
      row.eksAccessEntries,
      row.modeSwitch,
      row.karpenterNodeEntry,
      row.callerEntry,
      row.nodesEntry,
    ]);
    expect(shown).toEqual([
      [1, false, false, false, 'no', false, false],
      [2, true, false, true, 'yes', false, false],
      [3, false, true, true, 'no', true, true],
      [4, true, true, true, 'yes', true, true],
    ]);
  });

  it('the entry of Karpenter nodes comes with karpenter_enabled, not with the mode alone', () => {
    expect(matrix(false).map((row) => row.karpenterNodeEntry)).toEqual(['no', 'no', 'no', 'no']);
    expect(matrix(undefined)[1]?.karpenterNodeEntry).toBe('when-karpenter-enabled');
  });

  it.each([
    [false, 'CONFIG_MAP' as const, 1, 3, true],
    [true, 'API_AND_CONFIG_MAP' as const, 2, 4, false],
    [true, undefined, 2, 4, false],
    [false, undefined, 1, 3, true],
    [false, 'API' as const, 1, 3, false],
    // Set, but not applied yet: what the cluster says weighs more.
    [true, 'CONFIG_MAP' as const, 2, 4, true],
  ])('karpenter_auth_mode=%s in %s: row %s -> %s', (karpenterAuthMode, mode, before, after, switches) => {
    const change = accessEntriesChange(
      { karpenterAuthMode, eksAccessEntries: false, karpenterEnabled: undefined },
      mode,
    );
    expect([change.before.row, change.after.row, change.switchesMode]).toEqual([before, after, switches]);
    expect(change.effects).toHaveLength(3);
  });

  it('says so when nothing changes', () => {
    const change = accessEntriesChange(
      { karpenterAuthMode: false, eksAccessEntries: true, karpenterEnabled: false },
      'API_AND_CONFIG_MAP',
    );
    expect([change.before.row, change.after.row, change.effects.length, change.switchesMode]).toEqual([3, 3, 1, false]);
  });
});

describe('parameterVerdict', () => {
  const base = {
    name: 'eks_access_entries',
    provider: 'aws',
    version: '3.24.7',
    current: undefined,
    wanted: 'true',
  } as const;
  it.each([
    ['allowed', base, true],
    ['newer', { ...base, version: '3.25.0' }, true],
    ['on already', { ...base, current: 'true' }, true],
    ['off, was off', { ...base, current: 'false', wanted: 'false' }, true],
    ['too old', { ...base, version: '3.24.6' }, false],
    ['karpenter_auth_mode is older', { ...base, name: 'karpenter_auth_mode' as const, version: '3.24.2' }, true],
    ['karpenter_auth_mode too old', { ...base, name: 'karpenter_auth_mode' as const, version: '3.24.1' }, false],
    ['v2', { ...base, version: '20240101000000' }, false],
    ['gcp', { ...base, provider: 'gcp' }, false],
    ['one-way', { ...base, current: 'true', wanted: 'false' }, false],
    ['neither true nor false', { ...base, wanted: 'yes' }, false],
  ])('%s', (_name, change, allowed) => {
    expect(parameterVerdict(change).allowed).toBe(allowed);
  });

  it('repeats the words of the CLI', () => {
    const verdict = parameterVerdict({ ...base, current: 'true', wanted: 'false' });
    expect(verdict.allowed ? '' : verdict.reason).toBe(
      'eks_access_entries cannot be disabled once enabled (AWS EKS access config migration is one-way)',
    );
    expect([readSwitch(undefined), readSwitch('true'), readSwitch('false'), readSwitch('1')]).toEqual([
      false,
      true,
      false,
      undefined,
    ]);
  });
});

describe('downgrade', () => {
  it.each([
    ['API_AND_CONFIG_MAP' as const, true, 'kept', 'ok'],
    ['CONFIG_MAP' as const, true, 'kept', 'ok'],
    ['API_AND_CONFIG_MAP' as const, false, 'deleted', 'attention'],
    ['API' as const, true, 'api-only', 'refused'],
    ['API' as const, undefined, 'api-only', 'refused'],
    [undefined, true, undefined, 'unknown'],
    ['API_AND_CONFIG_MAP' as const, undefined, undefined, 'unknown'],
  ])('%s, aws-auth there: %s -> %s', (mode, awsAuthExists, row, state) => {
    expect(downgradeTable({ mode, awsAuthExists }).find(({ current }) => current)?.id).toBe(row);
    expect(downgradeCheck({ mode, awsAuthExists }).state).toBe(state);
  });
});
