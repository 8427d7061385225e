import type { FreezeWindow } from './freeze-window.ts';

/** Actions that are not to be had, everywhere or in some apps. */
export interface Denial {
  /** Ids, or patterns such as `app.*`. */
  readonly actions: readonly string[];
  /** Names or patterns; undefined: in every app, and on the rack itself. */
  readonly apps: readonly string[] | undefined;
  readonly reason: string | undefined;
}

/** What one-off commands may be run, and where. Undefined: the wider section's word, then the defaults below. */
export interface RunRules {
  /** Only in these. */
  readonly services?: readonly string[] | undefined;
  readonly forbiddenServices?: readonly string[] | undefined;
  /** Only these, where given. */
  readonly approvedCommands?: readonly string[] | undefined;
  /** Only for administrators. */
  readonly adminCommands?: readonly string[] | undefined;
}

/** One place of the settings that holds guardrails: the defaults, or one rack. */
export interface GuardrailSection {
  /** `guardrails`, or `racks."acme/prod"`. */
  readonly place: string;
  /** It could not be understood: what is wrong. Nothing may be changed then. */
  readonly problem?: string | undefined;
  readonly protected?: boolean | undefined;
  readonly readOnly?: boolean | undefined;
  readonly maxBulk?: number | undefined;
  readonly freeze: readonly FreezeWindow[];
  readonly denyActions: readonly Denial[];
  readonly run: RunRules;
}

/** All guardrails of the settings (screens.md 4). */
export interface GuardrailRules {
  /** `~/.config/rackdeck/config.json`. */
  readonly file: string;
  readonly defaults: GuardrailSection;
  /** By the name that the list of racks shows. */
  readonly racks: ReadonlyMap<string, GuardrailSection>;
}

export const DEFAULT_FORBIDDEN_SERVICES: readonly string[] = ['web', 'worker'];

/** Consoles into live data. */
export const DEFAULT_ADMIN_COMMANDS: readonly string[] = [
  'rails console',
  'rails c',
  'rails dbconsole',
  'rails db',
  'irb',
  'pry',
  'artisan tinker',
  'artisan db',
  'manage.py shell',
  'manage.py shell_plus',
  'manage.py dbshell',
  'iex',
  'psql',
  'mysql',
  'mariadb',
  'mongo',
  'mongosh',
  'redis-cli',
];

export function emptySection(place: string): GuardrailSection {
  return { place, freeze: [], denyActions: [], run: {} };
}

/** No file, or nothing in it. */
export function noGuardrails(file: string): GuardrailRules {
  return { file, defaults: emptySection('guardrails'), racks: new Map() };
}

/** A value with the place that it stands in: `racks."acme/prod".maxBulk`. */
export interface Placed<T> {
  readonly value: T;
  readonly place: string;
}

/** The sections that hold for a rack, its own first. Lists of all of them count; of single values the first one does. */
export function sectionsOf(rules: GuardrailRules, rack: string): readonly GuardrailSection[] {
  const own = settingNamesOf(rack).map((name) => rules.racks.get(name));
  const first = own.find((section) => section !== undefined);
  return first === undefined ? [rules.defaults] : [first, rules.defaults];
}

const DOUBLED = /^(?:env|gateway|terraform|direct|console|oidc|demo):((.+?)(?:-\d+)?)$/;

/**
 * The names under which the settings may speak of a rack. A name that two sources have gets its source in front and perhaps a number (`gateway:staging`, `direct:staging-2`). What
 * was said about `staging` must not lapse because a second one turned up.
 */
export function settingNamesOf(rack: string): readonly string[] {
  const [, bare, unnumbered] = DOUBLED.exec(rack) ?? [];
  return [rack, bare, unnumbered].filter((name) => name !== undefined);
}

type SingleField = 'protected' | 'readOnly' | 'maxBulk';

export function firstOf<Field extends SingleField>(
  sections: readonly GuardrailSection[],
  field: Field,
): Placed<NonNullable<GuardrailSection[Field]>> | undefined {
  for (const section of sections) {
    const value = section[field];
    if (value !== undefined) return { value, place: `${section.place}.${field}` };
  }
  return undefined;
}

export function firstRunRule(
  sections: readonly GuardrailSection[],
  field: keyof RunRules,
): Placed<readonly string[]> | undefined {
  for (const { run, place } of sections) {
    const value = run[field];
    if (value !== undefined) return { value, place: `${place}.run.${field}` };
  }
  return undefined;
}

export function allOf<Field extends 'freeze' | 'denyActions'>(
  sections: readonly GuardrailSection[],
  field: Field,
): readonly Placed<GuardrailSection[Field][number]>[] {
  return sections.flatMap((section) =>
    section[field].map((value, at) => ({ value, place: `${section.place}.${field}[${at}]` })),
  );
}

/** The first section that could not be understood. */
export function brokenSection(sections: readonly GuardrailSection[]): GuardrailSection | undefined {
  return sections.find((section) => section.problem !== undefined);
}

/** Ask for its name before anything changes (screens.md 4). What cannot be understood is protected. */
export function isProtectedRack(rules: GuardrailRules, rack: string): boolean {
  const sections = sectionsOf(rules, rack);
  return brokenSection(sections) !== undefined || firstOf(sections, 'protected')?.value === true;
}

/** The settings alone say that nothing is changed on this rack. */
export function isReadOnlyRack(rules: GuardrailRules, rack: string): boolean {
  const sections = sectionsOf(rules, rack);
  return brokenSection(sections) !== undefined || firstOf(sections, 'readOnly')?.value === true;
}
