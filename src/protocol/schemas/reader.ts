import * as z from 'zod/mini';
import { whenFirstUsed } from '../../domain/when-first-used.ts';
import { ShapeMismatch } from './shape-mismatch.ts';

/** Turns a parsed JSON answer into a domain noun, or throws a {@link ShapeMismatch} that says what is wrong where. */
export interface Reader<T> {
  read(json: unknown): T;
  /**
   * Makes the next reads several times faster, for a cost that only a large answer pays back: 5,000 processes are checked in
   * about 4 ms instead of 25 ms, the preparation itself takes about 6 ms. Loaded on demand, for the start-up budget's sake.
   */
  prepare?(): Promise<void>;
}

/** Made when the first answer of its kind is read: there are a hundred, and a command that prints one answer reads one or two. */
type Schema<W> = () => z.ZodMiniType<W>;

/** What a schema's answers look like. */
export type Wire<S extends () => z.ZodMiniType> = z.infer<ReturnType<S>>;

/** One object. */
export function one<W, T>(schema: Schema<W>, toDomain: (wire: W) => T): Reader<T> {
  const made = whenFirstUsed(schema);
  return { read: (json) => toDomain(checked(made(), json)) };
}

/** An object or `null`. */
export function oneOrNothing<W, T>(schema: Schema<W>, toDomain: (wire: W) => T): Reader<T | undefined> {
  const reader = one(schema, toDomain);
  return { read: (json) => (json === null ? undefined : reader.read(json)) };
}

/** A list; `null` counts as empty everywhere (convox-api.md 4.4). */
export function listOf<W, T>(schema: Schema<W>, toDomain: (wire: W) => T): Reader<readonly T[]> {
  let list = whenFirstUsed((): z.ZodMiniType<W[]> => z.array(schema()));
  let prepared = false;
  return {
    read: (json) => (json === null ? [] : checked(list(), json).map(toDomain)),
    prepare: async () => {
      if (prepared) return;
      prepared = true;
      const { compile } = await import('./compile-schema.ts');
      const compiled = compile(list());
      list = () => compiled;
    },
  };
}

/** The same, in an order of our own where the wire has none. */
export function sorted<T>(reader: Reader<readonly T[]>, by: (item: T) => string): Reader<readonly T[]> {
  return { ...reader, read: (json) => [...reader.read(json)].sort((a, b) => compareText(by(a), by(b))) };
}

/** Valid JSON of any shape: for probes where a web page must not pass for an answer. */
export const anyJson: Reader<void> = { read: () => undefined };

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function checked<W>(schema: z.ZodMiniType<W>, json: unknown): W {
  const result = z.safeParse(schema, json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new ShapeMismatch(json, issue?.path ?? [], issue && 'expected' in issue ? String(issue.expected) : undefined);
}
