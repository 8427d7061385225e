import type { Usage } from '../domain/usage.ts';
import { sortedStatistics, type TimeWindow, type UsagePoint, type UsageSummary } from '../domain/usage-series.ts';

/** Ms between two values of the recent part, and of the older part. */
export const FINE_MS = 10_000;
export const COARSE_MS = 60_000;
const FINE_SLOTS = 180;
const COARSE_SLOTS = 180;
/** How far back a ring reaches, ms: half an hour by ten seconds, three hours by the minute. */
export const KEPT_MS = COARSE_SLOTS * COARSE_MS;

/** Where a part lies in the ring's values. */
interface Part {
  readonly step: number;
  readonly slots: number;
  readonly cpu: number;
  readonly memory: number;
}

const FINE: Part = { step: FINE_MS, slots: FINE_SLOTS, cpu: 0, memory: FINE_SLOTS };
const COARSE: Part = {
  step: COARSE_MS,
  slots: COARSE_SLOTS,
  cpu: 2 * FINE_SLOTS,
  memory: 2 * FINE_SLOTS + COARSE_SLOTS,
};

/** One at a time, never kept: saves two arrays per subject and summary. */
const SCRATCH_CPU = new Float64Array(FINE_SLOTS + COARSE_SLOTS);
const SCRATCH_MEMORY = new Float64Array(FINE_SLOTS + COARSE_SLOTS);

interface Gathered {
  cpu: number;
  memory: number;
  samples: number;
  first: number;
  last: number;
}

function slotsOf(part: Part, newest: number, { from, to }: TimeWindow): readonly [first: number, last: number] {
  return [
    Math.max(newest - part.slots + 1, Math.ceil(from / part.step), 0),
    Math.min(newest, Math.floor(to / part.step)),
  ];
}

/**
 * The load of one subject over the last three hours in 2.9 KiB, whatever the poll rate: values lie in slots of time, so
 * that two thousand processes cost six megabytes and a year of watching costs no more than a day.
 */
export class UsageRing {
  readonly #values = new Float32Array(2 * (FINE_SLOTS + COARSE_SLOTS)).fill(Number.NaN);
  /** Newest slot of each part; slots are counted from the epoch. */
  #fine = -1;
  #coarse = -1;
  /** Values that the newest coarse slot is the mean of. */
  #cpuCount = 0;
  #memoryCount = 0;
  #first: number | undefined;

  /** Epoch ms of the newest slot's start; undefined while empty. */
  get last(): number | undefined {
    return this.#coarse < 0 ? undefined : Math.max(this.#fine * FINE_MS, this.#coarse * COARSE_MS);
  }

  /** Epoch ms of the oldest value ever put in. */
  get first(): number | undefined {
    return this.#first;
  }

