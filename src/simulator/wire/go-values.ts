import { RackError } from './rack-error.ts';

/** Text forms of Go values in options (convox-api.md 1.3). Anything unparsable is a 500 with Go's own words. */

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Go duration text to milliseconds. There is no `d`. */
export function parseDuration(text: string): number {
  const invalid = (): never => {
    throw new RackError(500, `time: invalid duration ${JSON.stringify(text)}`);
  };
  let rest = text;
  const sign = rest.startsWith('-') ? -1 : 1;
  if (rest.startsWith('-') || rest.startsWith('+')) rest = rest.slice(1);
  if (rest === '0') return 0;
  if (rest === '') return invalid();
  let total = 0;
  while (rest !== '') {
    const number = /^(\d+\.?\d*|\.\d+)/.exec(rest)?.[0];
    if (number === undefined) return invalid();
    rest = rest.slice(number.length);
    const unit = /^[^\d.]+/.exec(rest)?.[0];
    if (unit === undefined) throw new RackError(500, `time: missing unit in duration ${JSON.stringify(text)}`);
    const scale = UNIT_MS[unit];
    if (scale === undefined) {
      throw new RackError(500, `time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`);
    }
    rest = rest.slice(unit.length);
    total += Number(number) * scale;
  }
  return sign * total;
}

/** Layout `20060102.150405.000000000`, always UTC, to milliseconds since the epoch. */
export function parseTime(text: string): number {
  const match = /^(\d{4})(\d{2})(\d{2})\.(\d{2})(\d{2})(\d{2})\.(\d{9})$/.exec(text);
  const [, year, month, day, hour, minute, second, nanos] = match ?? [];
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (match === null || Number.isNaN(at)) {
    const layout = '20060102.150405.000000000';
    throw new RackError(500, `parsing time "${text}" as "${layout}": cannot parse "${text}" as "2006"`);
  }
  return at + Math.floor(Number(nanos) / 1e6);
}

export function parseInteger(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) {
    throw new RackError(500, `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  const value = Number(text);
  if (!Number.isSafeInteger(value)) {
    throw new RackError(500, `strconv.Atoi: parsing ${JSON.stringify(text)}: value out of range`);
  }
  return value;
}

export function parseFloatValue(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) {
    throw new RackError(500, `strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return value;
}

/** A map option: URL-encoded inside its value (`A=1&B=2`). */
export const parseMap = (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text));

export const parseList = (text: string): string[] => text.split(',').filter((item) => item !== '');
