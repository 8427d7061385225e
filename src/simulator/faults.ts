/** What goes wrong with a request that matches a rule. */
export type FaultEffect =
  /** Waits before going on; further rules still apply. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** The connection is reset without an answer. */
  | { readonly kind: 'reset' }
  /** Never answers, keeps the connection open. */
  | { readonly kind: 'silence' }
  /** Answers this instead; on a WebSocket the handshake fails with it. Default body: a 502-style HTML page. */
  | { readonly kind: 'status'; readonly code: number; readonly body?: string; readonly contentType?: string }
  /** The real answer with its full Content-Length, but only half of the bytes, then the connection dies. */
  | { readonly kind: 'truncate' }
  /** 200 with text that is no JSON. */
  | { readonly kind: 'malformed' }
  /** 200 with valid JSON of another shape: a list becomes an object, an object a list, a text a number. */
  | { readonly kind: 'wrong-type' }
  /** The socket dies abruptly after it has sent this many frames. */
  | { readonly kind: 'drop-after-frames'; readonly frames: number };

export interface FaultMatch {
  readonly rack?: string;
  readonly method?: string;
  readonly path?: RegExp;
  readonly kind?: 'http' | 'ws';
}

export interface FaultRule {
  readonly match: FaultMatch;
  /** How often the rule strikes; unlimited when absent. */
  readonly times?: number;
  readonly effect: FaultEffect;
}

export interface FaultTarget {
  readonly rack: string;
  readonly method: string;
  readonly path: string;
  readonly kind: 'http' | 'ws';
}

/** Something that can go away and come back at the same address. */
export interface Outage {
  goDown(): Promise<void>;
  comeUp(): Promise<void>;
}

export class Faults {
  #rules: { rule: FaultRule; left: number }[] = [];
  readonly #outages: ReadonlyMap<string, Outage>;

  constructor(outages: ReadonlyMap<string, Outage> = new Map()) {
    this.#outages = outages;
  }

  /** Adds a rule; call the result to take it away again. */
  add(rule: FaultRule): () => void {
    const entry = { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
    this.#rules.push(entry);
    return () => {
      this.#rules = this.#rules.filter((other) => other !== entry);
    };
  }

  clear(): void {
    this.#rules = [];
  }

  /** The effects that strike this request: latencies, then at most one other. Counts them as used. */
  take(target: FaultTarget): FaultEffect[] {
    const effects: FaultEffect[] = [];
    for (const entry of this.#rules) {
      if (entry.left <= 0 || !matches(entry.rule.match, target)) continue;
      entry.left--;
      effects.push(entry.rule.effect);
      if (entry.rule.effect.kind !== 'latency') break;
    }
    this.#rules = this.#rules.filter((entry) => entry.left > 0);
    return effects;
  }

  /** Closes the listener and destroys every connection; clients see a refused connection. */
  async goDown(rack: string): Promise<void> {
    await this.#outage(rack).goDown();
  }

  /** Listens again at the same port. */
  async comeUp(rack: string): Promise<void> {
    await this.#outage(rack).comeUp();
  }

  #outage(rack: string): Outage {
    const outage = this.#outages.get(rack);
    if (outage === undefined) throw new RangeError(`no simulated server named ${rack}`);
    return outage;
  }
}

function matches(match: FaultMatch, target: FaultTarget): boolean {
  return (
    (match.rack === undefined || match.rack === target.rack) &&
    (match.method === undefined || match.method === target.method) &&
    (match.kind === undefined || match.kind === target.kind) &&
    (match.path === undefined || new RegExp(match.path.source, match.path.flags.replace(/[gy]/g, '')).test(target.path))
  );
}
