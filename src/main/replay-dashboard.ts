import { basename, resolve } from 'node:path';
import { ACTIONS } from '../actions/index.ts';
import type { Invocation } from '../cli/invocation.ts';
import { renderFailure } from '../cli/render-failure.ts';
import { damageText, instantIn } from '../cli/run-replay.ts';
import { asFailure, Failure } from '../domain/failure.ts';
import { createDeck } from '../live/create-deck.ts';
import type { Deck } from '../live/deck.ts';
import { Playback } from '../live/recording/playback.ts';
import { readRecording } from '../live/recording/read-recording.ts';
import { type RecordingSource, recordingTargets } from '../live/recording/recording-targets.ts';
import { clipboardSequence } from '../platform/clipboard.ts';
import { ConfigFile } from '../platform/config-file.ts';
import type { EarlyKeys } from '../platform/early-keys.ts';
import type { Environment } from '../platform/environment.ts';
import { terminalCapabilities } from '../platform/terminal-capabilities.ts';
import { selectTarget } from '../targets/select-target.ts';
import type { TargetListing } from '../targets/target.ts';
import type { DashboardServices, StartPlace } from '../ui/dashboard-services.ts';
import { REPLAY_BINDINGS, type ReplayCommand, type ReplayControls } from '../ui/recording-controls.ts';
import { saveNew } from './save-new.ts';

export interface ReplayDashboardRun {
  readonly invocation: Extract<Invocation, { command: 'replay' }>;
  readonly environment: Environment;
  readonly version: string;
  readonly proc: NodeJS.Process;
  /** Typed while all this is loaded. */
  readonly keys: EarlyKeys;
}

const MINUTE_MS = 60_000;

/** Opens the dashboard on a recording: offline, nothing can be changed, the clock is the recording's. */
export async function runReplayDashboard(run: ReplayDashboardRun): Promise<number> {
  const { invocation, environment, proc } = run;
  const path = resolve(environment.cwd, invocation.replay.file);
  const [{ startDashboard }, reading, recording] = await Promise.all([
    import('../ui/start-dashboard.tsx'),
    new ConfigFile(environment).read(),
    readRecording(path),
  ]);
  const start = invocation.replay.at === undefined ? undefined : instantIn(recording, invocation.replay.at);
  const playback = new Playback(recording, environment.now, start);
  const source = { recording, name: basename(path), now: playback.now };
  const listing = recordingTargets(source);
  const deck = createDeck({ listing, now: playback.now, random: environment.random });
  const replay = new DashboardReplay(playback, source, deck);
  try {
    const place = startPlace(invocation, listing);
    await run.keys.handOver();
    const exit = await startDashboard(services(run, { deck, replay, place, keys: reading.settings.keys }));
    if (recording.damage) proc.stderr.write(`${damageText(recording)}\n`);
    if (exit.reason === 'quit') return 0;
    proc.stderr.write(renderFailure(asFailure(exit.error, 'The dashboard met something unexpected and closed')));
    return 1;
  } finally {
    await deck.dispose();
  }
}

/** Moves the clock; after a leap every rack is asked anew, because answers of another time are no answers. */
class DashboardReplay implements ReplayControls {
  readonly actions = ACTIONS;
  readonly #playback: Playback;
  readonly #source: RecordingSource;
  readonly #deck: Deck;
  #leaps = 0;

  constructor(playback: Playback, source: RecordingSource, deck: Deck) {
    this.#playback = playback;
    this.#source = source;
    this.#deck = deck;
  }

  get at(): number {
    return this.#playback.now();
  }

  get speed(): number | undefined {
    return this.#playback.speed;
  }

  get from(): number {
    return this.#source.recording.from;
  }

  get to(): number {
    return this.#source.recording.to;
  }

  listing(): TargetListing {
    const { recording } = this.#source;
    const listing = recordingTargets(this.#source, this.#leaps);
    if (!recording.damage) return listing;
    const what = damageText(recording);
    return { ...listing, problems: [new Failure({ kind: 'malformed', what, where: this.#source.name })] };
  }

  run(command: ReplayCommand): void {
    const before = this.at;
    switch (command) {
      case 'play':
        this.#playback.cycle();
        break;
      case 'step-back':
        this.#playback.step('back');
        break;
      case 'step-forward':
        this.#playback.step('forward');
        break;
      case 'minute-back':
        this.#playback.seek(before - MINUTE_MS);
        break;
      case 'minute-forward':
        this.#playback.seek(before + MINUTE_MS);
        break;
    }
    if (this.at !== before) this.#leap();
  }

  #leap(): void {
    this.#leaps += 1;
    void this.#deck.replaceTargets(this.listing());
  }
}

function startPlace({ common, replay }: ReplayDashboardRun['invocation'], listing: TargetListing): StartPlace {
  const { rack, app } = common;
  return {
    ...(replay.view === undefined ? {} : { view: replay.view }),
    ...(replay.filter === undefined ? {} : { filter: replay.filter }),
    ...(rack === undefined ? {} : { rack: selectTarget(listing, rack).name }),
    ...(app === undefined ? {} : { app }),
    ...(replay.service === undefined ? {} : { place: { service: replay.service } }),
  };
}

interface Parts {
  readonly deck: Deck;
  readonly replay: DashboardReplay;
  readonly place: StartPlace;
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

function services({ invocation, environment, version, proc }: ReplayDashboardRun, parts: Parts): DashboardServices {
  const { deck, replay, place, keys } = parts;
  const { common } = invocation;
  return {
    deck,
    replay,
    extraBindings: REPLAY_BINDINGS,
    listing: () => replay.listing(),
    now: () => replay.at,
    look: terminalCapabilities(environment, {
      isTTY: proc.stdout.isTTY === true,
      color: common.color,
      screenReader: common.screenReader,
    }),
    keyOverrides: keys,
    start: place,
    version,
    demo: false,
    stdin: proc.stdin,
    stdout: proc.stdout,
    copy: (text) => {
      const sequence = clipboardSequence(text, environment);
      if (sequence === undefined) return false;
      proc.stdout.write(sequence);
      return true;
    },
    save: (name, lines) => saveNew(resolve(environment.cwd, name), lines),
    login: () => {
      throw new Failure({ kind: 'usage', what: 'There is nothing to log in to in a recording' });
    },
    logout: async () => {},
    reloadTargets: async () => replay.listing(),
  };
}
