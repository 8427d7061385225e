/** Gives the terminal away while `work` runs, and takes it back whatever became of that. */
export type SuspendTerminal = (work: () => Promise<void>) => Promise<void>;

/**
 * The terminal belongs to the dashboard; a shell or a console gets it for a while through this. Made before the dashboard is
 * there, connected while it is on screen.
 */
export class TerminalLoan {
  #suspend: SuspendTerminal | undefined;

  get isConnected(): boolean {
    return this.#suspend !== undefined;
  }

  /** Called by start-dashboard; the function that it returns ends it. */
  connect(suspend: SuspendTerminal): () => void {
    this.#suspend = suspend;
    return () => {
      if (this.#suspend === suspend) this.#suspend = undefined;
    };
  }

  /**
   * Runs `work` with the terminal to itself: alternate screen left, raw mode and keys given up. Resolves or rejects as `work`
   * does, after the dashboard has been painted anew. Without a dashboard it simply runs.
   */
  readonly lend: SuspendTerminal = async (work) => {
    if (this.#suspend) await this.#suspend(work);
    else await work();
  };
}
