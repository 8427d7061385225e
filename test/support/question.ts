import { vi } from 'vitest';
import { keyBytes } from './keys.ts';
import type { Terminal } from './terminal.ts';

/**
 * Answers a question with a key or a text: what comes too soon is dropped, as it is for people, and is given again, until the
 * screen shows that it was taken.
 */
export async function answer(terminal: Terminal, given: string, taken: RegExp): Promise<string> {
  const bytes = /^\d{2,}$/.test(given) || given.includes('/') ? given : keyBytes(given);
  await vi.waitFor(
    () => {
      if (taken.test(terminal.screen())) return;
      terminal.type(bytes);
      throw new Error(`${taken} is not on screen:\n${terminal.screen()}`);
    },
    // Longer than the quiet that a question asks for before it takes an answer.
    { timeout: 15_000, interval: 350 },
  );
  return terminal.screen();
}
