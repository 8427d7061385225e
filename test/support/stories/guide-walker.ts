import { expect } from 'vitest';
import { eventually } from '../eventually.ts';
import { answer } from '../question.ts';
import type { Terminal } from '../terminal.ts';

export type StepWord =
  | 'ok'
  | 'applied'
  | 'not needed'
  | 'to do'
  | 'by hand'
  | 'blocked'
  | 'unknown'
  | 'under way'
  | 'not reached'
  | 'unclear';

export const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The screen as one line: sentences are wrapped where the terminal is narrow. */
export const flat = (screen: string): string => screen.replace(/\s+/g, ' ');

/** Somebody who goes through guides with the keys of the dashboard and waits for what the screen says. */
export class GuideWalker {
  readonly terminal: Terminal;
  /** Guides that were opened, with the rack: `staging rack-move`. */
  readonly visits: string[] = [];

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }

  /** Opens a guide on a rack, from wherever one is; resolves when every step was looked at. */
  async open(rack: string, guide: string): Promise<string> {
    const { terminal } = this;
    this.visits.push(`${rack} ${guide}`);
    await terminal.waitFor((screen) => terminal.isAlternateScreen() && screen.trim() !== '');
    await this.#palette(rack, new RegExp(`^ *\\S*.*${escaped(rack)} > apps`, 'm'));
    await this.#palette(guide, new RegExp(`guides > ${guide}`), new RegExp(`> ${guide} +\\(${escaped(rack)}\\)`));
    return this.looked();
  }

  async #palette(typed: string, there: RegExp, offered?: RegExp): Promise<void> {
    const { terminal } = this;
    terminal.press(':');
    await terminal.waitFor(/─ Go to ─/);
    terminal.type(typed);
    await terminal.waitFor(`│ : ${typed} `);
    if (offered) await terminal.waitFor(offered);
    terminal.press('enter');
    await terminal.waitFor(there);
  }

  /** Until no step is being looked at any more. */
  looked(): Promise<string> {
    return this.terminal.waitFor(/^(?![\s\S]*~ looking at ")[\s\S]*\d+ of \d+ done +looked at/);
  }

  /** Looks at every step again; resolves when what is expected was found and nothing is looked at any more. */
  async look(expected: (screen: string) => boolean = () => true, patience?: number): Promise<string> {
    this.terminal.press('r');
    await this.terminal.waitFor(/Looking at every step|~ looking at "/);
    await this.terminal.waitFor(expected, patience);
    return this.looked();
  }

  /** A step in the checklist; only those in sight are found. */
  async sees(word: StepWord, title: string, patience?: number): Promise<string> {
    return this.terminal.waitFor(new RegExp(`[+!?x~-] ${word} +(?:next )? *${escaped(title)}`), patience);
  }

  /** Puts the cursor on a step, from the first one on. */
  async choose(word: StepWord, title: string): Promise<string> {
    const at = new RegExp(`^> [+!?x~-] [a-z ]{4,30}${escaped(title)}`, 'm');
    this.terminal.press('g');
    await this.terminal.waitFor(/^ 1\/\d+/m);
    for (let step = 2; !at.test(this.terminal.screen()); step += 1) {
      this.terminal.press('j');
      await this.terminal.waitFor(new RegExp(`^ ${step}/\\d+`, 'm'));
    }
    return this.sees(word, title);
  }

  /** Sets a value of the guide, by its label, and waits until it shows what is expected then and every step was looked at. */
  async value(label: string, at: number, text: string, expected: (screen: string) => boolean): Promise<string> {
    const { terminal } = this;
    await answer(terminal, 'o', /esc leave +│/);
    for (let field = 0; field < at; field += 1) terminal.press('tab');
    terminal.press('ctrl+u');
    terminal.type(text);
    if (text !== '') await terminal.waitFor(new RegExp(`${escaped(label)}.*${escaped(text.slice(0, 24))}`));
    terminal.press('ctrl+s');
    await terminal.waitUntilGone(/esc leave +│/);
    await terminal.waitFor(expected);
    return this.looked();
  }

  /** Shows what the step at hand would do (`a`) or take back (`u`). */
  async preview(key: 'a' | 'u', headline: RegExp): Promise<string> {
    this.terminal.press(key);
    return this.terminal.waitFor((screen) => headline.test(flat(screen)) && /waits for you/.test(screen));
  }

  /** Answers the question of the preview, whichever it is; resolves once it has begun. */
  async confirm(reason: string): Promise<string> {
    const { terminal } = this;
    const begun = /Sent, waiting|Verifying|Verified|Refused, nothing|Failed\.|No effect|Unclear|Not proven/;
    const asked = await terminal.waitFor(/Type \S+ to confirm:|enter do it/);
    const wanted = /Type (\S+) to confirm:/.exec(asked)?.[1];
    if (wanted === undefined) return answer(terminal, 'enter', begun);
    const typed = new RegExp(`to confirm: +${escaped(wanted)}`);
    // What comes too soon is dropped, as it is for people, and is typed again.
    await eventually(
      () => {
        if (!typed.test(terminal.screen())) {
          terminal.press('ctrl+u');
          terminal.type(wanted);
        }
        expect(terminal.screen()).toMatch(typed);
      },
      { interval: 450 },
    );
    terminal.press('tab');
    terminal.type(reason);
    await terminal.waitFor(new RegExp(`journal: +${escaped(reason)}`));
    terminal.press('enter');
    return terminal.waitFor(begun);
  }

  /** To the checklist; the change goes on. */
  async leave(guide: string): Promise<void> {
    this.terminal.press('escape');
    await this.terminal.waitFor(
      (screen) => new RegExp(`guides > ${guide} *$`, 'm').test(screen) || /\d+ of \d+ done/.test(screen),
    );
  }
}
