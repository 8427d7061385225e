import { keyBytes } from './keys.ts';
import type { Terminal } from './terminal.ts';

/** A little longer than the quiet that a question asks for before it takes an answer. */
const QUIET_MS = 350;
const PATIENCE_MS = 15_000;

/**
 * Answers a question with a key or a text: what comes too soon is dropped, as it is for people, and is given again, until the
 * screen shows that it was taken. `everyMs`: longer where the same key means something else once it was taken.
 */
export async function answer(
  terminal: Terminal,
  given: string,
  taken: RegExp | ((screen: string) => boolean),
  everyMs: number = QUIET_MS,
): Promise<string> {
  const bytes = /^\d{2,}$/.test(given) ? given : keyBytes(given);
  for (let left = Math.ceil(PATIENCE_MS / everyMs); ; left -= 1) {
    terminal.type(bytes);
    try {
      return await terminal.waitFor(taken, everyMs);
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}
