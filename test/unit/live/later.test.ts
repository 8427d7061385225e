import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Later } from '../../../src/live/later.ts';
import { SYSTEM_TIMERS } from '../../../src/live/timers.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('does what it is given in order, after the screen had its turn', () => {
  const done: number[] = [];
  const later = new Later(SYSTEM_TIMERS);
  later.do(() => done.push(1));
  vi.advanceTimersByTime(16);
  later.do(() => done.push(2));
  expect(done).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(done).toEqual([1, 2]);
});

it('does what is left at once when it is asked to finish, and nothing twice', () => {
  const done: number[] = [];
  const later = new Later(SYSTEM_TIMERS);
  later.do(() => done.push(1));
  later.finish();
  expect(done).toEqual([1]);
  vi.advanceTimersByTime(1_000);
  expect(done).toEqual([1]);
  expect(vi.getTimerCount()).toBe(0);
});
