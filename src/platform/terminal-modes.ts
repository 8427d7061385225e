/** Private modes that are on in a terminal at rest: cursor shown, lines wrapped. */
const ON_AT_REST: ReadonlySet<string> = new Set(['7', '25']);
/** A terminal keeps no more than this of one sequence either. */
const MAX_SEQUENCE = 64;

type State = 'ground' | 'escape' | 'sequence' | 'string' | 'string-escape';

/**
 * Watches what a remote program does to the terminal, and knows how to undo it: a program that dies with its connection
 * leaves its alternate screen, mouse tracking, hidden cursor, ... behind. Only what was changed is put back, because some of
 * the ways back move the cursor.
 */
export class TerminalModes {
  #state: State = 'ground';
  #sequence = '';
  /** Private modes that differ from a terminal at rest, oldest first. */
  readonly #changed = new Set<string>();
  #keyboards = 0;
  #keypad = false;
  #region = false;

  push(bytes: Uint8Array): void {
    for (const byte of bytes) this.#take(byte);
  }

  /** What to write so that the terminal is at rest again; afterwards nothing is known to be changed. */
  restore(): string {
    let text = this.#state === 'ground' ? '' : '\u0018\u001b\\';
    for (const mode of [...this.#changed].reverse()) text += `\u001b[?${mode}${ON_AT_REST.has(mode) ? 'h' : 'l'}`;
    if (this.#keyboards > 0) text += `\u001b[<${this.#keyboards}u`;
    if (this.#keypad) text += '\u001b>';
    // Setting the whole screen as region moves the cursor home: save and restore it.
    if (this.#region) text += '\u001b7\u001b[r\u001b8';
    this.#changed.clear();
    this.#keyboards = 0;
    this.#keypad = false;
    this.#region = false;
    this.#state = 'ground';
    return `${text}\u001b[0m\u001b(B\u000f`;
  }

  #take(byte: number): void {
    if (byte === 0x18 || byte === 0x1a) {
      this.#state = 'ground';
      return;
    }
    switch (this.#state) {
      case 'ground':
        if (byte === 0x1b) this.#state = 'escape';
        return;
      case 'escape':
        this.#escape(byte);
        return;
      case 'sequence':
        this.#inSequence(byte);
        return;
      case 'string':
        if (byte === 0x07) this.#state = 'ground';
        else if (byte === 0x1b) this.#state = 'string-escape';
        return;
      case 'string-escape':
        this.#state = byte === 0x5c ? 'ground' : 'escape';
        if (byte !== 0x5c) this.#escape(byte);
    }
  }

  #escape(byte: number): void {
    const char = String.fromCharCode(byte);
    if (char === '\u001b') return;
    this.#state = 'ground';
    if (char === '[') {
      this.#state = 'sequence';
      this.#sequence = '';
    } else if (']P^_X'.includes(char)) this.#state = 'string';
    else if (char === '=') this.#keypad = true;
    else if (char === '>') this.#keypad = false;
    else if (char === 'c') this.#reset();
    // A charset choice or the like: one more byte of any kind, which cannot begin a sequence.
    else if (byte >= 0x20 && byte <= 0x2f) this.#state = 'escape';
  }

  #inSequence(byte: number): void {
    if (byte === 0x1b) {
      this.#state = 'escape';
      return;
    }
    const isFinal = byte >= 0x40 && byte <= 0x7e;
    if (!isFinal) {
      if (this.#sequence.length < MAX_SEQUENCE) this.#sequence += String.fromCharCode(byte);
      return;
    }
    this.#state = 'ground';
    this.#finish(String.fromCharCode(byte), this.#sequence);
  }

  #finish(final: string, sequence: string): void {
    if ((final === 'h' || final === 'l') && sequence.startsWith('?')) {
      for (const mode of sequence.slice(1).split(';')) if (/^\d{1,5}$/.test(mode)) this.#set(mode, final === 'h');
    } else if (final === 'u' && sequence.startsWith('>')) this.#keyboards += 1;
    else if (final === 'u' && sequence.startsWith('<')) {
      this.#keyboards = Math.max(0, this.#keyboards - (Number(sequence.slice(1)) || 1));
    } else if (final === 'r' && /^[\d;]*$/.test(sequence)) this.#region = sequence !== '';
    else if (final === 'p' && sequence === '!') this.#reset();
  }

  #set(mode: string, on: boolean): void {
    if (on === ON_AT_REST.has(mode)) this.#changed.delete(mode);
    else this.#changed.add(mode);
  }

  #reset(): void {
    this.#changed.clear();
    this.#keypad = false;
    this.#region = false;
    this.#keyboards = 0;
  }
}
