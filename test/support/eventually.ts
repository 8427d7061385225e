import { vi } from 'vitest';

/** Long enough for a machine that does something else at the same time: a check that holds resolves at once anyway. */
const PATIENCE = { timeout: 15_000, interval: 20 };

/** Until the check no longer throws; rejects with what it threw last. A check that presses keys wants a longer interval, in ms. */
export const eventually = <T>(check: () => T | Promise<T>, rhythm: Partial<typeof PATIENCE> = {}): Promise<T> =>
  vi.waitFor(check, { ...PATIENCE, ...rhythm });
