import * as z from 'zod/mini';
import { Failure } from '../domain/failure.ts';
import type { FreezeWindow } from '../domain/freeze-window.ts';
import { type Denial, emptySection, type GuardrailRules, type GuardrailSection } from '../domain/guardrail-rules.ts';
import { safeText } from '../domain/safe-text.ts';
import { whenFirstUsed } from '../domain/when-first-used.ts';
import { actionPattern, actionPatterns, readFreeze } from './freeze-settings.ts';
import { fields, type Issues, listOf, read } from './setting-issues.ts';

/**
 * Guardrails of the settings file: `guardrails` for all racks, and the same fields in each entry of `racks`. A section that
 * is not understood as a whole is read-only, with what is wrong as the reason: whoever wrote it wanted a guard, and a slip
 * of the pen must not take it away. That goes for fields of unknown name too.
 */
export interface GuardrailReading {
  readonly rules: GuardrailRules;
  readonly problems: readonly Failure[];
}

export interface GuardrailFile {
  /** For people: `~/.config/rackdeck/config.json`. */
  readonly shown: string;
  readonly path: string;
}

const names = (example: string) => {
  const error = `a name such as "${example}"; * stands for any characters`;
  return listOf(z.string({ error }).check(z.regex(/^[a-z0-9*][a-z0-9*._-]{0,62}$/, { error })), 'names');
};
const runFields = () => {
  const commands = listOf(
    z
      .string({ error: 'a command' })
      .check(z.regex(/^[^\r\n]*\S[^\r\n]*$/, { error: 'a command on one line' }), z.maxLength(500)),
    'commands',
  );
  return fields({
    services: z.optional(names('command')),
    forbiddenServices: z.optional(names('web')),
    approvedCommands: z.optional(commands),
    adminCommands: z.optional(commands),
  });
};
const BULK = 'a whole number from 1 to 10000';
const schemas = whenFirstUsed(() => {
  const yesOrNo = z.boolean({ error: 'true or false' });
  const guards = {
    protected: z.optional(yesOrNo),
    readOnly: z.optional(yesOrNo),
    maxBulk: z.optional(
      z
        .number({ error: BULK })
        .check(z.int({ error: BULK }), z.gte(1, { error: BULK }), z.lte(10_000, { error: BULK })),
    ),
    freeze: z.optional(z.array(z.unknown(), { error: 'a list of freeze windows' })),
    denyActions: z.optional(z.array(z.unknown(), { error: 'a list of actions' })),
    run: z.optional(runFields()),
  } as const;
  return {
    guards,
    defaults: fields(guards),
    rack: fields({ ...guards, insecure: z.optional(yesOrNo) }),
    denial: fields({
      actions: actionPatterns(),
      apps: z.optional(z.union([z.string(), z.array(z.string())], { error: 'a name of an app or a list of them' })),
      reason: z.optional(z.string({ error: 'a text' })),
    }),
  };
});
type Schemas = ReturnType<typeof schemas>;

const NO_GUARDS = { freeze: [], denyActions: [], run: {} };

/** What the rest of the file is called; only used to tell a slip from what a newer version may know. */
const TOP_LEVEL: ReadonlySet<string> = new Set(['theme', 'notify', 'keys', 'racks', 'targets', 'guardrails']);

/** A document that could not be read at all holds nobody knows what: nothing may be changed on any rack. */
export function lostGuardrails(file: GuardrailFile, why: string): GuardrailRules {
  return { file: file.shown, defaults: { ...emptySection('guardrails'), problem: safeText(why) }, racks: new Map() };
}

