import { resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CommonFlags, Invocation } from '../cli/invocation.ts';
import { renderFailure } from '../cli/render-failure.ts';
import { asFailure } from '../domain/failure.ts';
import { createDeck } from '../live/create-deck.ts';
import type { Deck } from '../live/deck.ts';
import { HistoryStore } from '../live/history-store.ts';
import { RecordingTap } from '../live/recording/recording-tap.ts';
import { clipboardSequence } from '../platform/clipboard.ts';
import { ConfigFile } from '../platform/config-file.ts';
import type { EarlyKeys } from '../platform/early-keys.ts';
import type { Environment } from '../platform/environment.ts';
import { liveGuardrails } from '../platform/live-guardrails.ts';
import { type NotificationChannel, notificationSequence } from '../platform/notification.ts';
import { terminalCapabilities } from '../platform/terminal-capabilities.ts';
import { selectTarget } from '../targets/select-target.ts';
import type { TargetListing } from '../targets/target.ts';
import type { ActionServices } from '../ui/actions/action-services.ts';
import type { DashboardServices, SearchedPlace, StartPlace } from '../ui/dashboard-services.ts';
import type { GuideServices } from '../ui/guides/guide-services.ts';
import { startPlaceOf } from '../ui/navigation/location-address.ts';
import { TerminalLoan } from '../ui/terminal/terminal-loan.ts';
import { dashboardGuides } from './dashboard-guides.ts';
import { DashboardRecording } from './dashboard-recording.ts';
import { openTrace } from './debug-trace.ts';
import { tuneForLongStay } from './engine-flags.ts';
import { openJournals } from './journals.ts';
import { LateActions } from './late-actions.ts';
import { endLogin, startLogin } from './logins.ts';
import { searchedPlaces } from './searched-places.ts';
import { createWorld, type World } from './world.ts';

export interface DashboardRun {
  readonly invocation: Extract<Invocation, { command: 'dashboard' | 'view' | 'open' }>;
  readonly environment: Environment;
  readonly version: string;
  readonly proc: NodeJS.Process;
  /** Typed while all this is loaded. */
  readonly keys: EarlyKeys;
}

/** Opens the dashboard and stays until the person leaves it. Resolves with the exit code. */
export async function runDashboard({
  invocation,
  environment,
  version,
  proc,
  keys: typed,
}: DashboardRun): Promise<number> {
  const { common } = invocation;
  const [{ startDashboard }, trace, reading] = await Promise.all([
    import('../ui/start-dashboard.tsx'),
    openTrace(environment, common.debug),
    new ConfigFile(environment).read(),
  ]);
  const world = await createWorld(environment, { common, version, ...trace.hook });
  const tap = new RecordingTap();
  let listing = tap.listing(await world.list({ wanted: common.rack }));
  const start = await startPlace(invocation, listing);
  // Only the first-run screen shows them: who has racks does not wait for it.
  const searched = listing.targets.length === 0 ? await searchedPlaces(environment) : undefined;
  const deck = createDeck({
    listing,
    now: environment.now,
    random: environment.random,
    // The past of a demo ends with it.
    sampling: {
      openStore: ({ demo, id }) => (demo ? undefined : new HistoryStore({ environment, target: id })),
    },
  });
  const recording = new DashboardRecording({ environment, version, deck, tap, listing: () => listing });
  const terminal = new TerminalLoan();
  const { readOnly } = common;
  const { notify, keys } = reading.settings;
  const guardrails = liveGuardrails(environment, reading.settings.guardrails);
  const actions = new LateActions({ world, deck, guardrails, proc, readOnly, suspend: terminal.lend });
  const notifier = await notifierFor(common.notify ?? notify, deck, environment, proc);
  const list = async () => {
    listing = tap.listing(await world.list());
    return listing;
  };
  try {
    tuneForLongStay(proc);
    await typed.handOver();
    const left = startDashboard(
      services({
        world,
        deck,
        recording,
        actions,
        guides: dashboardGuides({ world, version, rules: () => guardrails.current(), readOnly: actions.readOnly }),
        terminal,
        list,
        listing,
        common,
        start,
        version,
        proc,
        searched,
        keys,
      }),
    );
    // The first frame is out when it is our turn again.
    void nextTurn().then(() => actions.load());
    const exit = await left;
    if (exit.reason === 'quit') return 0;
    proc.stderr.write(renderFailure(asFailure(exit.error, 'The dashboard met something unexpected and closed')));
    return 1;
  } finally {
    notifier?.dispose();
    await actions.close();
    await recording.dispose();
    await deck.dispose();
    await world.close();
    await trace.close();
  }
}

