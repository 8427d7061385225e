import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RackSession } from '../../live/rack-session.ts';
import { SingleTimer, SYSTEM_TIMERS } from '../../live/timers.ts';
import type { Tone } from '../../resources/column.ts';
import type { AnyResource } from '../../resources/define-resource.ts';
import { RESOURCES } from '../../resources/index.ts';
import { ACTION_BINDINGS } from '../actions/action-bindings.ts';
import { ActionDoor } from '../actions/action-door.ts';
import type { ActionServices, RunView } from '../actions/action-services.ts';
import { RunFollower } from '../actions/run-follower.ts';
import { RunPanel } from '../actions/run-panel.ts';
import type { Selection } from '../actions/selection.ts';
import type { DashboardExit, DashboardServices } from '../dashboard-services.ts';
import { GUIDE_BINDINGS } from '../guides/guide-bindings.ts';
import { GuideDesk } from '../guides/guide-desk.ts';
import type { GuideServices } from '../guides/guide-services.ts';
import { keyLabel } from '../keys/key-label.ts';
import { buildKeyMap, type KeyMap } from '../keys/key-map.ts';
import { SHELL_BINDINGS } from '../keys/key-table.ts';
import { LOG_BINDINGS } from '../log/log-bindings.ts';
import { METRICS_BINDINGS } from '../metrics/metrics-bindings.ts';
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
import { TEXT_BINDINGS } from '../text/text-bindings.ts';
import { createTheme, type Theme } from '../theme/theme.ts';
import { TIMELINE_BINDINGS } from '../timeline/timeline-bindings.ts';
import { BodyPool } from './body-pool.ts';
import type { BodyView } from './body-view.ts';
import { ChangeNotifier } from './change-notifier.ts';
import { createBody } from './create-body.ts';
import { type DashboardState, initialState, type Overlay, type Size } from './dashboard-state.ts';
import { KnownApps } from './known-apps.ts';
import type { LogBodyHost } from './log-body.ts';
import type { PromptRequest } from './prompt.ts';
import { RackFollower } from './rack-follower.ts';
import { firstRemark, type Remarks } from './remarks.ts';
import { selectionOnScreen } from './selection-on-screen.ts';
import { startDestination } from './start-destination.ts';
import { LOADING_AFTER_MS } from './table-body.ts';
import { TextBody } from './text-body.ts';
import { textInput } from './text-input.ts';
import type { VitalsWatch } from './vitals-watch.ts';

const TOAST_MS = 5_000;
const LONG_TOAST_MS = 9_000;
/** A remark in passing must not keep the hints away for long. */
const SHORT_TOAST_MS = 2_000;

/**
 * The dashboard without React: state, bodies, and everything that keys can do. React paints what `frame` composes of it;
 * a test presses keys and reads frames.
 */
export class Dashboard implements LogBodyHost {
  readonly services: DashboardServices;
  readonly resources: readonly AnyResource[];
  readonly keys: KeyMap;
  readonly theme: Theme;
  readonly store: StoreApi<DashboardState>;
  readonly finished: Promise<DashboardExit>;
  readonly apps = new KnownApps();
  readonly actions: ActionDoor = new ActionDoor(this);
  readonly guides: GuideDesk | undefined;
  readonly #pool: BodyPool;
  readonly #racks: RackFollower;
  readonly #notifier = new ChangeNotifier();
  readonly #ticker: SingleTimer;
  readonly #loading: SingleTimer;
  readonly #stops: (() => void)[] = [];
  #finish: (exit: DashboardExit) => void = () => {};
  #texts = 0;
  #paints = 0;

  constructor(services: DashboardServices, size: Size) {
    this.services = services;
    this.resources = services.resources ?? RESOURCES;
    this.keys = buildKeyMap(
      [
        ...SHELL_BINDINGS,
        ...LOG_BINDINGS,
        ...TEXT_BINDINGS,
        ...METRICS_BINDINGS,
        ...TIMELINE_BINDINGS,
        ...ACTION_BINDINGS,
        ...GUIDE_BINDINGS,
        ...(services.extraBindings ?? []),
      ],
      services.keyOverrides,
    );
    this.theme = createTheme(services.look);
    const changed = (): void => this.changed();
    this.#pool = new BodyPool(changed);
    this.#racks = new RackFollower(() => this.clock(), changed);
    const timers = services.timers ?? SYSTEM_TIMERS;
    this.#ticker = new SingleTimer(timers);
    this.#loading = new SingleTimer(timers);
    this.guides = services.guides && this.#guideDesk(services.guides);
    const { destination, remark } = startDestination(this);
    this.store = createStore(() => initialState(locationOf(destination), size, services.now()));
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#stops.push(
      this.store.subscribe(() => this.changed()),
      services.deck.sessions.subscribe(() => this.#racksChanged()),
    );
    const { recording, actions } = services;
    if (actions) this.#followRuns(actions);
    if (recording)
      this.#stops.push(recording.subscribe((said) => (said ? this.toast(said, 'warning') : this.changed())));
    const trouble = firstRemark(this.remarks(), keyLabel(this.keys.get('app.problems')?.keys[0] ?? ''));
    // Without a rack the first-run screen says it in full.
    if (trouble && (this.sessions.length > 0 || this.keys.problems.length > 0)) this.toast(trouble.text, trouble.tone);
    else if (remark) this.toast(remark, 'warning');
    this.#arrive();
    this.#nextTick();
  }

