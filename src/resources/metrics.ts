import { asFailure } from '../domain/failure.ts';
import type { Instance } from '../domain/instance.ts';
import type { Process } from '../domain/process.ts';
import type { Service } from '../domain/service.ts';
import { shareOfLimit, type Usage, type UsageLimit, type UsageUnit, unitOf } from '../domain/usage.ts';
import { instanceUsage, processUsage } from '../domain/usage-reading.ts';
import {
  NO_STATISTICS,
  summaryOf,
  type UsagePoint,
  type UsageStatistics,
  type UsageSummary,
} from '../domain/usage-series.ts';
import { parseSubjectKey, type UsageKind, type UsageSubject } from '../domain/usage-subject.ts';
import type { RackHistory } from '../live/rack-history.ts';
import { age, count, cpu, duration, memory, name, share, text } from './columns.ts';
import { defineResource, type Place, type QueryContext } from './define-resource.ts';
import { rackUsageHistory } from './rack-usage-history.ts';
import { processesAt } from './timeline-sources.ts';
import { isPercentOnly, systemOf } from './usage.ts';

/** Statistics speak of this much time up to now, ms. */
const WINDOW_MS = 15 * 60_000;

/** Load of one subject: now, and over the last quarter of an hour. Numbers in `unit`. */
export interface MetricRow {
  readonly key: string;
  readonly subject: UsageSubject;
  readonly unit: UsageUnit;
  readonly cpu: number | undefined;
  readonly cpuMedian: number | undefined;
  readonly cpuLeast: number | undefined;
  readonly cpuMost: number | undefined;
  /** Of what is requested, or allocatable. */
  readonly cpuShare: number | undefined;
  readonly memory: number | undefined;
  readonly memoryMedian: number | undefined;
  readonly memoryLeast: number | undefined;
  readonly memoryMost: number | undefined;
  readonly memoryShare: number | undefined;
  readonly samples: number;
  /** Ms between two samples as a rule. */
  readonly resolution: number | undefined;
  readonly since: number | undefined;
  /** `rack`: its own history; `sampled`: by rackdeck, client-side; `once`: this one reading. */
  readonly source: 'rack' | 'sampled' | 'once';
}

async function query(context: QueryContext): Promise<readonly MetricRow[]> {
  const { reads, at, signal, now, history } = context;
  const { app } = at;
  const [system, processes, instances, services, own] = await Promise.all([
    systemOf(context),
    processesAt(context),
    app === undefined ? orNothing<Instance>(reads.instances({ signal })) : [],
    app === undefined ? [] : orNothing<Service>(reads.services(app, { signal })),
    app === undefined && at.instance === undefined ? rackUsageHistory(context) : undefined,
  ]);
  const percentOnly = isPercentOnly(system);
  const shown = processes.filter((process) => isAt(process, at));
  const reading = new Map<string, Usage>([
    ...instanceUsage(instances, percentOnly),
    ...processUsage(shown, percentOnly),
  ]);
  const limits = limitsOf(shown, instances, services, history, percentOnly);
  return [...reading].flatMap(([key, usage]) => {
    const subject = parseSubjectKey(key);
    if (subject === undefined || !belongs(subject, at)) return [];
    const sampled = history?.summary(key, now - WINDOW_MS, now);
    const told = subject.kind === 'rack' ? (own?.points ?? []).filter((point) => point.at > now - WINDOW_MS) : [];
    return [rowOf(subject, key, { usage, past: pastOf(sampled, told), limit: limits(key), percentOnly })];
  });
}

/** A part that a role or a rack refuses is left out; the rest is worth showing. */
async function orNothing<T>(reading: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await reading;
  } catch (error) {
    const failure = asFailure(error);
    if (['forbidden', 'unsupported', 'route-missing', 'not-found', 'server'].includes(failure.kind)) return [];
    throw failure;
  }
}

function isAt(process: Process, at: Place): boolean {
  if (at.instance !== undefined && process.instance !== at.instance) return false;
  return at.service === undefined || process.service === at.service;
}

