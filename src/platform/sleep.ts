import { setTimeout as delay } from 'node:timers/promises';

/** Resolves after `ms`; rejects with an AbortError as soon as the signal fires. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal });
}
