import type { Confirmation, ConfirmationAnswer } from '../../actions/confirmation.ts';
import type { KeyPress } from '../keys/key-press.ts';
import { inputSpans } from '../shell/prompt.ts';
import { editInput, insertText, type TextInput, textInput } from '../shell/text-input.ts';
import type { Line } from '../text/line.ts';
import { shownText } from '../text/shown-text.ts';
import { INDENT } from './panel-text.ts';

type Typed = Extract<Confirmation, { kind: 'type' }>;

/** What is typed to confirm, and the reason where one is asked. */
export class AnswerInput {
  readonly #asks: Typed;
  #text: TextInput = textInput();
  #reason: TextInput = textInput();
  #atReason = false;

  constructor(asks: Typed) {
    this.#asks = asks;
  }

  get answer(): ConfirmationAnswer {
    return { typed: this.#text.text, ...(this.#asks.reason ? { reason: this.#reason.text } : {}) };
  }

  /** The next field that waits for something; false: nothing does, or what was typed first is wrong and is told so now. */
  advance(): boolean {
    if (this.#text.text.trim() !== this.#asks.text) {
      this.#atReason = false;
      return false;
    }
    if (!this.#asks.reason || this.#atReason || this.#reason.text !== '') return false;
    this.#atReason = true;
    return true;
  }

  /** The other field. */
  turn(): void {
    if (this.#asks.reason) this.#atReason = !this.#atReason;
  }

  /** False: the key types and edits nothing. */
  press(press: KeyPress): boolean {
    const after = editInput(this.#current, press);
    if (after === undefined) return false;
    this.#put(after);
    return true;
  }

  paste(text: string): void {
    this.#put(insertText(this.#current, text.trim()));
  }

  lines(width: number): readonly Line[] {
    const label = `Type ${this.#asks.text} to confirm:`;
    const reason = 'Reason, for the journal:';
    const column = this.#asks.reason ? Math.max(label.length, reason.length) : label.length;
    const first = this.#line(label.padEnd(column), this.#text, !this.#atReason, width);
    return this.#asks.reason
      ? [first, this.#line(reason.padEnd(column), this.#reason, this.#atReason, width)]
      : [first];
  }

  #line(label: string, input: TextInput, isActive: boolean, width: number): Line {
    const room = Math.max(8, width - label.length - INDENT - 3);
    const shown = { ...input, text: shownText(input.text) };
    return [
      { text: isActive ? '> ' : '  ', role: 'key' },
      { text: `${label} `, ...(isActive ? { role: 'accent' as const } : {}) },
      ...(isActive ? inputSpans(shown, room) : [{ text: shown.text }]),
    ];
  }

  get #current(): TextInput {
    return this.#atReason ? this.#reason : this.#text;
  }

  #put(input: TextInput): void {
    if (this.#atReason) this.#reason = input;
    else this.#text = input;
  }
}
