import { json, type Reply } from './reply.ts';

const PER_SECOND = 10;
const BURST = 20;

interface Bucket {
  tokens: number;
  at: number;
}

/** One token bucket per group and client address (gateway.md 8.3). */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  allows(group: string, ip: string): boolean {
    const now = this.#now();
    const key = `${group} ${ip}`;
    const bucket = this.#buckets.get(key) ?? { tokens: BURST, at: now };
    const refilled = Math.min(BURST, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * PER_SECOND);
    const allowed = refilled >= 1;
    this.#buckets.set(key, { tokens: allowed ? refilled - 1 : refilled, at: now });
    return allowed;
  }

  /** `Retry-After` is rounded down to 0 upstream. */
  refusal(): Reply {
    return json(
      429,
      { error: 'rate limit exceeded', message: 'too many authentication attempts, please try again later' },
      {
        'retry-after': '0',
        'x-ratelimit-limit': String(PER_SECOND),
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(Math.ceil(this.#now() / 1000)),
      },
    );
  }
}
