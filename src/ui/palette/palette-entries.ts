import { ALLOWED, isUndecided, refused, type Verdict } from '../../domain/verdict.ts';
import type { GuideEntry } from '../../guides/guide-catalogue.ts';
import type { RackSession } from '../../live/rack-session.ts';
import type { AnyResource, Place } from '../../resources/define-resource.ts';
import type { Offer } from '../actions/action-door.ts';
import { subjectWords } from '../actions/selection.ts';
import { appliesTo, guideDestination } from '../guides/guide-places.ts';
import type { PaletteEntry } from './palette-entry.ts';

/** What the palette is built from; all of it is known without a request. */
export interface PaletteWorld {
  readonly resources: readonly AnyResource[];
  readonly sessions: readonly RackSession[];
  /** The rack that a view opened now would speak of: the current one, else the one under the cursor. */
  readonly rack: string | undefined;
  /** The app whose view is on screen. */
  readonly app: string | undefined;
  /** The app under the cursor, for what needs one. */
  readonly focusedApp: string | undefined;
  /** The app of this rack that was looked at last, where neither the place nor the cursor names one. */
  readonly recentApp: string | undefined;
  /** App names seen so far, per rack. */
  readonly apps: readonly { readonly rack: string; readonly app: string }[];
  readonly canOpenDemo: boolean;
  readonly canRecord?: boolean;
  /** What can be done with what is chosen, refused ones too. */
  readonly actions?: readonly Offer[];
  /** Is there a list of runs to open? */
  readonly hasRuns?: boolean;
  /** Guided migrations, or why there are none. Default: none. */
  readonly guides?: readonly GuideEntry[] | string;
}

export function paletteEntries(world: PaletteWorld): readonly PaletteEntry[] {
  if (world.sessions.length === 0) return commandEntries(world);
  return [
    ...world.resources.map((resource) => viewEntry(resource, world)),
    logsEntry(world),
    ...guideEntries(world),
    ...world.sessions.map((session) => rackEntry(session)),
    ...world.apps.map(({ rack, app }) => appEntry(rack, app, world)),
    ...(world.actions ?? []).map((offer) => actionEntry(offer)),
    ...commandEntries(world),
  ];
}

function viewEntry(resource: AnyResource, world: PaletteWorld): PaletteEntry {
  const app = appFor(resource, world);
  const rack = resource.scope === 'deck' ? undefined : world.rack;
  return {
    kind: 'view',
    name: resource.id,
    aliases: resource.aliases,
    about: `${scopeWords(resource, world, app)}${resource.about}`,
    verdict: viewVerdict(resource, world, app),
    target: { go: { view: resource.id, rack, place: placeOf(app) } },
  };
}

/** Views of an app take the one under the cursor or the last one; a rack's view is narrowed only by the app one is in. */
function appFor(resource: AnyResource, world: PaletteWorld): string | undefined {
  if (resource.scope === 'app') return world.app ?? world.focusedApp ?? world.recentApp;
  return resource.scope === 'rack' && resource.route.includes('{app}') ? world.app : undefined;
}

function placeOf(app: string | undefined): Place {
  return app === undefined ? {} : { app };
}

function scopeWords(resource: AnyResource, world: PaletteWorld, app: string | undefined): string {
  if (resource.scope === 'deck') return '';
  // In front: the end of a long description is what a narrow terminal cuts.
  if (app !== undefined) return `(${app}) `;
  return resource.scope === 'rack' && world.rack === undefined && world.sessions.length > 1 ? '(all racks) ' : '';
}

function viewVerdict(resource: AnyResource, world: PaletteWorld, app: string | undefined): Verdict {
  if (resource.scope === 'deck') return ALLOWED;
  if (resource.scope === 'app' && app === undefined) {
    return refused('target', 'choose an app first, in the board or in apps');
  }
  const session = world.sessions.find((each) => each.target.name === world.rack);
  if (session === undefined) return ALLOWED;
  const access = session.access.get();
  const offered = access.offers(resource.route);
  if (!offered.allowed) return offered;
  const allowed = access.can(resource.needs);
  // Right after the start nobody has told yet what one may do: a view is opened all the same, and asks (resources/run-query.ts).
  return isUndecided(allowed) ? ALLOWED : allowed;
}

function logsEntry(world: PaletteWorld): PaletteEntry {
  const app = world.app ?? world.focusedApp;
  const { rack } = world;
  return {
    kind: 'view',
    name: 'logs',
    aliases: ['log'],
    about: app === undefined ? `logs of the rack${rack === undefined ? '' : ` ${rack}`}` : `logs of ${app}`,
    verdict: rack === undefined ? refused('target', 'choose a rack or an app first') : ALLOWED,
    target: { go: { view: 'logs', rack, place: placeOf(app) } },
  };
}

