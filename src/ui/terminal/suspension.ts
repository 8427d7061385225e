import type { DashboardServices } from '../dashboard-services.ts';
import type { Size } from '../shell/dashboard-state.ts';
import type { FrameOutput } from './frame-output.ts';
import type { SuspendTerminal } from './terminal-loan.ts';

/**
 * The time in which somebody else has the terminal: the racks are not asked at full pace, nothing is drawn, a new size waits.
 * Afterwards everything is painted anew, whatever was left on the screen.
 */
export class Suspension {
  readonly #services: DashboardServices;
  readonly #output: FrameOutput;
  readonly #resize: (size: Size) => void;
  #disconnect: (() => void) | undefined;
  #active = false;
  #waiting: Size | undefined;
  /** Set once there is a screen. */
  repaint: () => void = () => {};

  constructor(services: DashboardServices, output: FrameOutput, resize: (size: Size) => void) {
    this.#services = services;
    this.#output = output;
    this.#resize = resize;
  }

  get isActive(): boolean {
    return this.#active;
  }

  /** A size that arrives meanwhile is kept until the terminal is back. */
  holds(size: Size): boolean {
    if (this.#active) this.#waiting = size;
    return this.#active;
  }

  /** For the component that knows Ink's own way to give the terminal away. */
  readonly onSuspender = (suspend: SuspendTerminal): (() => void) => {
    this.#disconnect?.();
    const stop = this.#services.terminal?.connect((work) => this.#lend(suspend, work));
    this.#disconnect = stop;
    return () => stop?.();
  };

  dispose(): void {
    this.#disconnect?.();
    this.#disconnect = undefined;
  }

  async #lend(suspend: SuspendTerminal, work: () => Promise<void>): Promise<void> {
    const { deck, look } = this.#services;
    this.#active = true;
    try {
      await suspend(async () => {
        // Auto-wrap is the dashboard's: whoever comes expects a terminal as it usually is.
        this.#output.restore();
        deck.setVisibility('hidden');
        try {
          await work();
        } finally {
          deck.setVisibility('visible');
          if (!look.screenReader) this.#output.begin();
        }
      });
    } finally {
      this.#active = false;
      const size = this.#waiting;
      this.#waiting = undefined;
      if (size) {
        this.#output.resize(size);
        this.#resize(size);
      }
      this.repaint();
    }
  }
}