  /** Values come in the order of time; what is older than what the ring has is left out (but see {@link restore}). */
  push(at: number, usage: Usage): void {
    const fine = Math.floor(at / FINE_MS);
    if (fine < this.#fine) return;
    this.#first = Math.min(this.#first ?? at, at);
    this.#fine = this.#open(FINE, this.#fine, fine);
    this.#put(FINE.cpu + (fine % FINE_SLOTS), usage.cpu);
    this.#put(FINE.memory + (fine % FINE_SLOTS), usage.memory);
    const coarse = Math.floor(at / COARSE_MS);
    if (coarse !== this.#coarse) {
      this.#cpuCount = 0;
      this.#memoryCount = 0;
    }
    this.#coarse = this.#open(COARSE, this.#coarse, coarse);
    this.#cpuCount = this.#average(COARSE.cpu + (coarse % COARSE_SLOTS), usage.cpu, this.#cpuCount);
    this.#memoryCount = this.#average(COARSE.memory + (coarse % COARSE_SLOTS), usage.memory, this.#memoryCount);
  }

  /** A value by the minute from an earlier run: fills the slot where nothing is known. */
  restore(at: number, usage: Usage): void {
    const coarse = Math.floor(at / COARSE_MS);
    if (coarse > this.#coarse) {
      if (this.#fine >= 0) return;
      this.#coarse = this.#open(COARSE, this.#coarse, coarse);
    } else if (this.#coarse - coarse >= COARSE_SLOTS) return;
    this.#first = Math.min(this.#first ?? at, at);
    this.#fill(COARSE.cpu + (coarse % COARSE_SLOTS), usage.cpu);
    this.#fill(COARSE.memory + (coarse % COARSE_SLOTS), usage.memory);
  }

  /** What is known from `from` to `to`, oldest first: by the minute, and by ten seconds as far as that reaches back. */
  points(from: number, to: number): UsagePoint[] {
    const fineFrom = this.#firstFine();
    // A minute in which the finer values begin is told by them.
    const coarse = this.#collect(COARSE, this.#coarse, from, Math.min(to, fineFrom - COARSE_MS));
    return [...coarse, ...this.#collect(FINE, this.#fine, Math.max(from, fineFrom), to)];
  }

  /** As {@link points}, summed up: for thousands of subjects at once. */
  summary(from: number, to: number): UsageSummary {
    const fineFrom = this.#firstFine();
    const found = { cpu: 0, memory: 0, samples: 0, first: Number.NaN, last: Number.NaN };
    this.#gather(COARSE, this.#coarse, { from, to: Math.min(to, fineFrom - COARSE_MS) }, found);
    this.#gather(FINE, this.#fine, { from: Math.max(from, fineFrom), to }, found);
    return {
      cpu: sortedStatistics(SCRATCH_CPU.subarray(0, found.cpu)),
      memory: sortedStatistics(SCRATCH_MEMORY.subarray(0, found.memory)),
      samples: found.samples,
      first: found.samples > 0 ? found.first : undefined,
      last: found.samples > 0 ? found.last : undefined,
    };
  }

  #gather(part: Part, newest: number, window: TimeWindow, found: Gathered): void {
    const [first, last] = slotsOf(part, newest, window);
    for (let slot = first; slot <= last; slot += 1) {
      const cpu = this.#values[part.cpu + (slot % part.slots)] ?? Number.NaN;
      const memory = this.#values[part.memory + (slot % part.slots)] ?? Number.NaN;
      if (!Number.isNaN(cpu)) SCRATCH_CPU[found.cpu++] = cpu;
      if (!Number.isNaN(memory)) SCRATCH_MEMORY[found.memory++] = memory;
      if (Number.isNaN(cpu) && Number.isNaN(memory)) continue;
      if (found.samples === 0) found.first = slot * part.step;
      found.last = slot * part.step;
      found.samples += 1;
    }
  }

  /** The minute's mean, for the store; undefined where nothing is known of it. */
  minute(at: number): Usage | undefined {
    const coarse = Math.floor(at / COARSE_MS);
    if (coarse > this.#coarse || this.#coarse - coarse >= COARSE_SLOTS) return undefined;
    return this.#usageAt(COARSE, coarse);
  }

  /** Epoch ms of the oldest value by ten seconds; Infinity without any. */
  #firstFine(): number {
    if (this.#fine < 0) return Number.POSITIVE_INFINITY;
    for (let slot = Math.max(0, this.#fine - FINE_SLOTS + 1); slot <= this.#fine; slot += 1) {
      if (this.#usageAt(FINE, slot)) return slot * FINE_MS;
    }
    return Number.POSITIVE_INFINITY;
  }

  #collect(part: Part, newest: number, from: number, to: number): UsagePoint[] {
    const points: UsagePoint[] = [];
    const [first, last] = slotsOf(part, newest, { from, to });
    for (let slot = first; slot <= last; slot += 1) {
      const usage = this.#usageAt(part, slot);
      if (usage) points.push({ at: slot * part.step, ...usage });
    }
    return points;
  }

  #usageAt(part: Part, slot: number): Usage | undefined {
    const cpu = this.#values[part.cpu + (slot % part.slots)] ?? Number.NaN;
    const memory = this.#values[part.memory + (slot % part.slots)] ?? Number.NaN;
    if (Number.isNaN(cpu) && Number.isNaN(memory)) return undefined;
    return { cpu: Number.isNaN(cpu) ? undefined : cpu, memory: Number.isNaN(memory) ? undefined : memory };
  }

  /** Moves on to `slot`; what lay between was not measured. */
  #open(part: Part, newest: number, slot: number): number {
    const skipped = newest < 0 ? part.slots : Math.min(part.slots, slot - newest);
    for (let step = 0; step < skipped; step += 1) {
      const at = (slot - step + part.slots) % part.slots;
      this.#values[part.cpu + at] = Number.NaN;
      this.#values[part.memory + at] = Number.NaN;
    }
    return Math.max(newest, slot);
  }

  #put(place: number, value: number | undefined): void {
    if (value !== undefined && Number.isFinite(value)) this.#values[place] = value;
  }

  #fill(place: number, value: number | undefined): void {
    if (Number.isNaN(this.#values[place])) this.#put(place, value);
  }

  #average(place: number, value: number | undefined, count: number): number {
    if (value === undefined || !Number.isFinite(value)) return count;
    const before = this.#values[place] ?? Number.NaN;
    this.#values[place] = count === 0 || Number.isNaN(before) ? value : before + (value - before) / (count + 1);
    return count + 1;
  }
}