/** Off by default: a terminal that beeps unasked is switched off. */
async function notifierFor(
  channel: NotificationChannel,
  deck: Deck,
  { now }: Environment,
  proc: NodeJS.Process,
): Promise<{ dispose(): void } | undefined> {
  if (channel === 'none') return undefined;
  const { StateNotifier } = await import('../live/state-notifier.ts');
  return new StateNotifier({
    deck,
    now,
    notify: (text) => void proc.stdout.write(notificationSequence(channel, text)),
  });
}

/** `--rack` may be a part of a name: it is settled before the screen opens, so that a slip is a sentence in the shell. */
async function startPlace(invocation: DashboardRun['invocation'], listing: TargetListing): Promise<StartPlace> {
  if (invocation.command === 'open') {
    const { resolveAddress } = await import('./open-command.ts');
    return startPlaceOf(resolveAddress(invocation.open.address, listing));
  }
  const { rack, app } = invocation.common;
  const view = invocation.command === 'view' ? invocation.view : undefined;
  const name = rack === undefined ? undefined : selectTarget(listing, rack).name;
  return {
    ...(view === undefined ? {} : { view: view.view }),
    ...(view?.filter === undefined ? {} : { filter: view.filter }),
    ...(name === undefined ? {} : { rack: name }),
    ...(app === undefined ? {} : { app }),
  };
}

interface Parts {
  readonly world: World;
  readonly recording: DashboardRecording;
  readonly actions: ActionServices;
  readonly guides: GuideServices;
  readonly terminal: TerminalLoan;
  /** Lists the targets again. */
  readonly list: () => Promise<TargetListing>;
  readonly deck: Deck;
  readonly listing: TargetListing;
  readonly common: CommonFlags;
  readonly start: StartPlace;
  readonly version: string;
  readonly proc: NodeJS.Process;
  readonly keys: Readonly<Record<string, readonly string[]>>;
  readonly searched: readonly SearchedPlace[] | undefined;
}

function services(parts: Parts): DashboardServices {
  const { world, deck, common, proc, version } = parts;
  const { environment } = world;
  let { listing } = parts;
  const reloadTargets = async () => {
    listing = await parts.list();
    await deck.replaceTargets(listing);
    return listing;
  };
  return {
    deck,
    recording: parts.recording,
    actions: parts.actions,
    guides: parts.guides,
    terminal: parts.terminal,
    journalOf: openJournals(environment),
    listing: () => listing,
    now: environment.now,
    look: terminalCapabilities(environment, {
      isTTY: proc.stdout.isTTY === true,
      color: common.color,
      screenReader: common.screenReader,
    }),
    keyOverrides: parts.keys,
    ...(parts.searched === undefined ? {} : { searchedPlaces: parts.searched }),
    start: parts.start,
    version,
    // Asked anew: the first-run screen may open the demo later.
    get demo() {
      return world.demo;
    },
    stdin: proc.stdin,
    stdout: proc.stdout,
    copy: (text) => {
      const sequence = clipboardSequence(text, environment);
      if (sequence === undefined) return false;
      proc.stdout.write(sequence);
      return true;
    },
    save: async (name, lines) => {
      const { saveNew } = await import('./save-new.ts');
      return saveNew(resolve(environment.cwd, name), lines);
    },
    login: (request, options) => startLogin(world, version, request, options),
    logout: async (target) => {
      await endLogin(world, target);
    },
    reloadTargets,
    openDemo: async () => {
      await world.openDemo();
      return reloadTargets();
    },
  };
}
