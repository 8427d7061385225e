import type { ChainEnd } from '../domain/journal-chain.ts';
import type { ComposeAddition, JournalFiles, JournalStore } from '../platform/journal-folder.ts';

/** A journal that ends with the program: for the demo, whose racks end with it too. */
export class JournalMemory implements JournalStore {
  readonly place = 'memory';
  #lines: readonly { readonly text: string; readonly complete: true }[] = [];
  #head: ChainEnd | undefined;

  async read(): Promise<JournalFiles> {
    return { files: [{ name: this.place, lines: this.#lines }], head: this.#head };
  }

  async append(compose: ComposeAddition): Promise<void> {
    const addition = compose({ lines: this.#lines, head: this.#head, whole: true });
    if (!addition) return;
    this.#lines = [...this.#lines, ...addition.lines.map((text) => ({ text, complete: true }) as const)];
    this.#head = addition.head;
  }
}
