import type { Observable } from '../domain/observable-value.ts';
import type { TimelineEvent } from '../domain/timeline-event.ts';
import type { UsageLimit } from '../domain/usage.ts';
import type { UsagePoint, UsageSummary } from '../domain/usage-series.ts';

/**
 * What we ourselves saw of one rack: load sampled from the answers that came anyway, and what changed between them. Reaches
 * back three hours (events: as far as they are kept), over earlier runs where those were kept on disk.
 */
export interface RackHistory {
  /** Grows with every reading that added something. */
  readonly version: Observable<number>;
  /** v2 racks tell shares of reservations only; undefined until the rack has said what it is. */
  readonly percentOnly: boolean | undefined;
  /** When the first sample of this run was taken, epoch ms. */
  readonly since: number | undefined;
  /** Keys (domain/usage-subject.ts) of everything that there are samples of. */
  subjects(): readonly string[];
  /** Oldest first. */
  points(subject: string, from: number, to: number): readonly UsagePoint[];
  /** The same summed up, without the cost of a list; undefined for a subject that nothing is known of. */
  summary(subject: string, from: number, to: number): UsageSummary | undefined;
  /** What the subject requests or can be given, where a reading told. */
  limit(subject: string): UsageLimit | undefined;
  /** In no order. */
  events(from: number, to: number): readonly TimelineEvent[];
  /**
   * What others wrote down and somebody asked for: the gateway's audit log. Kept while the program runs, never on the disk, so
   * that views which may not ask by themselves (gateway.md 7.4) know it too.
   */
  note(events: readonly TimelineEvent[]): void;
  /**
   * Releases, environments (counts only) and builds of the last hours, from lists that somebody read for another reason; in no
   * order. Kept apart from {@link events}: a rack tells of them whenever it is asked.
   */
  reported(from: number): readonly TimelineEvent[];
  /** Reads what earlier runs kept, once; nothing where nothing is kept. Never rejects. */
  load(): Promise<void>;
  readonly stored: StoredHistory;
}

/** What is known of the file behind it. */
export interface StoredHistory {
  /** Undefined: nothing is kept on disk (the demo, or the folder cannot be written). */
  readonly path: string | undefined;
  readonly loaded: boolean;
  /** Lines that could not be read and were left alone. */
  readonly skipped: number;
  /** Why the file could not be read or written, in words. */
  readonly problem: string | undefined;
}
