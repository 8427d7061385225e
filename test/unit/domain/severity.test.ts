import { expect, test } from 'vitest';
import { isUnhealthy, type Severity, severityRank, worst } from '../../../src/domain/severity.ts';

const ASCENDING: readonly Severity[] = ['ok', 'unknown', 'info', 'warning', 'critical'];

test('ranks ascend', () => {
  expect(ASCENDING.map(severityRank)).toEqual([...ASCENDING.map(severityRank)].sort((a, b) => a - b));
  expect(new Set(ASCENDING.map(severityRank)).size).toBe(ASCENDING.length);
});

test('worst of every pair is the later one', () => {
  for (const [i, a] of ASCENDING.entries()) {
    for (const [j, b] of ASCENDING.entries()) expect(worst([a, b])).toBe(ASCENDING[Math.max(i, j)]);
  }
  expect(worst([])).toBe('ok');
});

test('warning and critical are unhealthy', () => {
  expect(ASCENDING.filter(isUnhealthy)).toEqual(['warning', 'critical']);
});
