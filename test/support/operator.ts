import { eventually } from './eventually.ts';
import { answer } from './question.ts';
import type { Terminal } from './terminal.ts';

/** How somebody answers the question of an action: the key of one process, enter, or what has to be typed. */
export type Answer = 'y' | 'enter' | { readonly type: string; readonly reason?: string };

/** One action as somebody does it with the keys of the dashboard. */
export interface Deed {
  /** The view, as it is typed into the palette; none: the action itself is, from where one stands. */
  readonly view?: string;
  /** What the filter is set to, so that the cursor stands on the row; none: the first one. */
  readonly row?: string;
  /** In the menu of the view. */
  readonly letter?: string;
  readonly title: string;
  /** Texts of the fields, in order; undefined leaves one as it is. */
  readonly fields?: readonly (string | undefined)[];
  readonly answer: Answer;
}

/** Somebody at the keyboard who knows the keys and waits for what the screen says. */
export class Operator {
  readonly terminal: Terminal;

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }

  async goTo(view: string): Promise<void> {
    const { terminal } = this;
    // A key before the first frame would be echoed by the terminal itself.
    await terminal.waitFor((screen) => terminal.isAlternateScreen() && / > /.test(screen.split('\n')[0] ?? ''));
    terminal.press(':');
    await terminal.waitFor(/─ Go to ─/);
    terminal.type(view);
    await terminal.waitFor(`│ : ${view} `);
    await this.#choose();
    await terminal.waitFor((screen) => (screen.split('\n')[0] ?? '').concat(' ').includes(`> ${view} `));
  }

  async goToRack(rack: string): Promise<void> {
    const { terminal } = this;
    await terminal.waitFor((screen) => terminal.isAlternateScreen() && / > /.test(screen.split('\n')[0] ?? ''));
    terminal.press(':');
    await terminal.waitFor(/─ Go to ─/);
    terminal.type(rack);
    await terminal.waitFor((screen) => screen.includes(`│ : ${rack} `) && new RegExp(`> ${rack} +rack`).test(screen));
    await this.#choose();
    await terminal.waitFor((screen) => (screen.split('\n')[0] ?? '').includes(` ${rack} > `));
  }

  /** Puts the cursor on the row that the filter leaves. */
  async select(row: string): Promise<void> {
    const { terminal } = this;
    await terminal.waitFor(/^ ?> \S/m);
    terminal.press('/');
    terminal.type(row);
    terminal.press('enter');
    await terminal.waitFor((screen) => screen.includes(`/${row}`) && /^ ?> \S/m.test(screen));
  }

  /** The menu of the row, with what it says of an action. */
  async menu(title: string): Promise<string> {
    const { terminal } = this;
    await terminal.waitFor(/^ ?> \S/m);
    terminal.press('a');
    const screen = await terminal.waitFor(title);
    return screen.split('\n').find((line) => line.includes(title)) ?? '';
  }

  /** Up to the question; resolves with the preview. */
  async plan({ view, row, letter, title, fields }: Omit<Deed, 'answer'>): Promise<string> {
    const { terminal } = this;
    if (view === undefined || letter === undefined) await this.#call(title);
    else {
      await this.goTo(view);
      if (row !== undefined) await this.select(row);
      await this.menu(`${letter}  ${title}`);
      terminal.press(letter);
    }
    if (fields) await this.#fill(title, fields);
    return terminal.waitFor(/waits for you|not possible|not allowed/);
  }

  /** Confirms what is asked; resolves once something has left. */
  async confirm(given: Answer): Promise<string> {
    const { terminal } = this;
    const left = /Sent, waiting|Verifying|Verified|Refused, nothing|Failed\.|No effect|Unclear|Not proven/;
    if (typeof given === 'string') return answer(terminal, given, left);
    await terminal.waitFor(`Type ${given.type} to confirm`);
    await this.#typed(given.type);
    if (given.reason !== undefined) {
      terminal.press('enter');
      terminal.type(given.reason);
    }
    terminal.press('enter');
    return terminal.waitFor(left);
  }

  /** Answers the question for a one-time code; what was typed too soon is dropped, as it is for people, and typed again. */
  async code(code: string): Promise<void> {
    const { terminal } = this;
    // A code that lives longer than half a minute is hidden.
    const shown = /^\d{6}$/.test(code) ? code : `[•*]{${code.length}}`;
    await terminal.waitFor(/> Code:/);
    await eventually(
      () => {
        if (new RegExp(`> Code: ${shown}(?![\\d•*])`).test(terminal.screen())) return;
        terminal.press('ctrl+u');
        terminal.type(code);
        throw new Error(`the code is not on screen:\n${terminal.screen()}`);
      },
      { interval: 400 },
    );
    terminal.press('enter');
  }

  /** Does it and leaves the panel; the run goes on. */
  async start(deed: Deed): Promise<void> {
    await this.plan(deed);
    await this.confirm(deed.answer);
    await this.leave();
  }

  /** From the list of runs, the panel of one that was left: the line that has the cursor then. */
  async reopen(line: RegExp): Promise<void> {
    await this.cursorAt(line);
    this.terminal.press('enter');
  }

  /** Out of a view, to where one came from. */
  async back(view: string): Promise<void> {
    this.terminal.press('escape');
    await this.terminal.waitFor((screen) => !`${screen.split('\n')[0]} `.includes(`> ${view} `));
  }

  /** Down to the line of a text, one step after the other. */
  async cursorAt(line: RegExp): Promise<void> {
    const { terminal } = this;
    const cursor = (screen: string) => screen.split('\n').find((each) => each.startsWith('>'));
    for (let screen = await terminal.waitFor(/^>/m); !line.test(screen); ) {
      const before = cursor(screen);
      terminal.press('j');
      screen = await terminal.waitFor((now) => cursor(now) !== before);
    }
  }

  async leave(): Promise<void> {
    this.terminal.press('escape');
    await this.terminal.waitUntilGone(
      /^ [~+x!?-] (?:running|verifying|verified|failed|not proven|no effect|unclear|refused|not possible|not allowed)/m,
    );
  }

  /** In the palette: again only where it was not to be had yet, as the same key opens the row that is below. */
  async #choose(): Promise<void> {
    await answer(this.terminal, 'enter', (screen) => !screen.includes('─ Go to ─'), 2_000);
  }

  /** What is in no menu is called by its name. */
  async #call(title: string): Promise<void> {
    const { terminal } = this;
    const name = title.toLowerCase();
    terminal.press(':');
    await terminal.waitFor(/─ Go to ─/);
    terminal.type(name);
    await terminal.waitFor((screen) => screen.includes(`│ : ${name} `) && new RegExp(`> ${name} `).test(screen));
    await this.#choose();
  }

  async #fill(title: string, fields: readonly (string | undefined)[]): Promise<void> {
    const { terminal } = this;
    // The foot of the box is drawn last: by then it stands there if it still asks what is true now.
    await terminal.waitFor(
      (screen) => screen.includes(`─ ${title}`) && /esc leave +│/.test(screen) && !screen.includes('what is true now'),
    );
    for (const [at, text] of fields.entries()) {
      if (at > 0) terminal.press('tab');
      if (text === undefined) continue;
      terminal.press('ctrl+u');
      terminal.type(text);
    }
    terminal.press('ctrl+s');
    await terminal.waitUntilGone(`─ ${title}`);
  }

  /** What is typed before the question was there is dropped: typed again until it stands. */
  async #typed(text: string): Promise<void> {
    const { terminal } = this;
    await eventually(
      () => {
        // Short ones are moved over to where the reason begins.
        if (new RegExp(`to confirm: +${text}`).test(terminal.screen())) return;
        terminal.press('ctrl+u');
        terminal.type(text);
        throw new Error(`${text} is not on screen:\n${terminal.screen()}`);
      },
      { interval: 400 },
    );
  }
}
