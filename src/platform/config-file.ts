import { join } from 'node:path';
import * as z from 'zod/mini';
import { asFailure, Failure } from '../domain/failure.ts';
import { type GuardrailRules, isProtectedRack, isReadOnlyRack, noGuardrails } from '../domain/guardrail-rules.ts';
import { readTextFile } from './atomic-file.ts';
import type { Environment } from './environment.ts';
import { withFileLock } from './file-lock.ts';
import { type GuardrailFile, lostGuardrails, readGuardrails } from './guardrail-settings.ts';
import { homePath } from './home-path.ts';
import type { NotificationChannel } from './notification.ts';
import { configFolder, ensurePrivateFolder } from './state-folder.ts';

/** Settings of one rack, by the name that the list of racks shows. */
export interface RackSettings {
  /** Do not verify its TLS certificate. */
  readonly insecure: boolean;
  /** Ask for its name before anything changes (screens.md 4). */
  readonly protected: boolean;
  readonly readOnly: boolean;
}

/** Our own settings: `config.json` in the configuration folder, written by people and by this program. */
export interface Settings {
  readonly theme: string | undefined;
  /** How to tell that a rack or an app changed state. */
  readonly notify: NotificationChannel;
  /** Action id to keys. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  readonly racks: ReadonlyMap<string, RackSettings>;
  /** What must not be done, where and when. Sections that could not be understood are read-only. */
  readonly guardrails: GuardrailRules;
  /** Racks that are configured here; each entry is checked by whoever knows its kind. */
  readonly targets: readonly unknown[];
}

export interface SettingsReading {
  readonly settings: Settings;
  /** What could not be used; defaults stand in its place. */
  readonly problems: readonly Failure[];
}

/** What this program itself may write. */
export interface SettingsChange {
  readonly theme?: string;
  readonly keys?: Readonly<Record<string, readonly string[]>>;
  readonly racks?: Readonly<Record<string, Partial<RackSettings>>>;
  readonly targets?: readonly object[];
}

export const DEFAULT_SETTINGS: Settings = {
  theme: undefined,
  notify: 'none',
  keys: {},
  racks: new Map(),
  guardrails: noGuardrails('config.json'),
  targets: [],
};

const keyList = z.union([z.string(), z.array(z.string())]);
const FIELDS = {
  theme: z.optional(z.string()),
  notify: z.optional(z.enum(['bell', 'osc9', 'none'])),
  keys: z.optional(z.record(z.string(), keyList)),
  targets: z.optional(z.array(z.unknown())),
} as const;

const CONFIG_NAME = 'config';

