import type { TerminalLook } from '../dashboard-services.ts';
import { createTheme, type Theme } from '../theme/theme.ts';
import { bodyColumns } from './gutter.ts';
import type { Line } from './line.ts';
import { compilePhrase } from './phrase.ts';
import { type ScreenStyles, screenStyles } from './screen-styles.ts';
import { parseStyled, type StyledLine } from './styled-line.ts';
import { drawText, textStatus } from './text-frame.ts';
import {
  handlesTextCommand,
  initialTextState,
  reduceText,
  type TextEvent,
  type TextViewState,
} from './text-view-state.ts';

/** What a text view needs from the screen that it stands in. */
export interface TextHost {
  /** Opens a prompt for a search; what is typed comes back through `typed` and `submit`. */
  ask(): void;
  copy(text: string, what: string): void;
}

/** A long text on screen: state machine and drawing around it. Lives outside React. */
export class TextView {
  readonly #theme: Theme;
  readonly #styles: ScreenStyles;
  readonly #listeners = new Set<() => void>();
  #state: TextViewState;
  #host: TextHost | undefined;
  #version = 0;

  constructor(options: {
    readonly lines: readonly (StyledLine | string)[];
    readonly look: Pick<TerminalLook, 'colorDepth' | 'unicode'>;
    /** A text that was left and is come back to: its place, not its lines. */
    readonly restored?: TextViewState;
  }) {
    this.#theme = createTheme(options.look);
    this.#styles = screenStyles(options.look);
    const lines = this.#styled(options.lines);
    this.#state = options.restored
      ? reduceText(options.restored, { kind: 'lines', lines }).state
      : initialTextState(lines);
  }

  get state(): TextViewState {
    return this.#state;
  }

  /** Grows with everything that may look different: for useSyncExternalStore. */
  readonly version = (): number => this.#version;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  attach(host: TextHost): () => void {
    this.#host = host;
    return () => {
      if (this.#host === host) this.#host = undefined;
    };
  }

  /** Another version of the same text; place and search stay. */
  setLines(lines: readonly (StyledLine | string)[]): void {
    this.#handle({ kind: 'lines', lines: this.#styled(lines) });
  }

  /** False: nothing to do for this binding now. */
  command(id: string): boolean {
    if (!handlesTextCommand(this.#state, id)) return false;
    this.#handle({ kind: 'command', id });
    return true;
  }

  /** A search while it is typed; the result is what is wrong with it. */
  typed(text: string): string | undefined {
    return this.#search('typing', text);
  }

  submit(text: string): string | undefined {
    return this.#search('search', text);
  }

  cancel(): void {
    if (this.#state.typing) this.#handle({ kind: 'typing', search: undefined });
  }

  /** Exactly `height` rows of at most `width` cells. */
  rows(width: number, height: number): readonly string[] {
    const resize = { kind: 'resize', rows: Math.max(0, height), columns: bodyColumns(width) } as const;
    this.#state = reduceText(this.#state, resize).state;
    return drawText(this.#state, this.#theme, this.#styles, width, Math.max(0, height));
  }

  status(): Line {
    return textStatus(this.#state);
  }

  /** What the last key did or could not do. */
  message(): TextViewState['message'] {
    return this.#state.message;
  }

  /** Would this key do something that can be seen now? For the hint line. */
  offers(id: string): boolean {
    return id !== 'text.next' || this.#state.search !== undefined;
  }

  #search(kind: 'typing' | 'search', text: string): string | undefined {
    if (text === '') {
      this.#handle({ kind, search: undefined });
      return undefined;
    }
    const compiled = compilePhrase(text);
    if (!compiled.ok) return compiled.complaint;
    this.#handle({ kind, search: compiled.phrase });
    return undefined;
  }

  #handle(event: TextEvent): void {
    const step = reduceText(this.#state, event);
    this.#state = step.state;
    for (const effect of step.effects) {
      if (effect.kind === 'ask') this.#host?.ask();
      else this.#host?.copy(effect.text, effect.what);
    }
    this.#version++;
    for (const listener of this.#listeners) listener();
  }

  #styled(lines: readonly (StyledLine | string)[]): readonly StyledLine[] {
    return lines.map((line) => (typeof line === 'string' ? parseStyled(line, this.#styles.depth) : line));
  }
}
