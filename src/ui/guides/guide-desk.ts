import { isOver, type RunState } from '../../actions/run-state.ts';
import type { GuideEntry } from '../../guides/guide-catalogue.ts';
import type { StepRun } from '../../guides/runner.ts';
import type { RackSession } from '../../live/rack-session.ts';
import type { Tone } from '../../resources/column.ts';
import type { RunView } from '../actions/action-services.ts';
import { endWords, standingOf } from '../actions/outcome-words.ts';
import type { GuideServices } from './guide-services.ts';
import { GuideSession } from './guide-session.ts';

/** What the desk needs of the shell. */
export interface GuideDeskHost {
  clock(): number;
  changed(): void;
  toast(text: string, tone?: Tone): void;
  /** Is the panel of this change on screen? */
  isOnScreen(run: RunView): boolean;
}

interface Known {
  readonly id: string;
  readonly view: RunView;
  readonly guide: GuideSession;
  readonly run: StepRun;
}

/** The guides that were opened in this dashboard and the changes that were begun in them. */
export class GuideDesk {
  readonly services: GuideServices;
  readonly #host: GuideDeskHost;
  readonly #sessions = new Map<string, GuideSession>();
  readonly #changes: Known[] = [];
  #begun = 0;

  constructor(services: GuideServices, host: GuideDeskHost) {
    this.services = services;
    this.#host = host;
  }

  get catalogue(): readonly GuideEntry[] {
    return this.services.catalogue;
  }

  entry(id: string): GuideEntry | undefined {
    return this.catalogue.find((entry) => entry.id === id);
  }

  /** Undefined: it was not opened yet. */
  known(guide: string, session: RackSession): GuideSession | undefined {
    return this.#sessions.get(keyOf(guide, session));
  }

  /** The one of this guide and rack, made where it is new. Undefined: there is no such guide. */
  guide(id: string, session: RackSession): GuideSession | undefined {
    const key = keyOf(id, session);
    const known = this.#sessions.get(key);
    // A new login is a new connection; a change that is under way keeps its own.
    if (known && (known.session === session || known.change !== undefined)) return known;
    const entry = this.entry(id);
    if (!entry) return undefined;
    void known?.close();
    const made = new GuideSession(entry, session, this.services, () => this.#host.clock());
    this.#sessions.set(key, made);
    return made;
  }

  /** Sent and not proven yet, in words. */
  get unproven(): readonly string[] {
    return [...this.#sessions.values()]
      .filter((guide) => guide.isUnproven)
      .map((guide) => `${guide.change?.step.title ?? guide.entry.title} on ${guide.rack}`);
  }

  /** A change with its panel's id; one that is open already is given again. */
  change(guide: GuideSession, run: StepRun): { readonly id: string; readonly view: RunView } {
    const known = this.#changes.find((each) => each.run === run);
    if (known) return known;
    this.#begun += 1;
    const made: Known = { id: `change-${this.#begun}`, view: viewOf(guide, run), guide, run };
    this.#changes.push(made);
    this.#follow(made);
    return made;
  }

  byId(id: string): Known | undefined {
    return this.#changes.find((each) => each.id === id);
  }

  dispose(): void {
    for (const guide of this.#sessions.values()) void guide.close();
    this.#sessions.clear();
  }

  #follow({ view, run, guide }: Known): void {
    let before: RunState['step'] | undefined;
    const stop = run.state.subscribe(() => {
      const state = run.state.get();
      if (state.step === before) return;
      before = state.step;
      this.#host.changed();
      if (!isOver(state)) return;
      stop();
      // What is on screen elsewhere is asked again.
      if (state.step === 'ended') guide.session.changed();
      if (state.step === 'cancelled' || this.#host.isOnScreen(view)) return;
      const { glyph, word, tone } = standingOf(state);
      this.#host.toast(`${glyph} ${run.step.title} on ${guide.rack}: ${word}. ${endWords(state)}`, tone);
    });
  }
}

function keyOf(guide: string, { target }: RackSession): string {
  return `${guide} ${target.id}`;
}

/** A change of a guide has the panel of an action (ui/actions/run-panel.ts). */
function viewOf({ entry, rack }: GuideSession, run: StepRun): RunView {
  return {
    request: { actionId: `guide.${entry.id}`, rack, subjects: [{ id: run.step.id }], input: {} },
    action: undefined,
    state: run.state,
    confirm: (answer) => run.confirm(answer),
    cancel: () => run.cancel(),
  };
}
