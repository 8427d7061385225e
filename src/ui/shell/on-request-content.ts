import { asFailure, type Failure } from '../../domain/failure.ts';
import { refused, type Verdict } from '../../domain/verdict.ts';
import type { RackSession } from '../../live/rack-session.ts';
import type { OnRequest, OpaqueRow, Place } from '../../resources/define-resource.ts';
import { contextOf } from '../../resources/session-context.ts';
import type { TerminalLook } from '../dashboard-services.ts';
import type { Hint } from '../keys/hint.ts';
import { pairLines } from '../text/pair-lines.ts';
import { screenStyles } from '../text/screen-styles.ts';
import type { StyledLine } from '../text/styled-line.ts';
import type { TableBody } from './table-body.ts';

/** The part below a described row that a key asks for. */
export interface OnRequestContent {
  lines(): readonly (StyledLine | string)[];
  subscribe(listener: () => void): () => void;
  key(key: string): boolean;
  hints(): readonly Hint[];
  dispose(): void;
}

export interface OnRequestPlace {
  readonly table: Pick<TableBody, 'resource' | 'row'>;
  readonly rowKey: string;
  readonly look: TerminalLook;
  readonly world: {
    session(name: string | undefined): RackSession | undefined;
    clock(): number;
  };
  readonly place: Place;
}

type Answer =
  | { readonly state: 'asking' }
  | { readonly state: 'told'; readonly pairs: readonly (readonly [string, string])[] }
  | { readonly state: 'failed'; readonly failure: Failure };

/** Undefined for views whose rows have nothing more to tell. */
export function onRequestContent(at: OnRequestPlace): OnRequestContent | undefined {
  const { onRequest } = at.table.resource;
  return onRequest && new AskedContent(at, onRequest);
}

class AskedContent implements OnRequestContent {
  readonly #at: OnRequestPlace;
  readonly #what: OnRequest<OpaqueRow>;
  readonly #listeners = new Set<() => void>();
  readonly #abort = new AbortController();
  #answer: Answer | undefined;

  constructor(at: OnRequestPlace, what: OnRequest<OpaqueRow>) {
    this.#at = at;
    this.#what = what;
  }

  readonly lines = (): readonly (StyledLine | string)[] => {
    const { label, key, about } = this.#what;
    const answer = this.#answer;
    if (answer === undefined) {
      const verdict = this.#verdict();
      return ['', verdict.allowed ? `${key} asks for the ${label}: ${about}.` : `No ${label}: ${verdict.reason}.`];
    }
    if (answer.state === 'asking') return ['', `~ Asking for the ${label} ...`];
    if (answer.state === 'told') return ['', ...pairLines(answer.pairs, screenStyles(this.#at.look))];
    const { what, why, next } = answer.failure;
    return ['', `x ${what}${why === undefined ? '' : `: ${why}`}`, ...(next === undefined ? [] : [next])];
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly key = (key: string): boolean => {
    if (key !== this.#what.key) return false;
    if (this.#answer?.state !== 'asking' && this.#verdict().allowed) void this.#ask();
    return true;
  };

  readonly hints = (): readonly Hint[] => {
    const { key, label } = this.#what;
    const verdict = this.#verdict();
    return [{ key, label, ...(verdict.allowed ? {} : { disabled: verdict.reason }) }];
  };

  readonly dispose = (): void => this.#abort.abort();

  async #ask(): Promise<void> {
    const [row, session] = [this.#row(), this.#session()];
    if (row === undefined || session === undefined) return;
    this.#set({ state: 'asking' });
    const { signal } = this.#abort;
    const { world, place } = this.#at;
    const now = world.clock();
    try {
      const reads = session.reads({ freshMs: 0, signal });
      const pairs = await this.#what.ask(row, contextOf(session, { reads, signal, now, at: place }));
      this.#set({ state: 'told', pairs });
    } catch (error) {
      this.#set({ state: 'failed', failure: asFailure(error) });
    }
  }

  #set(answer: Answer): void {
    if (this.#abort.signal.aborted) return;
    this.#answer = answer;
    for (const listener of [...this.#listeners]) listener();
  }

  #verdict(): Verdict {
    const [row, session] = [this.#row(), this.#session()];
    if (row === undefined || session === undefined) return refused('target', 'its rack is not known here');
    return this.#what.offered(row, { gateway: session.gateway, access: session.access.get() });
  }

  #row(): OpaqueRow | undefined {
    return this.#at.table.row(this.#at.rowKey)?.row.source.row;
  }

  #session(): RackSession | undefined {
    const rack = this.#at.table.row(this.#at.rowKey)?.row.source.rack;
    return this.#at.world.session(rack);
  }
}
