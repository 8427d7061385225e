export type EscapeAction = 'hang-up' | 'help';

export interface Typed {
  /** For the remote side. */
  readonly forward: Buffer;
  readonly actions: readonly EscapeAction[];
}

/** For help and greetings. */
export const ESCAPE_HELP = 'enter ~. hangs up, enter ~? helps, enter ~~ sends ~';

const TILDE = 0x7e;
const ACTIONS: ReadonlyMap<number, EscapeAction> = new Map([
  [0x2e, 'hang-up'],
  [0x3f, 'help'],
]);

/**
 * Finds what is meant for us in what is typed, in the manner of ssh: at the beginning of a line, `~.` hangs up, `~?` asks for
 * help, `~~` is a tilde. Works when the remote side does not answer any more. Nothing after `~.` is forwarded.
 */
export class EscapeFilter {
  #lineStart = true;
  #tilde = false;

  push(bytes: Uint8Array): Typed {
    const forward: number[] = [];
    const actions: EscapeAction[] = [];
    for (const byte of bytes) {
      const action = this.#take(byte, forward);
      if (action === undefined) continue;
      actions.push(action);
      if (action === 'hang-up') break;
    }
    return { forward: Buffer.from(forward), actions };
  }

  #take(byte: number, forward: number[]): EscapeAction | undefined {
    if (this.#tilde) {
      this.#tilde = false;
      const action = ACTIONS.get(byte);
      // Still at the beginning of the line: another escape may follow.
      if (action !== undefined) return action;
      this.#lineStart = false;
      forward.push(TILDE);
      if (byte === TILDE) return undefined;
    } else if (byte === TILDE && this.#lineStart) {
      this.#tilde = true;
      return undefined;
    }
    this.#lineStart = byte === 0x0d || byte === 0x0a;
    forward.push(byte);
    return undefined;
  }
}