/** The file on disk. Reading loads nothing heavy; writing goes through `conf`, loaded when it is first needed. */
export class ConfigFile {
  readonly path: string;
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
    this.path = join(configFolder(environment), `${CONFIG_NAME}.json`);
  }

  /** Never rejects: a malformed file, or a part of it, is a problem with a sentence, and defaults are used. */
  async read(): Promise<SettingsReading> {
    const shown = homePath(this.path, this.#environment.home);
    try {
      const document = await this.#document();
      if (document !== undefined) return readSettings(document, { path: this.path, shown });
      return { settings: { ...DEFAULT_SETTINGS, guardrails: noGuardrails(shown) }, problems: [] };
    } catch (error) {
      const failure = asFailure(error, `Could not read ${this.path}`);
      const guardrails = lostGuardrails({ path: this.path, shown }, failure.why ?? 'it could not be read');
      return { settings: { ...DEFAULT_SETTINGS, guardrails }, problems: [failure] };
    }
  }

  /**
   * Writes the given settings; the rest of the file stays, also what we do not know. Throws a `malformed` Failure where the
   * file cannot be understood: it is never overwritten.
   */
  async save(change: SettingsChange): Promise<void> {
    const folder = configFolder(this.#environment);
    await ensurePrivateFolder(folder);
    const { hostname, now, random } = this.#environment;
    const lock = { hostname, now, random };
    await withFileLock(`${this.path}.lock`, () => this.#write(folder, change), lock);
  }

  async #write(folder: string, change: SettingsChange): Promise<void> {
    const before = (await this.#document()) ?? {};
    const { default: Conf } = await import('conf');
    try {
      const conf = new Conf<Record<string, unknown>>({
        cwd: folder,
        configName: CONFIG_NAME,
        configFileMode: 0o600,
        clearInvalidConfig: false,
        accessPropertiesByDotNotation: false,
        serialize: (value) => `${JSON.stringify(value, undefined, 2)}\n`,
      });
      for (const [key, value] of Object.entries(change)) conf.set(key, merged(key, before[key], value));
    } catch (error) {
      throw asFailure(error, `Could not write ${this.path}`);
    }
  }

  async #document(): Promise<Record<string, unknown> | undefined> {
    const text = await readTextFile(this.path);
    return text === undefined ? undefined : settingsDocument(text, this.path);
  }
}

/** Undefined where there is nothing in it. Throws a `malformed` Failure that names the file. */
export function settingsDocument(text: string, path: string): Record<string, unknown> | undefined {
  if (text.trim() === '') return undefined;
  const value = parsed(text);
  if (isObject(value)) return value;
  const why = value === undefined ? 'it is not valid JSON' : 'it is not a JSON object';
  throw problem(path, `Could not understand ${path}`, why, UNREADABLE);
}

/** Settings of one rack are added to those that are there; everything else is replaced. */
function merged(key: string, before: unknown, value: unknown): unknown {
  if (key !== 'racks' || !isObject(before) || !isObject(value)) return value;
  // A map: a rack may be called `__proto__`.
  const racks = new Map(Object.entries(before));
  for (const [name, settings] of Object.entries(value)) {
    const known = racks.get(name);
    racks.set(name, isObject(known) && isObject(settings) ? { ...known, ...settings } : settings);
  }
  return Object.fromEntries(racks);
}

function readSettings(document: Record<string, unknown>, file: GuardrailFile): SettingsReading {
  const { path } = file;
  const problems: Failure[] = [];
  const field = <T>(
    name: keyof typeof FIELDS,
    parse: (value: unknown) => { success: boolean; data?: T },
    expected: string,
  ) => {
    const result = parse(Object.hasOwn(document, name) ? document[name] : undefined);
    if (result.success) return result.data;
    problems.push(problem(path, `The setting \`${name}\` in ${path} cannot be used`, `it must be ${expected}`));
    return undefined;
  };
  const notify = field('notify', (value) => z.safeParse(FIELDS.notify, value), '`bell`, `osc9` or `none`');
  const theme = field('theme', (value) => z.safeParse(FIELDS.theme, value), 'a text');
  const keys = field('keys', (value) => z.safeParse(FIELDS.keys, value), 'an object of key names');
  const targets = field('targets', (value) => z.safeParse(FIELDS.targets, value), 'a list of racks');
  const guardrails = readGuardrails(document, file);
  return {
    settings: {
      theme,
      notify: notify ?? DEFAULT_SETTINGS.notify,
      keys: Object.fromEntries(
        Object.entries(keys ?? {}).map(([action, list]) => [action, typeof list === 'string' ? [list] : list]),
      ),
      racks: readRacks(document, guardrails.rules),
      guardrails: guardrails.rules,
      targets: targets ?? [],
    },
    problems: [...problems, ...guardrails.problems],
  };
}

function readRacks(document: Record<string, unknown>, rules: GuardrailRules): ReadonlyMap<string, RackSettings> {
  const racks = Object.hasOwn(document, 'racks') && isObject(document.racks) ? document.racks : {};
  return new Map(
    Object.entries(racks).map(([name, value]) => [
      name,
      guarded(rules, name, isObject(value) && Object.hasOwn(value, 'insecure') && value.insecure === true),
    ]),
  );
}

/** What holds for a rack, whether the file names it or not. */
export function rackSettings({ racks, guardrails }: Settings, name: string): RackSettings {
  return guarded(guardrails, name, racks.get(name)?.insecure ?? false);
}

function guarded(rules: GuardrailRules, name: string, insecure: boolean): RackSettings {
  return { insecure, protected: isProtectedRack(rules, name), readOnly: isReadOnlyRack(rules, name) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const UNREADABLE =
  'Correct the file; it was left as it is. Defaults are used meanwhile, and no rack can be changed: its guardrails are not known.';

function problem(
  path: string,
  what: string,
  why: string,
  next = 'Correct the file; it was left as it is, and defaults are used meanwhile.',
): Failure {
  return new Failure({ kind: 'malformed', what, why, next, where: path });
}
