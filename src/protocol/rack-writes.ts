import type { AppWrites } from './app-writes.ts';
import type { MutationGuard } from './mutation-guard.ts';
import type { ProcessWrites } from './process-writes.ts';
import type { ResourceWrites } from './resource-writes.ts';
import type { SystemWrites } from './system-writes.ts';

/** Aborting a write does not take it back: the outcome is then unclear (domain/outcome-unclear.ts). */
export interface WriteOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * The write side of a rack (convox-api.md 3), the same whether reached directly, through a gateway or a console. Every method
 * is one request: the guard admits it, it is sent once, and nothing but a demand for a second factor makes it leave again.
 * Rejects with a `Failure`; `outcomeUnclear` (domain/outcome-unclear.ts) tells whether it may have happened all the same.
 */
export interface RackWrites extends ProcessWrites, AppWrites, ResourceWrites, SystemWrites {}

/** The connections of a peer's writes; writes themselves exist under a guard only. */
export interface Writer<Writes> {
  under(guard: MutationGuard): Writes;
  /** Idempotent. Requests under way end as `cancelled`. */
  close(): Promise<void>;
}
