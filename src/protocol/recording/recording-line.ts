import * as z from 'zod/mini';
import type { FailureKind } from '../../domain/failure.ts';
import type { LogSource } from '../log-stream.ts';

/**
 * A recording is gzip (one member per batch) over JSON lines: a header, then what happened, in the order in which it came, then
 * one line that says how it ended. Times are epoch ms. A file without that last line was cut short.
 */
export const RECORDING_SCHEMA = 'rackdeck/recording@1';

const text = z.string().check(z.maxLength(4_096));
const at = z.number().check(z.minimum(0), z.maximum(8.64e15));
const rack = z.number().check(z.minimum(0), z.maximum(10_000));
const args = z.array(z.unknown()).check(z.maxLength(8));

const headerSchema = z.object({
  schema: z.literal(RECORDING_SCHEMA),
  startedAt: at,
  by: text,
  racks: z.array(z.object({ name: text, kind: text })).check(z.maxLength(1_000)),
});

const logSource = z.union([
  z.object({ kind: z.literal('rack') }),
  z.object({ kind: z.literal('app'), app: text }),
  z.object({ kind: z.literal('service'), app: text, service: text }),
  z.object({ kind: z.literal('process'), app: text, process: text }),
  z.object({ kind: z.literal('build'), app: text, build: text }),
]);

const failed = z.object({ kind: text, what: text, why: z.optional(text), next: z.optional(text) });

/** Which racks a recording speaks of; lines name them by their place in this list. */
export interface RecordingHeader {
  readonly schema: typeof RECORDING_SCHEMA;
  readonly startedAt: number;
  /** `rackdeck 1.4.0`. */
  readonly by: string;
  readonly racks: readonly { readonly name: string; readonly kind: string }[];
}

export type RecordingEnd = 'stopped' | 'time' | 'full';

export interface RecordedFailure {
  readonly kind: FailureKind;
  readonly what: string;
  readonly why?: string | undefined;
  readonly next?: string | undefined;
}

export type RecordingLine =
  | {
      readonly t: number;
      readonly rack: number;
      readonly read: string;
      readonly args: readonly unknown[];
      readonly value: unknown;
    }
  /** The same answer as before, asked again. */
  | {
      readonly t: number;
      readonly rack: number;
      readonly read: string;
      readonly args: readonly unknown[];
      readonly same: true;
    }
  | {
      readonly t: number;
      readonly rack: number;
      readonly read: string;
      readonly args: readonly unknown[];
      readonly failed: RecordedFailure;
    }
  | { readonly t: number; readonly rack: number; readonly log: LogSource; readonly lines: readonly string[] }
  | { readonly t: number; readonly end: RecordingEnd };

const answerSchema = z.object({ t: at, rack, read: text, args, value: z.unknown() });
const sameSchema = z.object({ t: at, rack, read: text, args, same: z.literal(true) });
const failedSchema = z.object({ t: at, rack, read: text, args, failed });
const logSchema = z.object({ t: at, rack, log: logSource, lines: z.array(z.string()).check(z.maxLength(100_000)) });
const endSchema = z.object({ t: at, end: z.enum(['stopped', 'time', 'full']) });

/** Undefined for a line that is none of ours. */
export function parseRecordingLine(json: unknown): RecordingLine | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const schema =
    'log' in json
      ? logSchema
      : 'end' in json
        ? endSchema
        : 'same' in json
          ? sameSchema
          : 'failed' in json
            ? failedSchema
            : answerSchema;
  const result = z.safeParse(schema as z.ZodMiniType<unknown>, json);
  return result.success ? (result.data as RecordingLine) : undefined;
}

export function parseRecordingHeader(json: unknown): RecordingHeader | undefined {
  const result = z.safeParse(headerSchema, json);
  return result.success ? result.data : undefined;
}
