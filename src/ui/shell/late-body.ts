import { asFailure, type Failure } from '../../domain/failure.ts';
import { failureLines } from '../actions/panel-text.ts';
import type { Hint } from '../keys/hint.ts';
import type { KeyContext } from '../keys/key-binding.ts';
import type { RackShare } from '../table/row-feed.ts';
import { type Line, lineText } from '../text/line.ts';
import type { Theme } from '../theme/theme.ts';
import type { BodyView, Message } from './body-view.ts';

/** A screen whose code is loaded when it is opened first, so that no start pays for it. Empty until then: some milliseconds. */
export class LateBody implements BodyView {
  readonly context: KeyContext;
  readonly #theme: Theme;
  readonly #listeners = new Set<() => void>();
  #body: BodyView | undefined;
  #failure: Failure | undefined;
  #isVisible = false;
  #isDisposed = false;

  constructor(context: KeyContext, theme: Theme, load: () => Promise<BodyView>) {
    this.context = context;
    this.#theme = theme;
    load().then(
      (body) => this.#loaded(body),
      (error: unknown) => {
        this.#failure = asFailure(error, 'This screen could not be loaded');
        this.#notify();
      },
    );
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  command(id: string, key: string): boolean {
    // What is meant for it must not mean something else because it is not there yet.
    return this.#body ? this.#body.command(id, key) : id.startsWith(`${this.context}.`);
  }

  key(key: string): boolean {
    return this.#body?.key?.(key) ?? false;
  }

  rows(width: number, height: number): readonly string[] {
    if (this.#body) return this.#body.rows(width, height);
    const lines = this.#failureLines(width);
    return Array.from({ length: height }, (_, at) => this.#theme.paint(lines[at] ?? []));
  }

  linear(): readonly string[] {
    const { linear } = this.#body ?? {};
    if (this.#body && linear) return linear.call(this.#body);
    return this.#failureLines(80).map(lineText);
  }

  status(width: number): Line {
    return this.#body?.status(width) ?? [];
  }

  message(): Message | undefined {
    return this.#body?.message?.();
  }

  hints(): readonly Hint[] {
    return this.#body?.hints() ?? [];
  }

  shares(): readonly RackShare[] {
    return this.#body?.shares() ?? [];
  }

  focus(): { readonly rack?: string; readonly app?: string } {
    return this.#body?.focus?.() ?? {};
  }

  refresh(): void {
    this.#body?.refresh();
  }

  show(visible: boolean): void {
    this.#isVisible = visible;
    this.#body?.show(visible);
  }

  tick(): void {
    this.#body?.tick();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#body?.dispose();
    this.#listeners.clear();
  }

  #loaded(body: BodyView): void {
    if (this.#isDisposed) {
      body.dispose();
      return;
    }
    this.#body = body;
    body.subscribe(() => this.#notify());
    if (this.#isVisible) body.show(true);
    this.#notify();
  }

  #failureLines(width: number): readonly Line[] {
    return this.#failure ? failureLines(this.#failure, width) : [];
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