  get state(): DashboardState {
    return this.store.getState();
  }

  get sessions(): readonly RackSession[] {
    return this.services.deck.sessions.get();
  }

  // --- what paints and tests look at

  readonly version = (): number => this.#notifier.version;

  readonly subscribe = (listener: () => void): (() => void) => this.#notifier.subscribe(listener);

  body(): BodyView | undefined {
    return this.#pool.get(this.location());
  }

  /** What an action chosen now would be about. */
  selection(): Selection {
    return selectionOnScreen(this);
  }

  now(): number {
    return this.state.now;
  }

  clock(): number {
    return this.services.now();
  }

  location(): Location {
    return currentLocation(this.state.history);
  }

  locationOf(body: BodyView): Location | undefined {
    return this.body() === body ? this.location() : undefined;
  }

  resource(id: string): AnyResource | undefined {
    return this.resources.find((each) => each.id === id || each.aliases.includes(id));
  }

  /** The rack that a view opened now would speak of. */
  currentRack(): string | undefined {
    return this.location().rack ?? (this.sessions.length === 1 ? this.sessions[0]?.target.name : undefined);
  }

  session(name: string | undefined): RackSession | undefined {
    return name === undefined ? undefined : this.services.deck.session(name);
  }

  /** What was wrong or odd where racks and keys are configured. */
  remarks(): Remarks {
    return { listing: this.services.listing(), keyProblems: this.keys.problems };
  }

  vitals(): VitalsWatch | undefined {
    return this.#racks.vitals(this.currentRack());
  }

  // --- moving about

