import * as z from 'zod/mini';
import type { JournalEntry } from '../domain/journal-entry.ts';
import { safeText } from '../domain/safe-text.ts';

/** Entries as lines hold them. Whatever a file says is made printable like anything from outside. */

const LATEST = 8.64e15;
const text = z.pipe(
  z.string(),
  z.transform((value) => safeText(value)),
);
const at = z.number().check(z.minimum(0), z.maximum(LATEST));
const failureKind = z.enum([
  'unreachable',
  'timeout',
  'cancelled',
  'tls',
  'not-logged-in',
  'account-blocked',
  'mfa-required',
  'mfa-rejected',
  'mfa-enrollment',
  'forbidden',
  'not-found',
  'route-missing',
  'unsupported',
  'conflict',
  'invalid',
  'rate-limited',
  'server',
  'malformed',
  'usage',
]);

const subject = z.object({ id: text, app: z.optional(text), service: z.optional(text) });
const mark = z.object({ pid: z.number(), host: text, boot: z.optional(text), started: z.optional(text) });

const entrySchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('intent'),
    run: text,
    at,
    rack: z.object({ id: text, name: text }),
    user: text,
    machineUser: z.optional(text),
    actionId: text,
    subjects: z.array(subject),
    input: z.optional(z.record(text, z.string())),
    before: z.optional(z.record(text, z.array(text))),
    preview: text,
    headline: text,
    confirmation: z.enum(['key', 'enter', 'type', 'hash']),
    reason: z.optional(text),
    echo: text,
    process: mark,
  }),
  z.object({
    kind: z.literal('result'),
    run: text,
    at,
    outcome: z.enum(['ok', 'refused', 'failed', 'unclear']),
    words: text,
    failure: z.optional(z.object({ kind: failureKind, status: z.optional(z.number()), requestId: z.optional(text) })),
    requestIds: z.optional(z.array(text)),
  }),
  z.object({
    kind: z.literal('verification'),
    run: text,
    at,
    state: z.enum(['verified', 'failed', 'unknown']),
    words: text,
  }),
  z.object({
    kind: z.literal('recovered'),
    run: text,
    at,
    state: z.enum(['done', 'pending', 'absent', 'failed', 'unknown']),
    words: text,
  }),
  z.object({ kind: z.literal('note'), at, about: z.literal('torn-line'), digest: text }),
]);

/** Undefined for what a newer rackdeck wrote and this one does not know. */
export function readEntry(value: unknown): JournalEntry | undefined {
  const read = entrySchema.safeParse(value);
  return read.success ? read.data : undefined;
}