export function readGuardrails(document: Readonly<Record<string, unknown>>, file: GuardrailFile): GuardrailReading {
  const problems: Failure[] = [];
  const section = (place: string, issues: Issues, found: Omit<GuardrailSection, 'place' | 'problem'>) => {
    const scope = place === 'guardrails' ? 'no rack can be changed' : 'this rack cannot be changed';
    for (const { place: where, why } of issues) problems.push(problem(file, where, why, scope));
    const [first] = issues;
    return { place, ...found, ...(first && { problem: safeText(`${first.place} ${first.why}`) }) };
  };
  const defaultIssues: Issues = [...misplaced(document)];
  const defaults = section('guardrails', defaultIssues, readSection(document, defaultIssues));
  const racks = new Map<string, GuardrailSection>();
  for (const [name, value] of rackEntries(document)) {
    const place = `racks.${keyText(name)}`;
    const issues: Issues = [];
    racks.set(name, section(place, issues, readGuards(schemas().rack, value, place, issues)));
  }
  return { rules: { file: file.shown, defaults, racks }, problems };
}

/** `lab`, `"acme/prod"`: as a path into the file is written. */
function keyText(name: string): string {
  return safeText(/^[A-Za-z_][\w-]*$/.test(name) ? name : JSON.stringify(name));
}

function readSection(document: Readonly<Record<string, unknown>>, issues: Issues) {
  if (!Object.hasOwn(document, 'guardrails')) return NO_GUARDS;
  return readGuards(schemas().defaults, document.guardrails, 'guardrails', issues);
}

function rackEntries(document: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  return Object.hasOwn(document, 'racks') && isObject(document.racks) ? Object.entries(document.racks) : [];
}

function readGuards(
  schema: Schemas['defaults'] | Schemas['rack'],
  value: unknown,
  place: string,
  issues: Issues,
): Omit<GuardrailSection, 'place' | 'problem'> {
  const found = read(schema, value, place, issues);
  if (found === undefined) return NO_GUARDS;
  return {
    protected: found.protected,
    readOnly: found.readOnly,
    maxBulk: found.maxBulk,
    freeze: each(found.freeze, `${place}.freeze`, issues, readFreeze),
    denyActions: each(found.denyActions, `${place}.denyActions`, issues, readDenial),
    run: found.run ?? {},
  };
}

function each<T extends FreezeWindow | Denial>(
  values: readonly unknown[] | undefined,
  place: string,
  issues: Issues,
  readOne: (value: unknown, place: string, issues: Issues) => T | undefined,
): readonly T[] {
  return (values ?? []).flatMap((value, at) => readOne(value, `${place}[${at}]`, issues) ?? []);
}

function readDenial(value: unknown, place: string, issues: Issues): Denial | undefined {
  if (typeof value === 'string') {
    const action = read(actionPattern(), value, place, issues);
    return action === undefined ? undefined : { actions: [action], apps: undefined, reason: undefined };
  }
  const found = read(schemas().denial, value, place, issues);
  if (found === undefined) return undefined;
  const { actions, apps, reason } = found;
  return {
    actions: typeof actions === 'string' ? [actions] : actions,
    apps: typeof apps === 'string' ? [apps] : apps,
    reason: reason === undefined ? undefined : safeText(reason),
  };
}

/** Fields that look like guardrails and stand where nobody reads them. */
function misplaced(document: Readonly<Record<string, unknown>>): Issues {
  const issues: Issues = [];
  for (const key of Object.keys(document)) {
    if (TOP_LEVEL.has(key)) continue;
    const guards = Object.keys(schemas().guards);
    const meant = ['guardrails', 'racks', ...guards].find((name) => bareWord(name) === bareWord(key));
    if (meant === undefined) continue;
    const why = guards.includes(meant)
      ? `belongs into guardrails, or into a rack (${meant})`
      : `must be called ${meant}`;
    issues.push({ place: keyText(key), why });
  }
  if (Object.hasOwn(document, 'racks') && !isObject(document.racks)) {
    issues.push({ place: 'racks', why: 'must be an object of racks by name' });
  }
  return issues;
}

function bareWord(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '')
    .replace(/s$/, '');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function problem(file: GuardrailFile, place: string, why: string, scope: string): Failure {
  return new Failure({
    kind: 'malformed',
    what: `The setting \`${place}\` in ${file.path} cannot be used`,
    why: `it ${why}`,
    next: `Correct the file; until then ${scope} with rackdeck.`,
    where: file.path,
  });
}
