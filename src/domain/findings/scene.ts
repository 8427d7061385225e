import type { App } from '../app.ts';
import type { Evidence, Finding } from '../finding.ts';
import type { Process } from '../process.ts';
import { isFinished, isOneOff } from '../process-health.ts';
import { deploysSeen, mergePromotes, type Promote, type Rollback } from '../promote.ts';
import type { AppFacts, ProcessSample } from './facts.ts';

/** Facts as rules like to see them; made once for all rules of an app. */
export interface Scene {
  readonly facts: AppFacts;
  readonly app: App;
  readonly now: number;
  /** Processes that serve or should: no one-offs, nothing that has finished. */
  readonly serving: readonly Process[];
  readonly byService: ReadonlyMap<string, readonly Process[]>;
  /** All that are known, oldest first. */
  readonly promotes: readonly Promote[];
  readonly rollbacks: readonly Rollback[];
  /** Process id -> its samples, oldest first. */
  readonly samples: ReadonlyMap<string, readonly ProcessSample[]>;
}

/** A rule looks at the facts and says what it finds; it never throws. */
export type Rule = (scene: Scene) => readonly Finding[];

export function sceneOf(facts: AppFacts, now: number): Scene {
  const serving = facts.processes.filter((process) => !isOneOff(process) && !isFinished(process));
  const seen = deploysSeen(facts.appSamples ?? []);
  return {
    facts,
    app: facts.app,
    now,
    serving,
    byService: Map.groupBy(serving, (process) => process.service),
    promotes: mergePromotes(facts.promotes ?? [], seen.promotes),
    samples: byProcess(facts.processSamples ?? []),
    rollbacks: [...(facts.rollbacks ?? []), ...seen.rollbacks].sort((a, b) => a.at - b.at),
  };
}

function byProcess(samples: readonly ProcessSample[]): ReadonlyMap<string, readonly ProcessSample[]> {
  const groups = Map.groupBy(samples, (sample) => sample.id);
  for (const group of groups.values()) group.sort((a, b) => a.at - b.at);
  return groups;
}

type Needed = 'rule' | 'severity' | 'summary' | 'next';

/** A finding about an app; what is not given is unknown. */
export function found(scene: Scene, parts: Pick<Finding, Needed> & Partial<Omit<Finding, Needed>>): Finding {
  const evidence = (parts.evidence ?? []).filter(({ text }) => text !== '');
  return { ...NOTHING, app: scene.app.name, ...parts, evidence };
}

export const NOTHING = {
  app: '',
  service: undefined,
  subject: undefined,
  since: undefined,
  release: undefined,
  evidence: [],
  cause: undefined,
} as const satisfies Partial<Finding>;

/** Longest line of evidence. */
const MAX_LINE = 240;
/** Most lines of evidence that one rule gives of one kind. */
const MAX_LINES = 5;

/** A line of evidence; several lines of text become one. */
export function line(kind: Evidence['kind'], text: string, at?: number, id?: string): Evidence {
  const flat = (text.length > MAX_LINE * 4 ? text.slice(0, MAX_LINE * 4) : text).replace(/\s+/g, ' ').trim();
  return { kind, text: flat.length > MAX_LINE ? `${flat.slice(0, MAX_LINE - 1)}…` : flat, at, id };
}

/** `web-1 crashed`; the first few, then how many more there are. */
export function processLines(processes: readonly Process[], text: (process: Process) => string): readonly Evidence[] {
  const lines = processes
    .slice(0, MAX_LINES)
    .map((process) => line('process', text(process), process.startedAt, process.id));
  const more = processes.length - lines.length;
  return more > 0 ? [...lines, line('note', `and ${more} more`)] : lines;
}

export function oldestStart(processes: readonly Process[]): number | undefined {
  return earliest(processes.map(({ startedAt }) => startedAt));
}

export function newestStart(processes: readonly Process[]): number | undefined {
  const back = earliest(processes.map(({ startedAt }) => (startedAt === undefined ? undefined : -startedAt)));
  return back === undefined ? undefined : -back;
}

/** Of those that are known; a list may be longer than what a call takes as arguments. */
export function earliest(times: readonly (number | undefined)[]): number | undefined {
  let least: number | undefined;
  for (const time of times) if (time !== undefined && (least === undefined || time < least)) least = time;
  return least;
}

/** `1 process`, `3 processes`. */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
