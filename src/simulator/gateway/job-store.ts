/** Background jobs (gateway.md 7.7). Instants are milliseconds. */
export interface Job {
  readonly id: number;
  readonly kind: string;
  readonly queue: string;
  readonly args: Record<string, unknown>;
  readonly createdAt: number;
  readonly maxAttempts: number;
  state: 'available' | 'cancelled' | 'completed' | 'discarded' | 'pending' | 'retryable' | 'running' | 'scheduled';
  attempt: number;
  scheduledAt: number;
  attemptedAt?: number;
  finalizedAt?: number;
  errors: { attempt: number; error: string; at: number }[];
}

export class JobStore {
  readonly #rows: Job[] = [];
  readonly #now: () => number;
  #nextId = 1;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(job: Omit<Job, 'id'>): Job {
    const row = { ...job, id: this.#nextId++ };
    this.#rows.push(row);
    return row;
  }

  /** Newest first. */
  list(): Job[] {
    return this.#rows.toReversed();
  }

  find(id: number): Job | undefined {
    return this.#rows.find((row) => row.id === id);
  }

  cancel(job: Job): void {
    job.state = 'cancelled';
    job.finalizedAt = this.#now();
  }

  retry(job: Job): void {
    job.state = 'available';
    job.scheduledAt = this.#now();
    delete job.finalizedAt;
  }
}
