import { composeFrame, type Frame } from './compose-frame.ts';
import type { Dashboard } from './dashboard.ts';

/**
 * Frames for React: composed when something may look different, and the same object as before when nothing does, so
 * that a poll without news costs no render, no layout and no bytes.
 */
export class FrameSource {
  readonly #dashboard: Dashboard;
  #version = -1;
  #paints = 0;
  #frame: Frame | undefined;

  constructor(dashboard: Dashboard) {
    this.#dashboard = dashboard;
  }

  readonly subscribe = (listener: () => void): (() => void) => this.#dashboard.subscribe(listener);

  readonly get = (): Frame => {
    const version = this.#dashboard.version();
    if (this.#frame === undefined || version !== this.#version) {
      this.#version = version;
      const next = composeFrame(this.#dashboard);
      const anew = this.#paints !== this.#dashboard.paints;
      this.#paints = this.#dashboard.paints;
      if (this.#frame === undefined || anew || !sameFrame(this.#frame, next)) this.#frame = next;
    }
    return this.#frame;
  };
}

function sameFrame(a: Frame, b: Frame): boolean {
  return sameRows(a.rows, b.rows) && a.overlay?.left === b.overlay?.left && sameRows(a.overlay?.rows, b.overlay?.rows);
}

function sameRows(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((row, index) => row === b[index]);
}