/** The list, and each guide on the rack at hand. What a rack is too old for can be looked at: its checklist says what to do. */
function guideEntries({ guides = [], rack, sessions }: PaletteWorld): readonly PaletteEntry[] {
  const session = sessions.find((each) => each.target.name === rack);
  const list: PaletteEntry = {
    kind: 'view',
    name: 'guides',
    aliases: ['migrations', 'checklists'],
    about: `${session || sessions.length === 1 ? '' : '(all racks) '}the guided migrations and their progress`,
    verdict: typeof guides === 'string' ? refused('target', guides) : ALLOWED,
    target: { go: { view: 'guides', rack: session?.target.name } },
  };
  if (typeof guides === 'string') return [list];
  return [list, ...guides.map((entry) => guideEntry(entry, session))];
}

function guideEntry(entry: GuideEntry, session: RackSession | undefined): PaletteEntry {
  const applies = session ? appliesTo(entry, session) : refused('target', 'choose a rack first');
  const rack = session?.target.name ?? '';
  const later = !applies.allowed && applies.because === 'version' ? `${applies.reason}: ` : '';
  return {
    kind: 'guide',
    name: entry.id,
    aliases: [entry.title.toLowerCase(), `guide ${entry.id}`],
    about: `${rack === '' ? '' : `(${rack}) `}${later}${entry.about}`,
    verdict: later === '' ? applies : ALLOWED,
    target: { go: guideDestination(entry.id, rack) },
  };
}

function rackEntry(session: RackSession): PaletteEntry {
  const { target } = session;
  const link = session.link.get();
  const state = link.kind === 'logged-out' ? ', not logged in' : link.kind === 'offline' ? ', offline' : '';
  return {
    kind: 'rack',
    name: target.name,
    aliases: [],
    about: `rack, ${target.kind}, ${target.origin}${state}`,
    verdict: ALLOWED,
    target: { go: { view: 'apps', rack: target.name } },
  };
}

function appEntry(rack: string, app: string, world: PaletteWorld): PaletteEntry {
  return {
    kind: 'app',
    name: app,
    aliases: [`${rack}/${app}`],
    about: world.sessions.length > 1 ? `app on ${rack}` : 'app',
    verdict: ALLOWED,
    target: { go: { view: 'processes', rack, place: { app } } },
  };
}

function actionEntry({ action, subjects, verdict }: Offer): PaletteEntry {
  const words = subjectWords(subjects, undefined);
  return {
    kind: 'action',
    name: action.title.toLowerCase(),
    aliases: [action.id],
    about: `${words === '' ? '' : `(${words}) `}${action.about}`,
    verdict,
    target: { action },
  };
}

function commandEntries(world: PaletteWorld): readonly PaletteEntry[] {
  const entries: PaletteEntry[] = [
    command('log in', ['login', 'gateway'], 'log in to a rack gateway', 'app.login-form'),
    command('access', ['who am i', 'roles'], 'who you are on this rack, and what each role may do', 'app.access'),
    command('settings', ['warnings', 'notices'], 'what is wrong with the settings, in full', 'app.problems'),
    command('copy address', ['address', 'link', 'share'], 'copy where this view stands', 'app.copy-address'),
    command('help', ['keys'], 'keys of this view', 'app.help'),
    command('refresh', [], 'ask the rack now', 'app.refresh'),
    command('quit', ['exit', 'q', 'q!'], 'leave rackdeck', 'app.quit'),
  ];
  if (world.hasRuns) {
    entries.push(
      {
        kind: 'command',
        name: 'runs',
        aliases: ['actions of this session', 'proxies'],
        about: 'actions of this session and what became of them; open proxies',
        verdict: ALLOWED,
        target: { go: { view: 'runs' } },
      },
      command('read-only', ['readonly', 'safe'], 'switch read-only on or off for all racks', 'app.read-only'),
    );
  }
  if (world.canRecord) {
    entries.push(command('record', ['rec', 'stop recording'], 'start or stop a recording of all racks', 'app.record'));
  }
  if (world.canOpenDemo) entries.push(command('demo', [], 'open the embedded demo racks', 'app.demo'));
  return entries;
}

function command(name: string, aliases: readonly string[], about: string, id: string): PaletteEntry {
  return { kind: 'command', name, aliases, about, verdict: ALLOWED, target: { command: id } };
}
