import type { Instance } from '../domain/instance.ts';
import type { Process } from '../domain/process.ts';
import type { Service } from '../domain/service.ts';
import type { UsageLimit } from '../domain/usage.ts';
import { instanceUsage, processUsage, type UsageReading } from '../domain/usage-reading.ts';
import type { UsagePoint } from '../domain/usage-series.ts';
import { nodeSubject, serviceSubject, subjectKey } from '../domain/usage-subject.ts';
import { FINE_MS, KEPT_MS, UsageRing } from './usage-ring.ts';

/** Subjects kept at most; 2.9 KiB each. Those not seen for longest go first. */
const MOST_SUBJECTS = 4_000;

interface Request {
  /** Cores per replica. */
  readonly cpu: number;
  /** MiB per replica. */
  readonly memory: number;
}

/** Load per subject, out of lists that were read anyway; at most one sample per subject and ten seconds. */
export class UsageSampler {
  readonly #rings = new Map<string, UsageRing>();
  /** Last slot sampled, by what the reading covered. */
  readonly #sampled = new Map<string, number>();
  readonly #requests = new Map<string, Request>();
  readonly #replicas = new Map<string, number>();
  readonly #nodes = new Map<string, UsageLimit>();
  readonly #mostSubjects: number;

  constructor(mostSubjects = MOST_SUBJECTS) {
    this.#mostSubjects = mostSubjects;
  }

  /** True where something was added. `app`: the list is of that app alone. */
  processes(list: readonly Process[], app: string | undefined, percentOnly: boolean, at: number): boolean {
    const slot = Math.floor(at / FINE_MS);
    if (this.#sampled.get('processes') === slot) return false;
    const scope = app === undefined ? 'processes' : `processes ${app}`;
    if (this.#sampled.get(scope) === slot) return false;
    this.#sampled.set(scope, slot);
    this.#count(list, app);
    return this.#take(processUsage(list, percentOnly), at);
  }

  instances(list: readonly Instance[], percentOnly: boolean, at: number): boolean {
    const slot = Math.floor(at / FINE_MS);
    if (this.#sampled.get('instances') === slot) return false;
    this.#sampled.set('instances', slot);
    let cpu = 0;
    let memory = 0;
    for (const node of list) {
      const limit = { cpu: node.cpuAllocatable, memory: node.memoryAllocatable, of: 'allocatable' as const };
      this.#nodes.set(subjectKey(nodeSubject(node.id)), limit);
      cpu += node.cpuAllocatable ?? 0;
      memory += node.memoryAllocatable ?? 0;
    }
    if (cpu > 0) this.#nodes.set('rack', { cpu, memory: memory > 0 ? memory : undefined, of: 'allocatable' });
    return this.#take(instanceUsage(list, percentOnly), at);
  }

  services(app: string, list: readonly Service[]): void {
    for (const { name, cpu, memory } of list) {
      this.#requests.set(subjectKey(serviceSubject(app, name)), { cpu: cpu / 1_000, memory });
    }
  }

  /** A value by the minute from an earlier run. */
  restore(subject: string, at: number, cpu: number | undefined, memory: number | undefined): void {
    if (!this.#rings.has(subject) && this.#rings.size >= this.#mostSubjects) return;
    this.#ring(subject).restore(at, { cpu, memory });
  }

  subjects(): readonly string[] {
    return [...this.#rings.keys()];
  }

  ring(subject: string): UsageRing | undefined {
    return this.#rings.get(subject);
  }

  points(subject: string, from: number, to: number): readonly UsagePoint[] {
    return this.#rings.get(subject)?.points(from, to) ?? [];
  }

  limit(subject: string): UsageLimit | undefined {
    const node = this.#nodes.get(subject);
    if (node) return node;
    if (subject.startsWith('process:')) {
      const [app = '', service = ''] = subject.slice('process:'.length).split('/');
      const each = this.#requests.get(subjectKey(serviceSubject(app, service)));
      return each && limitOf([{ each, replicas: 1 }]);
    }
    if (subject.startsWith('service:')) {
      const each = this.#requests.get(subject);
      return each && limitOf([{ each, replicas: this.#replicas.get(subject) ?? 0 }]);
    }
    return subject.startsWith('app:') ? this.#appLimit(subject.slice('app:'.length)) : undefined;
  }

  /** Forgets what nothing is known of any more. */
  tidy(now: number): void {
    for (const [subject, ring] of this.#rings) if ((ring.last ?? 0) < now - KEPT_MS) this.#rings.delete(subject);
    const excess = this.#rings.size - this.#mostSubjects;
    if (excess <= 0) return;
    const oldest = [...this.#rings].sort(([, a], [, b]) => (a.last ?? 0) - (b.last ?? 0));
    for (const [subject] of oldest.slice(0, excess)) this.#rings.delete(subject);
  }

  /** Known only when every service of the app is: half of a sum would say nothing. */
  #appLimit(app: string): UsageLimit | undefined {
    const prefix = `service:${app}/`;
    const running = [...this.#replicas].filter(([key]) => key.startsWith(prefix));
    const parts = running.map(([key, replicas]) => ({ each: this.#requests.get(key), replicas }));
    const known = parts.flatMap(({ each, replicas }) => (each ? [{ each, replicas }] : []));
    return known.length === 0 || known.length < parts.length ? undefined : limitOf(known);
  }

  #count(list: readonly Process[], app: string | undefined): void {
    const prefix = app === undefined ? '' : `service:${app}/`;
    for (const key of this.#replicas.keys()) if (key.startsWith(prefix)) this.#replicas.delete(key);
    for (const process of list) {
      if (process.app === '' || process.service === 'build' || process.status !== 'running') continue;
      const key = subjectKey(serviceSubject(process.app, process.service));
      this.#replicas.set(key, (this.#replicas.get(key) ?? 0) + 1);
    }
  }

  #take(reading: UsageReading, at: number): boolean {
    for (const [subject, usage] of reading) this.#ring(subject).push(at, usage);
    if (this.#rings.size > this.#mostSubjects) this.tidy(at);
    return reading.size > 0;
  }

  #ring(subject: string): UsageRing {
    const known = this.#rings.get(subject);
    if (known) return known;
    const ring = new UsageRing();
    this.#rings.set(subject, ring);
    return ring;
  }
}

function limitOf(parts: readonly { readonly each: Request; readonly replicas: number }[]): UsageLimit {
  const sum = (value: (each: Request) => number): number =>
    parts.reduce((total, { each, replicas }) => total + value(each) * replicas, 0);
  const cpu = sum((each) => each.cpu);
  const memory = sum((each) => each.memory);
  return { cpu: cpu > 0 ? cpu : undefined, memory: memory > 0 ? memory : undefined, of: 'request' };
}
