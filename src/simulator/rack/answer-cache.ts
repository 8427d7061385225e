import type { Reply } from '../wire/reply.ts';
import type { SimulatedRack } from '../world/simulated-rack.ts';

const TICK_MS = 1000;
const MOST_ENTRIES = 500;

interface Entry {
  readonly revision: number;
  readonly tick: number;
  readonly reply: Reply;
}

/**
 * Serialised answers, kept until the state changes or the clock ticks (usage and statuses move once a second): lists of
 * thousands of processes stay cheap however often they are asked for. With read-after-write lag, answers older than the
 * last change go on being served for that long.
 */
export class AnswerCache {
  readonly #rack: SimulatedRack;
  readonly #entries = new Map<string, Entry>();

  constructor(rack: SimulatedRack) {
    this.#rack = rack;
  }

  async get(key: string, now: number, make: () => Reply | Promise<Reply>): Promise<Reply> {
    const known = this.#entries.get(key);
    const tick = Math.floor(now / TICK_MS);
    const { revision } = this.#rack;
    if (known !== undefined && this.#fresh(known, revision, tick, now)) return known.reply;
    const reply = await make();
    if (this.#entries.size >= MOST_ENTRIES) this.#entries.clear();
    this.#entries.set(key, { revision, tick, reply });
    return reply;
  }

  #fresh(entry: Entry, revision: number, tick: number, now: number): boolean {
    if (entry.revision === revision) return entry.tick === tick;
    return now - this.#rack.changedAt < this.#rack.readLagMs;
  }
}
