import { createHash } from 'node:crypto';

export type AuditStatus = 'success' | 'failed' | 'denied' | 'error' | 'alert';
export type ActionType = 'auth' | 'convox' | 'gateway' | 'security' | 'tokens' | 'users' | 'admin';

export interface AuditActor {
  readonly userId: number;
  readonly email: string;
  readonly name: string;
  readonly tokenId?: number;
  readonly tokenName?: string;
}

export interface NewAuditEvent {
  readonly at: number;
  readonly actor: AuditActor;
  readonly actionType: ActionType;
  /** `<resource>.<verb>`, such as `release.promote`. */
  readonly action: string;
  readonly status: AuditStatus;
  readonly resource?: string;
  readonly resourceType?: string;
  readonly command?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly ip?: string;
  readonly userAgent?: string;
  readonly rbacDecision?: 'allow' | 'deny';
  readonly httpStatus?: number;
  readonly approvalId?: number;
  readonly requestId?: string;
  readonly responseTimeMs: number;
}

export interface AuditEvent extends NewAuditEvent {
  readonly id: number;
  readonly hash: string;
  readonly previousHash?: string;
}

/** Equal events close in time become one row with a count (gateway.md 7.4). */
export interface AuditGroup {
  readonly id: number;
  readonly first: AuditEvent;
  last: AuditEvent;
  firstSeen: number;
  lastSeen: number;
  count: number;
  minMs: number;
  maxMs: number;
  totalMs: number;
}

const GROUPING_MS = 5 * 60_000;
const KEPT_ROWS = 5_000;

export class AuditLog {
  readonly #events: AuditEvent[] = [];
  readonly #groups: AuditGroup[] = [];
  readonly #open = new Map<string, AuditGroup>();
  #nextEventId = 1;
  #nextGroupId = 1;
  #lastHash: string | undefined;

  write(entry: NewAuditEvent): void {
    const hash = createHash('sha256')
      .update(`${this.#lastHash ?? ''}${JSON.stringify(entry)}`)
      .digest('base64');
    const event: AuditEvent = {
      ...entry,
      id: this.#nextEventId++,
      hash,
      ...(this.#lastHash === undefined ? {} : { previousHash: this.#lastHash }),
    };
    this.#lastHash = hash;
    keep(this.#events, event);
    this.#aggregate(event);
  }

  /** Newest first by the last time seen; seeded history arrives late but belongs earlier. */
  groups(): AuditGroup[] {
    return this.#groups.toSorted((a, b) => b.lastSeen - a.lastSeen || b.id - a.id);
  }

  events(): readonly AuditEvent[] {
    return this.#events;
  }

  #aggregate(event: AuditEvent): void {
    const key = JSON.stringify([
      event.actor.email,
      event.actor.tokenId,
      event.action,
      event.resource,
      event.command,
      event.status,
      event.details,
    ]);
    const group = this.#open.get(key);
    if (group !== undefined && Math.abs(event.at - group.lastSeen) <= GROUPING_MS) {
      group.last = event;
      group.firstSeen = Math.min(group.firstSeen, event.at);
      group.lastSeen = Math.max(group.lastSeen, event.at);
      group.count += 1;
      group.minMs = Math.min(group.minMs, event.responseTimeMs);
      group.maxMs = Math.max(group.maxMs, event.responseTimeMs);
      group.totalMs += event.responseTimeMs;
      return;
    }
    const opened: AuditGroup = {
      id: this.#nextGroupId++,
      first: event,
      last: event,
      firstSeen: event.at,
      lastSeen: event.at,
      count: 1,
      minMs: event.responseTimeMs,
      maxMs: event.responseTimeMs,
      totalMs: event.responseTimeMs,
    };
    this.#open.set(key, opened);
    const dropped = keep(this.#groups, opened);
    if (dropped !== undefined) for (const [name, value] of this.#open) if (value === dropped) this.#open.delete(name);
  }
}

/** Appends and returns the row that had to go, so that a long-running demo does not grow without end. */
function keep<T>(rows: T[], row: T): T | undefined {
  rows.push(row);
  return rows.length > KEPT_ROWS ? rows.shift() : undefined;
}
