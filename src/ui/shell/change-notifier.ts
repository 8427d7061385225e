/**
 * Collects changes into few repaints: those of one batch (a key press) into one when it ends, all others of a turn of the
 * event loop (several racks answering) into one at its end.
 */
export class ChangeNotifier {
  readonly #listeners = new Set<() => void>();
  #version = 0;
  #notified = 0;
  #batch = 0;
  #scheduled = false;

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Several changes, one repaint: told when the outermost batch ends. */
  batch(work: () => void): void {
    this.#batch += 1;
    try {
      work();
    } finally {
      this.#batch -= 1;
      if (this.#batch === 0) this.#flush();
    }
  }

  changed(): void {
    this.#version += 1;
    if (this.#batch > 0 || this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  dispose(): void {
    this.#listeners.clear();
  }

  #flush(): void {
    if (this.#notified === this.#version) return;
    this.#notified = this.#version;
    for (const listener of [...this.#listeners]) listener();
  }
}
