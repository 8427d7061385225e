import { describe, expect, test } from 'vitest';
import type { Budget } from '../../../src/domain/budget.ts';
import { budgetHealth } from '../../../src/domain/budget-health.ts';
import { bytesText } from '../../../src/domain/byte-size.ts';
import { certificateHealth } from '../../../src/domain/certificate-health.ts';
import { compareEnv } from '../../../src/domain/env-comparison.ts';
import { MASK } from '../../../src/domain/env-text.ts';
import { capacityLines, capacityText } from '../../../src/domain/rack-capacity.ts';
import { usdText } from '../../../src/domain/usd.ts';

const NOW = Date.UTC(2026, 5, 1);
const DAY = 86_400_000;

describe('certificates', () => {
  const certificate = (days: number | undefined, status = '') => ({
    id: 'c',
    domain: '',
    domains: [],
    expiresAt: days === undefined ? undefined : NOW + days * DAY,
    status,
  });

  test.each<[number | undefined, string, string, string, number | undefined]>([
    [90, '', 'ready', 'ok', 90],
    [30, '', 'ready', 'ok', 30],
    [29.9, '', 'ready', 'warning', 29],
    [7, '', 'ready', 'warning', 7],
    [6.9, '', 'ready', 'critical', 6],
    [0, '', 'expired', 'critical', 0],
    [-3, '', 'expired', 'critical', -3],
    [-3, 'Not Ready', 'expired', 'critical', -3],
    [90, 'Not Ready', 'Not Ready', 'warning', 90],
    [2, 'Not Ready', 'Not Ready', 'critical', 2],
    [undefined, '', 'ready', 'unknown', undefined],
    [undefined, 'Not Ready', 'Not Ready', 'warning', undefined],
  ])('%s days, "%s": %s, %s', (days, given, status, severity, daysLeft) => {
    expect(certificateHealth(certificate(days, given), NOW)).toEqual({ status, severity, daysLeft });
  });
});

describe('environments', () => {
  const env = (values: Record<string, string>) => new Map(Object.entries(values));

  test('key by key, sorted, and never a value', () => {
    const newest = env({ NEW: 'n', SAME: 's', CHANGED: 'hunter2', HIDDEN: MASK });
    const active = env({ SAME: 's', CHANGED: 'hunter1', GONE: 'g', HIDDEN: MASK });
    const keys = compareEnv(newest, active);
    expect(keys.map(({ key, state }) => [key, state])).toEqual([
      ['CHANGED', 'changed'],
      ['GONE', 'removed'],
      ['HIDDEN', 'unknown'],
      ['NEW', 'added'],
      ['SAME', 'same'],
    ]);
    expect(keys.filter(({ masked }) => masked).map(({ key }) => key)).toEqual(['HIDDEN']);
    expect(JSON.stringify(keys)).not.toContain('hunter');
  });

  test('the newest release is the active one: a mask hides nothing then', () => {
    const only = env({ A: MASK, B: '1' });
    expect(compareEnv(only, only).map(({ state }) => state)).toEqual(['same', 'same']);
  });

  test('masked on one side only, or nothing to compare with', () => {
    expect(compareEnv(env({ A: MASK }), env({ A: '1' }))[0]?.state).toBe('unknown');
    expect(compareEnv(env({ A: '1' }), undefined)[0]?.state).toBe('unknown');
  });
});

describe('budgets', () => {
  const budget = (cap: number | undefined, spent: number | undefined, more: object = {}): Budget => ({
    cap: cap === undefined ? undefined : { monthlyCapUsd: cap, alertThresholdPercent: 80, atCapAction: undefined },
    state:
      spent === undefined
        ? undefined
        : { currentMonthSpendUsd: spent, asOf: undefined, breakerTripped: false, ...more },
  });

  test.each<[string, Budget, string, string, number | undefined]>([
    ['within', budget(100, 79), 'within the cap', 'ok', 0.79],
    ['at the threshold', budget(100, 80), 'near the cap', 'warning', 0.8],
    ['at the cap', budget(100, 100), 'over the cap', 'critical', 1],
    ['tripped', budget(100, 20, { breakerTripped: true }), 'tripped', 'critical', 0.2],
    ['tripped without a cap', budget(undefined, 20, { breakerTripped: true }), 'tripped', 'critical', undefined],
    ['no spend yet', budget(100, undefined), 'spend unknown', 'unknown', undefined],
    ['a cap of nothing', budget(0, 5), 'spend unknown', 'unknown', undefined],
  ])('%s', (_, given, status, severity, used) => {
    expect(budgetHealth(given)).toEqual({ status, severity, used });
  });

  test('without a threshold only the cap alarms', () => {
    const quiet: Budget = {
      cap: { monthlyCapUsd: 100, alertThresholdPercent: undefined, atCapAction: undefined },
      state: { currentMonthSpendUsd: 99, asOf: undefined, breakerTripped: false },
    };
    expect(budgetHealth(quiet).severity).toBe('ok');
  });
});

describe('capacity', () => {
  const base = {
    clusterCpu: 24_000,
    clusterMemory: 99_400,
    clusterGpu: 0,
    processCount: 61,
    processCpu: 12_500,
    processMemory: 32_000,
    processGpu: 0,
    instanceCpu: undefined,
    instanceMemory: undefined,
    processWidth: undefined,
  };

  test('v3: cores and decimal MB; a rack without GPUs does not speak of them', () => {
    expect(capacityLines(base, 'v3')).toEqual([
      { resource: 'cpu', unit: 'cores', total: 24, requested: 12.5 },
      { resource: 'memory', unit: 'MB', total: 99_400, requested: 32_000 },
      { resource: 'processes', unit: 'processes', total: undefined, requested: 61 },
    ]);
    expect(capacityLines({ ...base, clusterGpu: 4, processGpu: 1 }, 'v3')[2]).toEqual({
      resource: 'gpu',
      unit: 'GPUs',
      total: 4,
      requested: 1,
    });
  });

  test('v2: CPU units, and what one instance has', () => {
    const lines = capacityLines({ ...base, instanceCpu: 2_048, instanceMemory: 7_680, processWidth: 4 }, 'v2');
    expect(lines[0]).toEqual({ resource: 'cpu', unit: 'CPU units', total: 24_000, requested: 12_500 });
    expect(lines.slice(3).map(({ resource, total, requested }) => [resource, total, requested])).toEqual([
      ['cpu per instance', 2_048, undefined],
      ['memory per instance', 7_680, undefined],
      ['process width', undefined, 4],
    ]);
  });

  test.each([
    [undefined, 'MB', '-'],
    [24, 'cores', '24c'],
    [1.25, 'cores', '1.25c'],
    [999, 'MB', '999 MB'],
    [99_400, 'MB', '99.4 GB'],
    [2_048, 'CPU units', '2048 units'],
    [61, 'processes', '61'],
  ])('%s %s -> %s', (amount, unit, text) => {
    expect(capacityText(amount, unit)).toBe(text);
  });
});

test.each([
  [0, '$0.00'],
  [0.425, '$0.42'],
  [1_204.1, '$1,204.10'],
  [1_234_567, '$1,234,567.00'],
  [-3, '-$3.00'],
  [undefined, '-'],
  [Number.NaN, '-'],
])('usdText(%s) is %s', (usd, text) => {
  expect(usdText(usd)).toBe(text);
});

test.each([
  [0, '0 B'],
  [1_023, '1023 B'],
  [1_024, '1.0 KiB'],
  [1_048_575, '1.0 MiB'],
  [3_145_728, '3.0 MiB'],
])('bytesText(%s) is %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});
