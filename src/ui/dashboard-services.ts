import type { Writable } from 'node:stream';
import type { Deck } from '../live/deck.ts';
import type { Timers } from '../live/timers.ts';
import type { AnyResource, Place } from '../resources/define-resource.ts';
import type { LoginFlow, Target, TargetListing } from '../targets/target.ts';
import type { ActionServices } from './actions/action-services.ts';
import type { GuideServices } from './guides/guide-services.ts';
import type { KeyBinding } from './keys/key-binding.ts';
import type { RecordingControls, ReplayControls } from './recording-controls.ts';
import type { JournalOf } from './table/row-feed.ts';
import type { TerminalLoan } from './terminal/terminal-loan.ts';

/** What the terminal can show (platform/terminal-capabilities.ts). */
export interface TerminalLook {
  /** 0: NO_COLOR or dumb; 1: 16 colours; 2: 256; 3: truecolour. */
  readonly colorDepth: 0 | 1 | 2 | 3;
  readonly unicode: boolean;
  readonly screenReader: boolean;
}

/** Where the dashboard opens: flags of the command line; missing parts mean the board. */
export interface StartPlace {
  readonly view?: string;
  readonly rack?: string;
  readonly app?: string;
  readonly filter?: string;
  /** What narrows it besides the app: a service, a process ... */
  readonly place?: Place;
  /** The text screen of one row instead of the table. */
  readonly row?: { readonly key: string; readonly screen: 'describe' | 'raw' };
}

/** Everything the dashboard needs from the world, handed in by main: a test can be any world. */
export interface DashboardServices {
  readonly deck: Deck;
  readonly listing: () => TargetListing;
  readonly now: () => number;
  readonly look: TerminalLook;
  readonly keyOverrides: Readonly<Record<string, readonly string[]>>;
  readonly start: StartPlace;
  readonly version: string;
  readonly demo: boolean;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream | (Writable & { columns: number; rows: number });
  /** OSC 52; resolves false where the text is too long for it. */
  copy(text: string): boolean;
  /** Writes a file into the working folder or the path given, gzipped where its name ends in `.gz`; never overwrites. */
  save(suggestedName: string, lines: Iterable<string>): Promise<string>;
  /** New or repeated login for a gateway or OIDC target. */
  login(
    target: Target | { readonly name: string; readonly url: string },
    options?: { readonly noBrowser?: boolean },
  ): LoginFlow;
  logout(target: Target): Promise<void>;
  /** Lists targets again (after a login or a config change) and gives them to the deck. */
  reloadTargets(): Promise<TargetListing>;
  /** Starts the embedded demo racks beside or instead of what was found; undefined where that is not possible. */
  openDemo?(): Promise<TargetListing>;
  /** Where racks were looked for, for the first-run screen. Default: the places every installation has. */
  readonly searchedPlaces?: readonly SearchedPlace[];
  /** Key bindings of screens that live elsewhere, for help and remapping. */
  readonly extraBindings?: readonly KeyBinding[];
  /** Everything that changing a rack needs; undefined where nothing can be changed. */
  readonly actions?: ActionServices;
  /** Guided migrations; undefined where there are none (a recording). */
  readonly guides?: GuideServices;
  /** Through it others get the terminal for a while. */
  readonly terminal?: TerminalLoan;
  /** `record` in the palette; undefined where that is not offered. */
  readonly recording?: RecordingControls;
  /** What is on screen is a recording. */
  readonly replay?: ReplayControls;
  /** Paints every line anew (`^l`); set by start-dashboard. */
  repaint?(): void;
  /** Where the actions on a rack are recorded; those on a demo rack end with it. */
  readonly journalOf?: JournalOf;
  /** Default: the registry. */
  readonly resources?: readonly AnyResource[];
  /** Default: the system's timers. */
  readonly timers?: Timers;
}

/** One place where racks can come from, and what was found there. */
export interface SearchedPlace {
  /** `RACK_URL`, `~/.config/rack-gateway/config.json`. */
  readonly place: string;
  /** `not set`, `no such file`, `2 racks`. */
  readonly outcome: string;
}

export type DashboardExit = { readonly reason: 'quit' } | { readonly reason: 'crash'; readonly error: unknown };
