import type { StepUpPrompt } from '../../access/step-up-prompt.ts';
import { spanText } from '../../domain/age.ts';
import type { KeyPress } from '../keys/key-press.ts';
import { inputSpans } from '../shell/prompt.ts';
import { editInput, insertText, type TextInput, textInput } from '../shell/text-input.ts';
import type { Line } from '../text/line.ts';
import type { StepUpSource } from './action-services.ts';
import { INDENT, keyLine, paragraph } from './panel-text.ts';
import type { TypeAheadGuard } from './type-ahead-guard.ts';

const LABEL = 'Code: ';
/** Codes of an authenticator app are over in half a minute; all others are hidden while they are typed. */
const SHORT_LIVED = /^\d{0,6}$/;

/** Asks for a one-time code in place; whoever else waits for one on this rack goes on with the same answer. */
export class StepUpInput {
  readonly #source: StepUpSource;
  readonly #guard: TypeAheadGuard;
  readonly #unicode: boolean;
  readonly #listeners = new Set<() => void>();
  readonly #stop: () => void;
  #code: TextInput = textInput();
  #asked: boolean;
  #tooSoon = false;

  constructor(source: StepUpSource, { guard, unicode }: { readonly guard: TypeAheadGuard; readonly unicode: boolean }) {
    this.#source = source;
    this.#guard = guard;
    this.#unicode = unicode;
    this.#asked = this.isAsking;
    this.#stop = source.prompt.subscribe(() => this.#changed());
  }

  get isAsking(): boolean {
    return this.#source.prompt.get() !== undefined;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** False: the key is for the panel around it. */
  press(press: KeyPress): boolean {
    if (press.name === 'escape' || press.name === 'ctrl+c') return false;
    if (/^(?:up|down|pageup|pagedown)$/.test(press.name)) return false;
    this.#tooSoon = !this.#guard.admits();
    if (this.#tooSoon) return this.#told();
    if (press.name === 'enter') this.#submit();
    else this.#code = editInput(this.#code, press) ?? this.#code;
    return this.#told();
  }

  paste(text: string): void {
    this.#code = insertText(this.#code, text.trim());
    this.#told();
  }

  cancel(): void {
    this.#code = textInput();
    this.#source.cancel();
  }

  lines(width: number, now: number): readonly Line[] {
    const prompt = this.#source.prompt.get();
    if (prompt === undefined) return paragraph('Asking the gateway for a second factor ...', width, 'notice', '~');
    return [
      ...paragraph(questionOf(prompt), width, 'accent', '?'),
      ...(prompt.advice === undefined ? [] : paragraph(prompt.advice, width, 'muted')),
      ...(prompt.problem === undefined ? [] : paragraph(prompt.problem, width, 'warning', '!')),
      ...(this.#tooSoon ? paragraph('Typed before the question was there: dropped.', width, 'warning', '!') : []),
      ...waitLines(prompt, now, width),
      ...(prompt.checking
        ? paragraph('The gateway looks at the code ...', width, 'notice', '~')
        : [this.#field(width)]),
      keyLine([
        ['enter', 'send the code'],
        ['esc', 'give up'],
      ]),
    ];
  }

  dispose(): void {
    this.#code = textInput();
    this.#stop();
    this.#listeners.clear();
  }

  #submit(): void {
    const { text } = this.#code;
    if (text.trim() === '') return;
    this.#code = textInput();
    this.#source.submit(text);
  }

  #field(width: number): Line {
    const { text } = this.#code;
    const shown = SHORT_LIVED.test(text) ? text : (this.#unicode ? '\u2022' : '*').repeat([...text].length);
    const room = Math.max(8, width - LABEL.length - INDENT - 2);
    return [{ text: `> ${LABEL}`, role: 'key' }, ...inputSpans({ ...this.#code, text: shown }, room)];
  }

  #changed(): void {
    const asks = this.isAsking;
    // A question that has just appeared is not answered by what was typed before it.
    if (asks && !this.#asked) this.#guard.rearm();
    if (!asks) this.#code = textInput();
    this.#asked = asks;
    this.#told();
  }

  #told(): true {
    for (const listener of [...this.#listeners]) listener();
    return true;
  }
}

function questionOf({ level, methods, triesLeft, waiting }: StepUpPrompt): string {
  const what = level === 'always' ? 'This action needs a one-time code of its own' : 'A one-time code is needed';
  const ways = methods.length > 1 ? `${methods.slice(0, -1).join(', ')} or ${methods.at(-1)}` : (methods[0] ?? '');
  const tries = triesLeft === 1 ? '1 try left' : `${triesLeft} tries left`;
  const others = waiting > 1 ? ` ${waiting} actions wait for it.` : '';
  return `${what}: ${ways} (${tries}).${others}`;
}

function waitLines({ waitUntil }: StepUpPrompt, now: number, width: number): readonly Line[] {
  if (waitUntil === undefined || waitUntil <= now) return [];
  return paragraph(`The next code is there in ${spanText(waitUntil - now)}.`, width, 'muted');
}