  open(destination: Destination): void {
    const { app } = destination.place ?? {};
    const resource = this.resource(destination.view);
    if (resource?.scope === 'app' && app === undefined) {
      this.toast(`${resource.title}: choose an app first, with : or in the board`, 'notice');
      return;
    }
    const only = this.sessions.length === 1 ? this.sessions[0]?.target.name : undefined;
    const rack = destination.rack ?? (resource?.scope === 'deck' ? undefined : only);
    this.#go(
      openLocation(this.state.history, locationOf({ ...destination, view: resource?.id ?? destination.view, rack })),
    );
  }

  /** Shows a text of its own (a log line in full). */
  openText(title: string, lines: readonly StyledLine[]): void {
    this.#texts += 1;
    const { rack, place } = this.location();
    const subject = { resource: this.location().view, rack, rowKey: `text-${this.#texts}`, name: title };
    const location = locationOf({ view: 'text', rack, place, subject });
    this.#pool.add(location, new TextBody({ lines: () => lines }, this.services.look, this));
    this.#go(openLocation(this.state.history, location));
  }

  /** `esc`: first takes back a filter that was typed here, then goes to where one came from. */
  back(): void {
    const location = this.location();
    if (location.filter !== location.givenFilter) {
      this.patch({ filter: location.givenFilter });
      return;
    }
    const history = goBack(this.state.history);
    if (history) this.#go(history);
    else this.toast('This is where you started; q leaves', 'muted');
  }

  step(direction: 'back' | 'forward'): void {
    const history = direction === 'back' ? goBack(this.state.history) : goForward(this.state.history);
    if (history) this.#go(history);
    else this.toast(direction === 'back' ? 'No earlier view' : 'No later view', 'muted');
  }

  patch(change: Partial<Location>): void {
    const { history } = this.state;
    this.store.setState({ history: replaceLocation(history, { ...currentLocation(history), ...change }) });
  }

  // --- what stands over the frame

  overlay(overlay: Overlay | undefined): void {
    this.store.setState({ overlay });
  }

  prompt(request: PromptRequest): void {
    const input = textInput(request.initial);
    this.store.setState({ prompt: { request, input, complaint: undefined }, toast: undefined });
  }

  toast(text: string, tone: Tone = 'plain'): void {
    const long = text.length > 60 || tone === 'warning' || tone === 'critical';
    const stays = long ? LONG_TOAST_MS : tone === 'muted' ? SHORT_TOAST_MS : TOAST_MS;
    const until = this.clock() + stays;
    this.store.setState({ toast: { text, tone, until } });
  }

  copy(text: string, what: string): void {
    if (text === '') this.toast(`There is no ${what} to copy`, 'muted');
    else if (this.services.copy(text)) this.toast(`Copied ${what} to the clipboard`, 'good');
    else this.toast(`${what} is too long for the clipboard (OSC 52)`, 'warning');
  }

  save(suggestedName: string, lines: Iterable<string>): Promise<string> {
    return this.services.save(suggestedName, lines);
  }

  // --- the outside

  resize(size: Size): void {
    this.store.setState({ size });
  }

  /** The next frame is a new one even if it says the same: for a screen that something else has written on. */
  repaint(): void {
    this.#paints += 1;
    this.changed();
  }

  /** How often {@link repaint} was asked for. */
  get paints(): number {
    return this.#paints;
  }

  quit(exit: DashboardExit = { reason: 'quit' }): void {
    this.#finish(exit);
  }

  /** Several changes, one repaint when the work is done. */
  batch(work: () => void): void {
    this.#notifier.batch(work);
  }

  /** Something may look different. */
  changed(): void {
    this.#notifier.changed();
  }

  /** Once a second: ages, countdowns, toasts that are over. */
  tick(): void {
    const now = this.clock();
    const { toast } = this.state;
    this.batch(() => {
      this.store.setState({ now, ...(toast && toast.until <= now ? { toast: undefined } : {}) });
      this.body()?.tick();
    });
  }

  dispose(): void {
    this.#ticker.stop();
    this.#loading.stop();
    for (const stop of this.#stops.splice(0)) stop();
    this.#pool.clear();
    this.guides?.dispose();
    this.#racks.clear();
    this.#notifier.dispose();
  }

  #go(history: History): void {
    const before = placeId(this.location());
    this.store.setState({ history, prompt: undefined, overlay: undefined });
    if (placeId(this.location()) === before) return;
    // What was said about the view before has no place under this one.
    this.store.setState({ toast: undefined });
    this.#arrive();
  }

  #arrive(): void {
    const location = this.location();
    if (this.sessions.length > 0 && this.body() === undefined) {
      const body = createBody(this, location, (other) => this.bodyAt(other));
      if (body) this.#pool.add(location, body);
    }
    this.#pool.show(this.body());
    this.#racks.follow(this.sessions, this.session(this.currentRack()));
    this.#loading.start(LOADING_AFTER_MS + 10, () => this.changed());
    this.changed();
  }

  /** The body of another place, for texts that speak of one of its rows. */
  bodyAt(location: Location): BodyView | undefined {
    const known = this.#pool.get(location);
    if (known) return known;
    const body = createBody(this, location, () => undefined);
    if (body) this.#pool.add(location, body);
    return body;
  }

  #isOnScreen(run: RunView): boolean {
    const body = this.body();
    return body instanceof RunPanel && body.run === run;
  }

  #guideDesk(services: GuideServices): GuideDesk {
    return new GuideDesk(services, {
      clock: () => this.clock(),
      changed: () => this.changed(),
      toast: (text, tone) => this.toast(text, tone),
      isOnScreen: (run) => this.#isOnScreen(run),
    });
  }

  #followRuns(actions: ActionServices): void {
    const follower = new RunFollower(actions, {
      toast: (text, tone) => this.toast(text, tone),
      changed: () => this.changed(),
      isOnScreen: (run) => this.#isOnScreen(run),
    });
    this.#stops.push(() => follower.dispose());
    const { recovered } = actions;
    if (recovered) this.#stops.push(recovered.subscribe(() => this.#tellRecovered(recovered.get())));
  }

  #tellRecovered([first, ...rest]: readonly string[]): void {
    if (first === undefined) return;
    this.toast(rest.length === 0 ? first : `${first} ${rest.length} more: see the journal.`, 'warning');
  }

  #racksChanged(): void {
    this.batch(() => {
      this.#pool.clear();
      this.#racks.clear();
      this.#arrive();
    });
  }

  #nextTick(): void {
    // On the full second, so that several ages on screen change together.
    this.#ticker.start(1_000 - (this.clock() % 1_000), () => {
      this.tick();
      this.#nextTick();
    });
  }
}
