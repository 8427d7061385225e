import { spanText } from './age.ts';
import { firstNewSignatures, type NewSignature } from './log-errors.ts';
import type { LogLine } from './log-line.ts';
import type { Process } from './process.ts';
import { isOneOff, statusSeverity } from './process-health.ts';
import { withoutSecrets } from './secret-text.ts';

/** How an app was before a deploy; what is new afterwards is laid at its door. */
export interface TroubleBaseline {
  readonly processes: readonly Process[];
  /** Its log of a while before; empty where it could not be read. */
  readonly lines: readonly LogLine[];
}

export interface TroubleNow {
  readonly release: string;
  readonly processes: readonly Process[];
  readonly lines: readonly LogLine[];
  /** Crashes that were seen since, and in the same time before, of any of its processes. */
  readonly crashes: { readonly before: number; readonly since: number };
  readonly sinceMs: number;
}

export interface Trouble {
  /** A sentence without its full stop; undefined: nothing. */
  readonly trouble: string | undefined;
  /** A whole sentence about what was compared. */
  readonly words: string;
}

/** An error that happened so often is no accident. */
const OFTEN = 3;
/** A log of fewer lines says little about which errors are usual. */
const ENOUGH_LINES = 20;
const MAX_QUOTE = 140;

/** Crashes and errors of the new release's processes that the app did not have before it. */
export function deployTrouble(baseline: TroubleBaseline, now: TroubleNow): Trouble {
  const crashed = crashTrouble(baseline, now);
  const errors = newErrors(baseline, now);
  const often = errors?.filter(({ level, count }) => level === 'fatal' || count >= OFTEN) ?? [];
  const parts = [crashed, often[0] === undefined ? undefined : errorText(often[0], often.length)];
  const trouble = parts.filter((part) => part !== undefined).join('; ');
  return { trouble: trouble === '' ? undefined : trouble, words: wordsOf(errors, now) };
}

function crashTrouble({ processes: before }: TroubleBaseline, now: TroubleNow): string | undefined {
  const own = now.processes.filter((process) => process.release === now.release);
  const crashing = Map.groupBy(own.filter(isCrashed), (process) => process.service);
  for (const [service, crashed] of crashing) {
    const old = before.filter((process) => process.service === service && isCrashed(process)).length;
    if (crashed.length <= old) continue;
    const of = own.filter((process) => process.service === service).length;
    return `${crashed.length} of ${of} ${service} on ${now.release} crashed, ${old === 0 ? 'none' : old} before it`;
  }
  const { before: earlier, since } = now.crashes;
  if (since <= earlier) return undefined;
  return `${times(since, 'crash')} since, ${earlier === 0 ? 'none' : earlier} in the same time before`;
}

function isCrashed(process: Process): boolean {
  return !isOneOff(process) && statusSeverity(process.status) === 'critical';
}

/** What the new processes write and nothing else did; undefined where there is too little to compare with. */
function newErrors(baseline: TroubleBaseline, now: TroubleNow): readonly NewSignature[] | undefined {
  const fresh = new Set(now.processes.filter(({ release }) => release === now.release).map(({ id }) => id));
  const isNew = (line: LogLine): boolean => line.process !== undefined && fresh.has(line.process);
  const usual = [...baseline.lines, ...now.lines.filter((line) => !isNew(line))];
  if (baseline.lines.length < ENOUGH_LINES) return undefined;
  return firstNewSignatures(usual, now.lines.filter(isNew));
}

function errorText({ count, first }: NewSignature, kinds: number): string {
  const text = withoutSecrets(first.message).replace(/\s+/g, ' ').trim();
  const quote = text.length > MAX_QUOTE ? `${text.slice(0, MAX_QUOTE - 1)}…` : text;
  const more = kinds > 1 ? `, and ${kinds - 1} more kinds of error` : '';
  return `an error that did not occur before, ${times(count, 'time')}: ${quote}${more}`;
}

function wordsOf(errors: readonly NewSignature[] | undefined, { sinceMs }: TroubleNow): string {
  const span = spanText(sinceMs);
  if (errors === undefined) {
    return `No more crashes than before in ${span}; the log before it could not be compared.`;
  }
  if (errors.length === 0) return `No more crashes and no new errors than before in ${span}.`;
  const kinds =
    errors.length === 1 ? 'one new kind of error, seldom' : `${errors.length} new kinds of error, each seldom`;
  return `No more crashes than before in ${span}; ${kinds}.`;
}

function times(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}${noun.endsWith('sh') ? 'es' : 's'}`;
}
