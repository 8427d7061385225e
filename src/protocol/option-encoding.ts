import { Failure } from '../domain/failure.ts';
import { formatGoDuration } from './go-duration.ts';
import { formatGoTime } from './go-time.ts';

/**
 * Options as a rack reads them (convox-api.md 1.3). Where an option travels (query, form body, header) is the route's
 * business; its text form is the same everywhere. An undefined value is left out entirely.
 */
export type OptionValue =
  | string
  | number
  | boolean
  | { readonly duration: number }
  | { readonly time: number }
  | { readonly csv: readonly string[] }
  | { readonly map: Readonly<Record<string, string>> };

export type Options = Readonly<Record<string, OptionValue | undefined>>;

/** Text form of one option: `duration` and `time` are milliseconds. */
export function optionText(name: string, value: OptionValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number') return integerText(name, value);
  if ('duration' in value) return formatGoDuration(value.duration);
  if ('time' in value) return formatGoTime(value.time);
  if ('csv' in value) return csvText(name, value.csv);
  return mapText(value.map);
}

/** `limit=10&service=web`, `''` when there is nothing to say. Serves as query and as form body. */
export function encodeForm(options: Options): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) pairs.append(name, optionText(name, value));
  }
  return pairs.toString();
}

/** Header options. Text beyond ASCII goes out as UTF-8 bytes, which Node takes as latin1 (convox-api.md 1.3). */
export function encodeHeaders(options: Options): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) headers[name] = headerText(name, optionText(name, value));
  }
  return headers;
}

function headerText(name: string, text: string): string {
  if (/[\r\n\0]/.test(text)) {
    throw new Failure({
      kind: 'usage',
      what: `${name} cannot be sent`,
      why: 'it contains a line break, and the rack takes it as a single line',
      next: 'Put it on one line.',
    });
  }
  return Buffer.from(text, 'utf8').toString('latin1');
}

function integerText(name: string, value: number): string {
  if (!Number.isSafeInteger(value)) {
    throw new Failure({ kind: 'usage', what: `${name} must be a whole number`, why: `it is ${value}` });
  }
  return String(value);
}

function csvText(name: string, values: readonly string[]): string {
  const offender = values.find((value) => value.includes(','));
  if (offender !== undefined) {
    throw new Failure({
      kind: 'usage',
      what: `${name} cannot be sent`,
      why: `a comma separates its values, and "${offender}" contains one`,
    });
  }
  return values.join(',');
}

function mapText(map: Readonly<Record<string, string>>): string {
  const pairs = new URLSearchParams();
  for (const key of Object.keys(map).sort()) pairs.append(key, map[key] ?? '');
  return pairs.toString();
}

/**
 * `/apps/{app}/processes/{pid}` filled in, every variable percent-encoded; `{key:.*}` keeps its slashes. A variable that is
 * empty or a dot segment would address another route, so it is refused as `usage`.
 */
export function fillPath(pattern: string, variables: Readonly<Record<string, string>>): string {
  return pattern.replace(/\{(\w+)(:\.\*)?\}/g, (_, name: string, deep: string | undefined) => {
    const value = variables[name] ?? '';
    const segments = deep ? value.split('/') : [value];
    if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
      throw new Failure({
        kind: 'usage',
        what: `"${value}" is no ${name} name`,
        next: `Give the name of the ${name}.`,
      });
    }
    return segments.map((segment) => encodeURIComponent(segment.toWellFormed())).join('/');
  });
}
