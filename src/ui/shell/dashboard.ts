import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RackSession } from '../../live/rack-session.ts';
import { SingleTimer, SYSTEM_TIMERS } from '../../live/timers.ts';
import type { Tone } from '../../resources/column.ts';
import type { AnyResource } from '../../resources/define-resource.ts';
import { RESOURCES } from '../../resources/index.ts';
import { ActionDoor } from '../actions/action-door.ts';
import type { ActionServices, RunView } from '../actions/action-services.ts';
import { RunFollower } from '../actions/run-follower.ts';
import { RunPanel } from '../actions/run-panel.ts';
import type { Selection } from '../actions/selection.ts';
import type { DashboardExit, DashboardServices } from '../dashboard-services.ts';
import { GuideDesk } from '../guides/guide-desk.ts';
import type { GuideServices } from '../guides/guide-services.ts';
import { keyLabel } from '../keys/key-label.ts';
import type { KeyMap } from '../keys/key-map.ts';
import { type Destination, type Location, locationOf } from '../navigation/location.ts';
import type { StyledLine } from '../text/styled-line.ts';
import { createTheme, type Theme } from '../theme/theme.ts';
import type { BodyView } from './body-view.ts';
import { ChangeNotifier } from './change-notifier.ts';
import { dashboardKeys } from './dashboard-keys.ts';
import { type DashboardState, initialState, type Overlay, type Size } from './dashboard-state.ts';
import { Itinerary } from './itinerary.ts';
import { KnownApps } from './known-apps.ts';
import type { LogBodyHost } from './log-body.ts';
import type { PromptRequest } from './prompt.ts';
import { RackFollower } from './rack-follower.ts';
import { firstRemark, type Remarks } from './remarks.ts';
import { selectionOnScreen } from './selection-on-screen.ts';
import { startDestination } from './start-destination.ts';
import { LOADING_AFTER_MS } from './table-body.ts';
import { textInput } from './text-input.ts';
import { toastOf } from './toast.ts';
import type { VitalsWatch } from './vitals-watch.ts';

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
  readonly #places: Itinerary;
  readonly #racks: RackFollower;
  readonly #notifier = new ChangeNotifier();
  readonly #ticker: SingleTimer;
  readonly #loading: SingleTimer;
  readonly #stops: (() => void)[] = [];
  #finish: (exit: DashboardExit) => void = () => {};
  #paints = 0;

  constructor(services: DashboardServices, size: Size) {
    this.services = services;
    this.resources = services.resources ?? RESOURCES;
    this.keys = dashboardKeys(services);
    this.theme = createTheme(services.look);
    const changed = (): void => this.changed();
    this.#places = new Itinerary(this, () => this.#arrived());
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
    this.#places.arrive();
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
    return this.#places.body();
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
    return this.#places.location();
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
    this.#places.open(destination);
  }

  openText(title: string, lines: readonly StyledLine[]): void {
    this.#places.openText(title, lines);
  }

  back(): void {
    this.#places.back();
  }

  step(direction: 'back' | 'forward'): void {
    this.#places.step(direction);
  }

  patch(change: Partial<Location>): void {
    this.#places.patch(change);
  }

  bodyAt(location: Location): BodyView | undefined {
    return this.#places.bodyAt(location);
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
    this.store.setState({ toast: toastOf(text, tone, this.clock()) });
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
    this.#places.clear();
    this.guides?.dispose();
    this.#racks.clear();
    this.#notifier.dispose();
  }

  #arrived(): void {
    this.#racks.follow(this.sessions, this.session(this.currentRack()));
    this.#loading.start(LOADING_AFTER_MS + 10, () => this.changed());
    this.changed();
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
  }

  #racksChanged(): void {
    this.batch(() => {
      this.#places.clear();
      this.#racks.clear();
      this.#places.arrive();
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
