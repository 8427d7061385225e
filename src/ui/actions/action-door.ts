import { tierOf } from '../../actions/confirmation.ts';
import type { AnyAction, Tier } from '../../actions/define-action.ts';
import type { ActionRequest, Subject } from '../../domain/subject.ts';
import { ALLOWED, refused, type Verdict } from '../../domain/verdict.ts';
import type { RackSession } from '../../live/rack-session.ts';
import type { Tone } from '../../resources/column.ts';
import type { DashboardServices } from '../dashboard-services.ts';
import type { Destination, Location } from '../navigation/location.ts';
import type { Overlay } from '../shell/dashboard-state.ts';
import { openActionForm } from './action-form.ts';
import { actionLetters } from './action-letters.ts';
import { type ActionServices, type RunView, withoutActions } from './action-services.ts';
import { isOfferedOn, type Selection, subjectsFor } from './selection.ts';

/** One action as it is offered for a selection. */
export interface Offer {
  readonly action: AnyAction;
  readonly tier: Tier;
  /** In the menu of the view; undefined in the palette. */
  readonly letter: string | undefined;
  readonly subjects: readonly Subject[];
  readonly verdict: Verdict;
}

/** What the door needs of the shell. */
export interface ActionHost {
  readonly services: DashboardServices;
  session(name: string | undefined): RackSession | undefined;
  location(): Location;
  open(destination: Destination): void;
  toast(text: string, tone?: Tone): void;
  overlay(overlay: Overlay | undefined): void;
  readonly state: { readonly overlay: Overlay | undefined };
}

/** The way from a key, a menu or the palette to a run and its panel. Nothing is sent from here: the pipeline decides. */
export class ActionDoor {
  readonly #host: ActionHost;
  readonly #ids = new WeakMap<RunView, string>();
  #started = 0;

  constructor(host: ActionHost) {
    this.#host = host;
  }

  get services(): ActionServices | undefined {
    return this.#host.services.actions;
  }

  /** Why nothing at all can be changed here; undefined: something may. */
  get closed(): string | undefined {
    return this.services === undefined ? withoutActions(this.#host.services) : undefined;
  }

  /** Actions on rows of a view, in the order of the registry. */
  onView(view: string): readonly AnyAction[] {
    return this.#registry.filter((action) => isOfferedOn(action, view));
  }

  /** The menu of the selection's view. */
  openMenu(selection: Selection): void {
    if (this.closed !== undefined && this.onView(selection.view).length === 0) {
      this.#host.toast(`Actions: ${this.closed}`, 'notice');
    } else if (this.onView(selection.view).length === 0) {
      this.#host.toast('There are no actions in this view; : lists all of them', 'notice');
    } else this.#host.overlay({ kind: 'actions', selection, selected: 0 });
  }

  /** The action that a key means in a view. */
  byKey(view: string, key: string): AnyAction | undefined {
    return this.onView(view).find((action) => action.key === key);
  }

  /** For the menu of the selection's view, refused ones too. */
  offers(selection: Selection): readonly Offer[] {
    const actions = this.onView(selection.view);
    const letters = actionLetters(actions);
    return actions.map((action) => this.offer(action, selection, letters.get(action.id)));
  }

  /** For the palette: everything, wherever one stands. */
  everything(selection: Selection): readonly Offer[] {
    return this.#registry.map((action) => this.offer(action, selection));
  }

  offer(action: AnyAction, selection: Selection, letter?: string): Offer {
    const subjects = subjectsFor(action, selection);
    const [rack] = selection.racks;
    const isProtected = rack !== undefined && this.services?.isProtected(rack) === true;
    return {
      action,
      letter,
      subjects,
      tier: tierOf(action, isProtected),
      verdict: this.#verdict(action, selection, subjects),
    };
  }

  /** Starts it, after its form where it has one; a refusal is said instead. */
  choose(action: AnyAction, selection: Selection): void {
    const { subjects, verdict } = this.offer(action, selection);
    const [rack] = selection.racks;
    if (!verdict.allowed || rack === undefined) {
      const reason = verdict.allowed ? 'choose a rack first' : verdict.reason;
      this.#host.toast(`${action.title}: ${reason}`, 'warning');
      return;
    }
    const request: ActionRequest = { actionId: action.id, rack, subjects, input: {} };
    if ((action.fields ?? []).length > 0 && action.previewFirst !== true) this.fill(request);
    else this.start(request);
    if (selection.hidden > 0) {
      this.#host.toast(`${selection.hidden} marked rows are hidden by the filter and left out`, 'warning');
    }
  }

  /** The fields of a request; `instead` is given up when they are submitted. */
  fill(request: ActionRequest, instead?: RunView): void {
    const action = this.#registry.find(({ id }) => id === request.actionId);
    if (action?.fields && action.fields.length > 0) openActionForm(this.#host, this, { action, request, instead });
  }

  /** Plans it and opens its panel. */
  start(request: ActionRequest): void {
    const run = this.services?.desk.start(request);
    if (run) this.show(run);
  }

  /** The panel of a run, new or left before. */
  show(run: RunView): void {
    const { view, place } = this.#host.location();
    const { rack, subjects } = run.request;
    const title = run.action?.title.toLowerCase() ?? run.request.actionId;
    // One thing is named in the panel itself; how many there are must be seen at once.
    const name = subjects.length > 1 ? `${title} (${subjects.length})` : title;
    this.#host.open({ view: 'action', rack, place, subject: { resource: view, rack, rowKey: this.idOf(run), name } });
  }

  idOf(run: RunView): string {
    const known = this.#ids.get(run);
    if (known !== undefined) return known;
    this.#started += 1;
    const id = `run-${this.#started}`;
    this.#ids.set(run, id);
    return id;
  }

  run(id: string): RunView | undefined {
    return this.services?.desk.runs.get().find((run) => this.idOf(run) === id);
  }

  get #registry(): readonly AnyAction[] {
    return this.services?.registry ?? this.#host.services.replay?.actions ?? [];
  }

  #verdict(action: AnyAction, { racks, subjects: rows }: Selection, subjects: readonly Subject[]): Verdict {
    const [rack] = racks;
    const { services } = this;
    if (services === undefined) return refused('target', withoutActions(this.#host.services));
    if (racks.length > 1) return refused('target', `rows of ${racks.length} racks are marked; mark those of one`);
    const session = this.#host.session(rack);
    if (session === undefined) return refused('target', 'choose a rack first');
    if (subjects.length === 0 && action.subject !== 'none') {
      const none = rows.length > 0 ? 'is not for what is chosen' : `choose ${article(action.subject)} first`;
      return refused('target', none);
    }
    if (subjects.length > 1 && !action.bulk) {
      return refused('target', `takes one at a time; ${subjects.length} are marked`);
    }
    const verdict = services.verdict(action, session, subjects);
    return verdict.allowed ? ALLOWED : verdict;
  }
}

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}
