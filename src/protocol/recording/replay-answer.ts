import * as z from 'zod/mini';
import { safeBlock, safeText } from '../../domain/safe-text.ts';
import { RECORDED_READS, type ReadName } from './recorded-reads.ts';

/** Texts of several lines. */
const BLOCKS: ReadonlySet<string> = new Set(['env', 'manifest', 'logs', 'previousLogs']);

/**
 * A recorded answer as the noun it was made of: checked field by field, made printable (a recording is a file that somebody
 * sent), with what is not recorded left empty. Undefined for one that has not the shape it should have.
 */
export function replayAnswer(read: ReadName, value: unknown): { readonly value: unknown } | undefined {
  const recorded = RECORDED_READS[read];
  if (recorded === 'never') return undefined;
  const kept = z.safeParse(recorded.schema, value);
  if (!kept.success) return undefined;
  const { hidden } = recorded;
  const noun = (item: unknown): unknown => ({ ...hidden, ...(printable(item, '') as object) });
  return { value: Array.isArray(kept.data) ? kept.data.map(noun) : noun(kept.data) };
}

function printable(value: unknown, key: string): unknown {
  if (typeof value === 'string') return BLOCKS.has(key) ? safeBlock(value) : safeText(value);
  if (Array.isArray(value)) return value.map((item: unknown) => printable(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]: [string, unknown]) => [name, printable(field, name)]),
  );
}
