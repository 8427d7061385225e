/** Rows of a text that is longer than its room; it never scrolls past its end. */
export class ScrollWindow {
  #top = 0;
  #room = 1;
  #length = 0;

  get top(): number {
    return this.#top;
  }

  /** Rows below what is shown. */
  get below(): number {
    return Math.max(0, this.#length - this.#top - this.#room);
  }

  fit(length: number, room: number): void {
    this.#length = length;
    this.#room = Math.max(1, room);
    this.#to(this.#top);
  }

  reset(): void {
    this.#top = 0;
  }

  /** False: no such move. */
  move(name: string): boolean {
    const half = Math.max(1, Math.floor(this.#room / 2));
    const page = Math.max(1, this.#room - 1);
    const steps: Readonly<Record<string, number>> = {
      down: 1,
      up: -1,
      'half-down': half,
      'half-up': -half,
      'page-down': page,
      'page-up': -page,
      top: Number.NEGATIVE_INFINITY,
      bottom: Number.POSITIVE_INFINITY,
    };
    const step = Object.hasOwn(steps, name) ? steps[name] : undefined;
    if (step === undefined) return false;
    this.#to(this.#top + step);
    return true;
  }

  #to(top: number): void {
    this.#top = Math.max(0, Math.min(top, this.#length - this.#room));
  }
}
