import type { ApiToken } from './api-token-store.ts';
import type { RandomSource } from './random-source.ts';
import type { User } from './user.ts';

/** A deploy approval request (gateway.md 7.5). Never becomes `expired` by itself. Instants are milliseconds. */
export interface Approval {
  readonly id: number;
  readonly publicId: string;
  readonly message: string;
  readonly app: string;
  readonly gitCommit: string;
  readonly gitBranch?: string;
  readonly prUrl?: string;
  readonly ciMetadata?: Record<string, unknown>;
  readonly createdAt: number;
  readonly createdBy: User;
  readonly createdByToken?: ApiToken;
  readonly target: ApiToken;
  status: 'pending' | 'approved' | 'rejected' | 'deployed';
  updatedAt: number;
  decision?: { by: User; at: number };
  notes?: string;
  expiresAt?: number;
  objectUrl?: string;
  buildId?: string;
  releaseId?: string;
  processIds: string[];
  execCommands: Record<string, string[]>;
}

export type NewApproval = Pick<
  Approval,
  'message' | 'app' | 'gitCommit' | 'gitBranch' | 'prUrl' | 'ciMetadata' | 'createdBy' | 'createdByToken' | 'target'
> & { createdAt?: number };

export class ApprovalStore {
  readonly #rows: Approval[] = [];
  readonly #random: RandomSource;
  readonly #now: () => number;
  #nextId = 1;

  constructor(random: RandomSource, now: () => number) {
    this.#random = random;
    this.#now = now;
  }

  create(details: NewApproval): Approval {
    const createdAt = details.createdAt ?? this.#now();
    const row: Approval = {
      ...details,
      id: this.#nextId++,
      publicId: this.#random.uuid(),
      createdAt,
      updatedAt: createdAt,
      status: 'pending',
      processIds: [],
      execCommands: {},
    };
    this.#rows.push(row);
    return row;
  }

  find(publicId: string): Approval | undefined {
    return this.#rows.find((row) => row.publicId === publicId.toLowerCase());
  }

  /** Newest first. */
  list(): Approval[] {
    return this.#rows.toSorted((a, b) => b.createdAt - a.createdAt || b.id - a.id);
  }

  /** What blocks a new request: pending or approved for this token and commit, an expired one too. */
  blocking(target: ApiToken, gitCommit: string): Approval | undefined {
    return this.list().find(
      (row) =>
        row.target === target && row.gitCommit === gitCommit && (row.status === 'pending' || row.status === 'approved'),
    );
  }

  /** The request that a token may use for an app now, or the one that it has just used up. */
  usable(target: ApiToken, app: string): Approval | undefined {
    const rows = this.list().filter((row) => row.target === target && row.app === app);
    return rows.find((row) => this.isOpenApproved(row)) ?? rows.find((row) => row.status === 'deployed');
  }

  isOpenApproved(row: Approval): boolean {
    return row.status === 'approved' && (row.expiresAt ?? 0) > this.#now();
  }

  /** False when the request is not pending any more. */
  decide(row: Approval, verdict: 'approved' | 'rejected', by: User, notes: string, windowMs: number): boolean {
    if (row.status !== 'pending') return false;
    const at = this.#now();
    row.status = verdict;
    row.updatedAt = at;
    row.decision = { by, at };
    if (notes !== '') row.notes = notes;
    if (verdict === 'approved') row.expiresAt = at + windowMs;
    return true;
  }

  /** False when the request is not approved. */
  extend(row: Approval, windowMs: number): boolean {
    if (row.status !== 'approved') return false;
    row.updatedAt = this.#now();
    row.expiresAt = row.updatedAt + windowMs;
    return true;
  }

  change(row: Approval, apply: (row: Approval) => void): void {
    apply(row);
    row.updatedAt = this.#now();
  }
}
