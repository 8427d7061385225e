import * as z from 'zod/mini';
import type { EnvOrdinals } from '../../domain/env-ordinals.ts';
import { redactManifest } from '../../domain/redact-manifest.ts';
import { scrubText } from '../../domain/scrub-text.ts';
import { RECORDED_READS, type ReadName } from './recorded-reads.ts';

/** What may be kept of an answer, as plain JSON; undefined where nothing may. */
export function recordAnswer(read: ReadName, answer: unknown, env: EnvOrdinals): unknown {
  const recorded = RECORDED_READS[read];
  if (recorded === 'never') return undefined;
  const kept = z.safeParse(recorded.schema, answer);
  return kept.success ? redacted(kept.data, env) : undefined;
}

/** Every text is scrubbed, wherever it stands; environments and manifests are taken apart. */
function redacted(value: unknown, env: EnvOrdinals): unknown {
  if (typeof value === 'string') return scrubbed(value);
  if (Array.isArray(value)) return value.map((item: unknown) => redacted(item, env));
  if (typeof value !== 'object' || value === null) return value;
  const { app } = value as { readonly app?: unknown };
  return Object.fromEntries(
    Object.entries(value).map(([key, field]: [string, unknown]) => {
      if (key === 'env') return [key, env.redact(typeof app === 'string' ? app : '', String(field))];
      if (key === 'manifest') return [key, redactManifest(String(field))];
      return [key, redacted(field, env)];
    }),
  );
}

/** Line by line: a report's last words are many. */
function scrubbed(text: string): string {
  if (!text.includes('\n')) return scrubText(text).text;
  return text
    .split('\n')
    .map((line) => scrubText(line).text)
    .join('\n');
}
