import { describe, expect, it } from 'vitest';
import type { TimelineEvent } from '../../../src/domain/timeline-event.ts';
import { describeRow, withAges } from '../../../src/resources/row-json.ts';
import { timeline } from '../../../src/resources/timeline.ts';

describe('describe', () => {
  const NOW = Date.parse('2026-03-01T03:00:00Z');

  it.each([
    ['2026-03-01T02:49:00.000Z', '2026-03-01T02:49:00.000Z  (11m ago)'],
    ['2026-03-06T03:00:00Z', '2026-03-06T03:00:00Z  (in 5d)'],
    ['2026-03-01T03:00:00.000Z', '2026-03-01T03:00:00.000Z  (now)'],
    ['11m  (2026-03-01T02:49:00.000Z)', '11m  (2026-03-01T02:49:00.000Z)'],
    ['2026-99-99T02:49:00Z', '2026-99-99T02:49:00Z'],
    ['', ''],
  ])('shows the age beside a time: %s', (value, shown) => {
    expect(withAges([['Since', value]], NOW)).toEqual([['Since', shown]]);
  });

  it('of a view with its own words, too', () => {
    const event = {
      id: 'e',
      at: NOW - 660_000,
      kind: 'promote',
      severity: 'ok',
      app: 'shop',
      what: 'R1 promoted',
      source: 'audit',
    };
    const rows = new Map(describeRow(timeline, event as TimelineEvent, NOW));
    expect(rows.get('When')).toBe('2026-03-01T02:49:00.000Z  (11m ago)');
  });
});
