import type { App } from './app.ts';
import type { Evidence, Finding } from './finding.ts';
import type { NewErrors } from './findings/facts.ts';
import { line } from './findings/scene.ts';
import { lastDeploy } from './last-deploy.ts';
import { firstNewSignatures, logErrors, type NewSignature, splitAt } from './log-errors.ts';
import type { LogLine } from './log-line.ts';
import type { Process } from './process.ts';
import { readableMessage } from './readable-message.ts';
import type { Release } from './release.ts';

export interface RecentErrors {
  /** Every kind of error in the log, worst first. */
  readonly kinds: readonly NewSignature[];
  /** Those that did not occur before the deploy; undefined where the log does not reach back beyond it. */
  readonly newErrors: NewErrors | undefined;
  /** How often which process wrote which kind. */
  readonly writers: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Processes that still stand: the others are gone, with the release that brought them or replaced by others. */
  readonly standing: ReadonlySet<string>;
  /** Lines that tell of a process killed for its memory, oldest first; the process itself had no time to write one. */
  readonly kills: readonly LogLine[];
}

/** In the words of Kubernetes and of Linux; both say 137, which alone may be any other kill. */
const KILLED = /\bOOM-?Kill|\bOut of memory\b.*\bKilled\b/i;

/** Errors of a stretch of an app's log, lines in order of time, held against the instant of its last deploy. */
export function recentErrors(
  lines: readonly LogLine[],
  facts: {
    readonly app: App;
    readonly processes: readonly Process[];
    readonly releases?: readonly Release[] | undefined;
  },
): RecentErrors {
  const all = {
    kinds: firstNewSignatures([], lines),
    writers: writersOf(lines),
    standing: new Set(facts.processes.map(({ id }) => id)),
    kills: lines.filter(({ message }) => KILLED.test(message)),
  };
  const deploy = lastDeploy(facts.app.release, facts.processes, facts.releases ?? []);
  if (!deploy) return { ...all, newErrors: undefined };
  const { before, after } = splitAt(lines, deploy.at);
  // Without a line from before it everything would look new.
  if (!before.some((line) => line.time !== undefined)) return { ...all, newErrors: undefined };
  return { ...all, newErrors: { release: deploy.release, signatures: firstNewSignatures(before, after) } };
}

function writersOf(lines: readonly LogLine[]): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const writers = new Map<string, Map<string, number>>();
  for (const { signature, line } of logErrors(lines)) {
    if (line.process === undefined) continue;
    const counts = writers.get(signature) ?? new Map<string, number>();
    counts.set(line.process, (counts.get(line.process) ?? 0) + 1);
    writers.set(signature, counts);
  }
  return writers;
}

/** Rules about processes that end before their time: what they wrote last is the best evidence there is. */
const CRASHES: ReadonlySet<string> = new Set(['crashed-processes', 'flapping', 'out-of-memory', 'unhealthy-processes']);
/** Rules about a deploy that was given up: its processes are gone, what they wrote is still in the log. */
const GIVEN_UP: ReadonlySet<string> = new Set(['rolling-back', 'promote-rolled-back']);
const MAX_QUOTED = 2;

/** Findings about crashes and failed deploys with what killed the processes and the errors that they wrote. */
export function withLogEvidence(findings: readonly Finding[], recent: RecentErrors): readonly Finding[] {
  return findings.map((finding) => {
    const quoted = quotedFor(finding, recent).slice(0, MAX_QUOTED).map(quote);
    const told = quoted.length === 0 ? finding : { ...finding, evidence: [...quoted, ...finding.evidence] };
    const killed = CRASHES.has(finding.rule) ? recent.kills.filter((kill) => speaksOf(kill, finding)) : [];
    return killed.length === 0 ? told : withKills(told, killed);
  });
}

/** The most telling first: what the deploy brought, then what the processes in question write and the others do not. */
function quotedFor(finding: Finding, recent: RecentErrors): readonly NewSignature[] {
  const { rule, service } = finding;
  if (GIVEN_UP.has(rule)) {
    return recent.kinds.filter(({ signature }) => shareOf(recent, signature, (id) => !recent.standing.has(id)) === 1);
  }
  if (!CRASHES.has(rule) || service === undefined) return [];
  const brought = new Set(recent.newErrors?.signatures.map(({ signature }) => signature));
  const own = new Set(finding.evidence.flatMap(({ kind, id }) => (kind === 'process' && id !== undefined ? [id] : [])));
  const share = ({ signature }: NewSignature): number => shareOf(recent, signature, (id) => own.has(id));
  return recent.kinds
    .filter(({ services }) => services.includes(service))
    .toSorted((a, b) => Number(brought.has(b.signature)) - Number(brought.has(a.signature)) || share(b) - share(a));
}

/** Of all errors of a kind, the part that certain processes wrote: 0-1. */
function shareOf({ writers }: RecentErrors, signature: string, isOne: (id: string) => boolean): number {
  let all = 0;
  let own = 0;
  for (const [id, count] of writers.get(signature) ?? []) {
    all += count;
    if (isOne(id)) own += count;
  }
  return all === 0 ? 0 : own / all;
}

/** Whoever tells of the kill names the process: it is no line of the process itself. */
function speaksOf({ message, process }: LogLine, { evidence }: Finding): boolean {
  return evidence.some(
    ({ kind, id }) => kind === 'process' && id !== undefined && (id === process || message.includes(id)),
  );
}

function withKills(finding: Finding, kills: readonly LogLine[]): Finding {
  const last = kills.at(-1);
  const told = kills.length === 1 ? '' : `${kills.length} x `;
  const known = finding.rule === 'out-of-memory' || finding.summary.includes('out of memory');
  return {
    ...finding,
    summary: known ? finding.summary : `${finding.summary}, out of memory`,
    evidence: [line('log', `${told}${last?.message ?? ''}`, last?.time, last?.process), ...finding.evidence],
  };
}

function quote({ count, first, lastAt }: NewSignature): Evidence {
  return line('log', `${count} x ${readableMessage(first.message, true) ?? first.message}`, lastAt, first.process);
}