/** On one node there are its processes; sums over a part of an app would look like the app's. */
function belongs(subject: UsageSubject, at: Place): boolean {
  if (at.instance !== undefined) {
    return subject.kind === 'process' || (subject.kind === 'node' && subject.name === at.instance);
  }
  return at.service === undefined || subject.kind === 'service' || subject.kind === 'process';
}

interface Past {
  readonly summary: UsageSummary | undefined;
  readonly source: MetricRow['source'];
}

/** The rack's own history where it says more than ours. */
function pastOf(sampled: UsageSummary | undefined, told: readonly UsagePoint[]): Past {
  if (told.length > (sampled?.samples ?? 0)) return { summary: summaryOf(told), source: 'rack' };
  const known = sampled !== undefined && sampled.samples > 0;
  return known ? { summary: sampled, source: 'sampled' } : { summary: undefined, source: 'once' };
}

interface Measured {
  readonly usage: Usage;
  readonly past: Past;
  readonly limit: UsageLimit | undefined;
  readonly percentOnly: boolean;
}

function rowOf(subject: UsageSubject, key: string, { usage, past, limit, percentOnly }: Measured): MetricRow {
  const unit = unitOf(subject.kind, percentOnly);
  const cpu = withNow(past.summary?.cpu, usage.cpu);
  const memory = withNow(past.summary?.memory, usage.memory);
  const { samples = 0, first, last } = past.summary ?? {};
  return {
    key,
    subject,
    unit,
    cpu: usage.cpu,
    cpuMedian: cpu.median,
    cpuLeast: cpu.least,
    cpuMost: cpu.most,
    cpuShare: unit === 'share' ? usage.cpu : shareOfLimit(usage.cpu, limit?.cpu),
    memory: usage.memory,
    memoryMedian: memory.median,
    memoryLeast: memory.least,
    memoryMost: memory.most,
    memoryShare: unit === 'share' ? usage.memory : shareOfLimit(usage.memory, limit?.memory),
    samples: Math.max(1, samples),
    resolution: samples > 1 && first !== undefined && last !== undefined ? (last - first) / (samples - 1) : undefined,
    since: first,
    source: past.source,
  };
}

/** What is read now may be beyond all that was sampled, and is all there is without samples. */
function withNow(past: UsageStatistics | undefined, now: number | undefined): UsageStatistics {
  const known = past ?? NO_STATISTICS;
  if (now === undefined) return known;
  return {
    ...known,
    median: known.median ?? now,
    least: Math.min(known.least ?? now, now),
    most: Math.max(known.most ?? now, now),
  };
}

/** Requests of this very reading; else what the history has learnt on the way. */
function limitsOf(
  processes: readonly Process[],
  instances: readonly Instance[],
  services: readonly Service[],
  history: RackHistory | undefined,
  percentOnly: boolean,
): (key: string) => UsageLimit | undefined {
  if (percentOnly) return () => undefined;
  const nodes = new Map(instances.map((node) => [node.id, node]));
  const requests = new Map(services.map((service) => [service.name, service]));
  const running = (app: string, service?: string): readonly Process[] =>
    processes.filter(
      (process) =>
        process.app === app && process.status === 'running' && (service === undefined || process.service === service),
    );
  const sum = (list: readonly Process[]): UsageLimit | undefined => {
    const known = list.flatMap((process) => requests.get(process.service) ?? []);
    if (known.length === 0 || known.length < list.length) return undefined;
    const cpu = known.reduce((total, service) => total + service.cpu, 0) / 1_000;
    return { cpu, memory: known.reduce((total, service) => total + service.memory, 0), of: 'request' };
  };
  return (key) => {
    const subject = parseSubjectKey(key);
    if (subject?.kind === 'node') {
      const node = nodes.get(subject.name);
      return node && { cpu: node.cpuAllocatable, memory: node.memoryAllocatable, of: 'allocatable' };
    }
    if (subject === undefined || services.length === 0) return history?.limit(key);
    if (subject.kind === 'process') {
      const each = requests.get(subject.service);
      return each && { cpu: each.cpu / 1_000, memory: each.memory, of: 'request' };
    }
    return sum(running(subject.app, subject.kind === 'service' ? subject.service : undefined));
  };
}

