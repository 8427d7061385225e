import type { TerminalLook } from '../dashboard-services.ts';
import type { Hint } from '../keys/hint.ts';
import type { RackShare } from '../table/row-feed.ts';
import type { Line } from '../text/line.ts';
import type { StyledLine } from '../text/styled-line.ts';
import { TextView } from '../text/text-view.ts';
import type { BodyView, Message } from './body-view.ts';
import { contextHints } from './context-hints.ts';
import type { TableHost } from './table-host.ts';

/** Where a text's lines come from; a text that can change says when. */
export interface TextContent {
  lines(): readonly (StyledLine | string)[];
  subscribe?(listener: () => void): () => void;
  shares?(): readonly RackShare[];
  refresh?(): void;
  show?(visible: boolean): void;
  /** A key that texts have no binding for, with the index of the line under the cursor. */
  key?(key: string, line: number): boolean;
  /** Before the text's own meaning of a binding, or the shell's. */
  command?(id: string, key: string): boolean;
  /** Hints for those keys; they stand first. */
  hints?(): readonly Hint[];
  dispose?(): void;
}

/** Describe, raw JSON, a log line in full. */
export class TextBody implements BodyView {
  readonly context = 'text' as const;
  readonly #view: TextView;
  readonly #content: TextContent;
  readonly #host: TableHost;
  #shown: readonly (StyledLine | string)[];
  #unsubscribe: (() => void) | undefined;

  constructor(content: TextContent, look: TerminalLook, host: TableHost) {
    this.#content = content;
    this.#host = host;
    this.#shown = content.lines();
    this.#view = new TextView({ lines: this.#shown, look });
    this.#view.attach({
      ask: () =>
        host.prompt({
          label: '/',
          onChange: (text) => this.#view.typed(text),
          onSubmit: (text) => this.#view.submit(text),
          onCancel: () => this.#view.cancel(),
        }),
      copy: (text, what) => host.copy(text, what),
    });
    this.#unsubscribe = content.subscribe?.(() => this.#update());
  }

  subscribe(listener: () => void): () => void {
    return this.#view.subscribe(listener);
  }

  command(id: string, key: string): boolean {
    return this.#content.command?.(id, key) === true || this.#view.command(id);
  }

  key(key: string): boolean {
    return this.#content.key?.(key, this.#view.state.cursor) ?? false;
  }

  rows(width: number, height: number): readonly string[] {
    return this.#view.rows(width, height);
  }

  status(): Line {
    return [{ text: ' ' }, ...this.#view.status()];
  }

  message(): Message | undefined {
    return this.#view.message();
  }

  hints(): readonly Hint[] {
    const own = this.#content.hints?.() ?? [];
    return [...own, ...contextHints(this.#host.keys, 'text', { offers: (id) => this.#view.offers(id) })];
  }

  shares(): readonly RackShare[] {
    return this.#content.shares?.() ?? [];
  }

  refresh(): void {
    this.#content.refresh?.();
  }

  show(visible: boolean): void {
    this.#content.show?.(visible);
    if (visible) this.#update();
  }

  /** Ages inside the text move on. */
  tick(): void {
    this.#update();
  }

  dispose(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#content.dispose?.();
  }

  #update(): void {
    const lines = this.#content.lines();
    const same =
      lines === this.#shown ||
      (lines.length === this.#shown.length && lines.every((line, index) => sameLine(line, this.#shown[index])));
    if (same) return;
    this.#shown = lines;
    this.#view.setLines(lines);
  }
}

function sameLine(a: StyledLine | string, b: StyledLine | string | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
