import {
  currentLocation,
  goBack,
  goForward,
  type History,
  openLocation,
  replaceLocation,
} from '../navigation/history.ts';
import { type Destination, type Location, locationOf, placeId } from '../navigation/location.ts';
import type { StyledLine } from '../text/styled-line.ts';
import { BodyPool } from './body-pool.ts';
import type { BodyView } from './body-view.ts';
import { createBody } from './create-body.ts';
import type { Dashboard } from './dashboard.ts';
import { LogBody } from './log-body.ts';
import { TextBody } from './text-body.ts';

/** Where one stands and has been, with what is on screen there. */
export class Itinerary {
  readonly #dashboard: Dashboard;
  readonly #pool: BodyPool;
  readonly #arrived: () => void;
  #texts = 0;

  /** `arrived`: somewhere else than before, its body is there. */
  constructor(dashboard: Dashboard, arrived: () => void) {
    this.#dashboard = dashboard;
    this.#pool = new BodyPool(() => dashboard.changed());
    this.#arrived = arrived;
  }

  body(): BodyView | undefined {
    return this.#pool.get(this.location());
  }

  location(): Location {
    return currentLocation(this.#dashboard.state.history);
  }

  open(destination: Destination): void {
    const { app } = destination.place ?? {};
    const resource = this.#dashboard.resource(destination.view);
    if (resource?.scope === 'app' && app === undefined) {
      this.#dashboard.toast(`${resource.title}: choose an app first, with : or in the board`, 'notice');
      return;
    }
    const { sessions } = this.#dashboard;
    const only = sessions.length === 1 ? sessions[0]?.target.name : undefined;
    const rack = destination.rack ?? (resource?.scope === 'deck' ? undefined : only);
    const location = locationOf({ ...destination, view: resource?.id ?? destination.view, rack });
    const kept = this.#pool.get(location);
    this.#go(openLocation(this.#history, location));
    // Going back finds a log as it was left; who asks for the instant once more wants to see it.
    if (location.at !== undefined && kept instanceof LogBody) kept.showInstant(location.at);
  }

  /** Shows a text of its own (a log line in full). */
  openText(title: string, lines: readonly StyledLine[]): void {
    this.#texts += 1;
    const { view, rack, place } = this.location();
    const subject = { resource: view, rack, rowKey: `text-${this.#texts}`, name: title };
    const location = locationOf({ view: 'text', rack, place, subject });
    this.#pool.add(location, new TextBody({ lines: () => lines }, this.#dashboard.services.look, this.#dashboard));
    this.#go(openLocation(this.#history, location));
  }

  /** `esc`: first takes back a filter that was typed here, then goes to where one came from. */
  back(): void {
    const location = this.location();
    if (location.filter !== location.givenFilter) {
      this.patch({ filter: location.givenFilter });
      return;
    }
    const history = goBack(this.#history);
    if (history) this.#go(history);
    else this.#dashboard.toast('This is where you started; q leaves', 'muted');
  }

  step(direction: 'back' | 'forward'): void {
    const history = direction === 'back' ? goBack(this.#history) : goForward(this.#history);
    if (history) this.#go(history);
    else this.#dashboard.toast(direction === 'back' ? 'No earlier view' : 'No later view', 'muted');
  }

  patch(change: Partial<Location>): void {
    const history = replaceLocation(this.#history, { ...this.location(), ...change });
    this.#dashboard.store.setState({ history });
  }

  /** The body of another place, for texts that speak of one of its rows. */
  bodyAt(location: Location): BodyView | undefined {
    const known = this.#pool.get(location);
    if (known) return known;
    const body = createBody(this.#dashboard, location, () => undefined);
    if (body) this.#pool.add(location, body);
    return body;
  }

  arrive(): void {
    const location = this.location();
    if (this.#dashboard.sessions.length > 0 && this.body() === undefined) {
      const body = createBody(this.#dashboard, location, (other) => this.bodyAt(other));
      if (body) this.#pool.add(location, body);
    }
    this.#pool.show(this.body());
    this.#arrived();
  }

  clear(): void {
    this.#pool.clear();
  }

  get #history(): History {
    return this.#dashboard.state.history;
  }

  #go(history: History): void {
    const { store } = this.#dashboard;
    const before = placeId(this.location());
    store.setState({ history, prompt: undefined, overlay: undefined });
    if (placeId(this.location()) === before) return;
    // What was said about the view before has no place under this one.
    store.setState({ toast: undefined });
    this.arrive();
  }
}
