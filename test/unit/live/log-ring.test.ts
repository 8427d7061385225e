import { expect, it } from 'vitest';
import { LogRing } from '../../../src/live/log-ring.ts';

it('keeps the newest lines by number and by amount of text', () => {
  const ring = new LogRing(4, 100);
  for (let line = 0; line < 6; line += 1) ring.push(`line ${line}`);
  expect([ring.first, ring.end, ring.dropped]).toEqual([2, 6, 2]);
  expect(ring.raw(1)).toBeUndefined();
  expect(ring.raw(2)).toBe('line 2');
  ring.push('x'.repeat(90));
  expect(ring.raw(5)).toBe('line 5');
  expect([ring.first, ring.end, ring.dropped]).toEqual([5, 7, 5]);
});

it('shows a line that is longer than everything it may keep, and goes on after it', () => {
  const ring = new LogRing(4, 10);
  ring.push('short');
  ring.push('y'.repeat(50));
  expect([ring.first, ring.end]).toEqual([1, 2]);
  expect(ring.line(1)?.raw).toHaveLength(50);
  ring.push('z');
  expect([ring.first, ring.end, ring.dropped]).toEqual([2, 3, 2]);
  expect(ring.raw(2)).toBe('z');
});
