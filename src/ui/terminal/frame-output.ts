import type { DashboardServices } from '../dashboard-services.ts';
import type { Size } from '../shell/dashboard-state.ts';

const BEGIN_FRAME = '\u001b[?2026h';
const END_FRAME = '\u001b[?2026l';
const DISABLE_AUTO_WRAP = '\u001b[?7l';
const ENABLE_AUTO_WRAP = '\u001b[?7h';

type Callback = (error?: Error | null) => void;

/**
 * The terminal as Ink sees it. Ink writes a frame in three pieces; they leave as one, so that a slow link never shows half
 * a frame. Its size is the settled one: while a window is dragged, Ink keeps drawing for the size it knows.
 */
export interface FrameOutput {
  /** What is handed to Ink as `stdout`. */
  readonly stream: NodeJS.WriteStream;
  readonly size: () => Size;
  /** Tells Ink about a new size. */
  resize(size: Size): void;
  /** Auto-wrap off: what is written into the last column must not push the cursor on. */
  begin(): void;
  /** Everything as it was; safe to call twice, and from an exit handler. */
  restore(): void;
}

export function createFrameOutput(target: DashboardServices['stdout'], first: Size): FrameOutput {
  const listeners = new Map<string, Set<() => void>>();
  let size = first;
  let held: string[] | undefined;
  let begun = false;

  const release = (callback?: Callback): boolean => {
    const text = held?.join('') ?? '';
    held = undefined;
    return target.write(text, callback ?? (() => {}));
  };

  const write = (data: string | Uint8Array, encoding?: BufferEncoding | Callback, callback?: Callback): boolean => {
    const done = typeof encoding === 'function' ? encoding : callback;
    const text = typeof data === 'string' ? data : new TextDecoder().decode(data);
    if (text === BEGIN_FRAME && held === undefined) {
      held = [text];
      done?.();
      return true;
    }
    if (held === undefined) return target.write(text, done ?? (() => {}));
    held.push(text);
    if (text.endsWith(END_FRAME)) return release(done);
    done?.();
    return true;
  };

  const on = (event: string, listener: () => void): void => {
    const known = listeners.get(event) ?? new Set();
    listeners.set(event, known.add(listener));
  };
  const off = (event: string, listener: () => void): void => {
    listeners.get(event)?.delete(listener);
  };

  const stream = {
    write,
    on,
    off,
    once: on,
    addListener: on,
    removeListener: off,
    emit: () => false,
    end: () => undefined,
    get isTTY() {
      return 'isTTY' in target ? target.isTTY : true;
    },
    get columns() {
      return size.columns;
    },
    get rows() {
      return size.rows;
    },
    get writable() {
      return target.writable;
    },
    get destroyed() {
      return target.destroyed;
    },
    get writableEnded() {
      return target.writableEnded;
    },
    get writableLength() {
      return target.writableLength;
    },
  };

  return {
    // Ink asks for no more of a stream than this.
    stream: stream as unknown as NodeJS.WriteStream,
    size: () => size,
    resize(next) {
      size = next;
      for (const listener of [...(listeners.get('resize') ?? [])]) listener();
    },
    begin() {
      begun = true;
      target.write(DISABLE_AUTO_WRAP);
    },
    restore() {
      if (held !== undefined) release();
      if (!begun) return;
      begun = false;
      if (!target.destroyed && !target.writableEnded) target.write(ENABLE_AUTO_WRAP);
    },
  };
}