/** Where the chart of a subject stands. */
export function placeOfSubject({ kind, app, service, name: id }: UsageSubject): Place {
  switch (kind) {
    case 'rack':
      return {};
    case 'node':
      return { instance: id };
    case 'app':
      return { app };
    case 'service':
      return { app, service };
    case 'process':
      return { app, service, process: id };
  }
}

/** What a person calls a subject of a rack. */
export function subjectName(subject: UsageSubject, rack: string): string {
  return subject.kind === 'rack' ? rack : subject.kind === 'service' ? `${subject.app}/${subject.name}` : subject.name;
}

const isShare = (row: MetricRow): boolean => row.unit === 'share';

/** Percent as the column shows it, where the number is a share. */
function shown(value: number | undefined, row: MetricRow): number | undefined {
  return value === undefined || !isShare(row) ? value : value * 100;
}

const KIND_ORDER: Readonly<Record<UsageKind, number>> = { rack: 0, node: 1, app: 2, service: 3, process: 4 };

export const metrics = defineResource<MetricRow>({
  id: 'metrics',
  aliases: ['metric', 'usage', 'top'],
  title: 'Metrics',
  about:
    'cpu and memory of rack, nodes, apps, services and processes: now, median, least and most of the last 15 minutes',
  scope: 'rack',
  needs: 'convox:process:list',
  route: 'GET /apps/{app}/processes',
  pace: 5,
  usesHistory: true,
  query,
  key: (row) => row.key,
  columns: [
    text('KIND', (row) => row.subject.kind, { priority: 1 }),
    {
      id: 'level',
      header: 'LEVEL',
      type: 'number',
      inTable: false,
      value: (row) => KIND_ORDER[row.subject.kind],
      cell: (row) => ({ text: row.subject.kind }),
    },
    text('APP', (row) => row.subject.app, { priority: 3 }),
    text('SERVICE', (row) => row.subject.service, { priority: 4 }),
    name('NAME', (row) => row.subject.name || 'rack', { min: 12 }),
    cpu('CPU', (row) => shown(row.cpu, row), isShare, { priority: 0 }),
    share('CPU%', (row) => row.cpuShare, { id: 'cpuShare', priority: 2 }),
    cpu('CPU MED', (row) => shown(row.cpuMedian, row), isShare, { id: 'cpuMedian', priority: 5 }),
    cpu('CPU MAX', (row) => shown(row.cpuMost, row), isShare, { id: 'cpuMax', priority: 5 }),
    cpu('CPU MIN', (row) => shown(row.cpuLeast, row), isShare, { id: 'cpuMin', inTable: false }),
    memory('MEM', (row) => shown(row.memory, row), isShare, { id: 'memory', priority: 0 }),
    share('MEM%', (row) => row.memoryShare, { id: 'memoryShare', priority: 2 }),
    memory('MEM MED', (row) => shown(row.memoryMedian, row), isShare, { id: 'memoryMedian', priority: 5 }),
    memory('MEM MAX', (row) => shown(row.memoryMost, row), isShare, { id: 'memoryMax', priority: 5 }),
    memory('MEM MIN', (row) => shown(row.memoryLeast, row), isShare, { id: 'memoryMin', inTable: false }),
    text('UNIT', (row) => (isShare(row) ? 'percent' : 'cores, MiB'), { inTable: false }),
    count('SAMPLES', (row) => row.samples, { priority: 8 }),
    duration('RESOLUTION', (row) => row.resolution, { inTable: false }),
    age('SINCE', (row) => row.since, { priority: 9 }),
    text('SOURCE', (row) => row.source, { priority: 7 }),
  ],
  sort: ['cpu', 'desc'],
  severity: () => 'ok',
  open: {
    enter: { to: 'metrics', label: 'chart', place: (row) => placeOfSubject(row.subject) },
    l: { to: 'logs', label: 'logs', place: (row) => placeOfSubject(row.subject) },
  },
  empty: 'The rack reports no usage: its metrics are off, or nothing runs here.',
});
