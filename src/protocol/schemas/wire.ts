import * as z from 'zod/mini';
import { safeBlock, safeText } from '../../domain/safe-text.ts';
import { parseGoTime } from '../go-time.ts';

/**
 * Building blocks of the wire schemas. Nearly everything may be missing or null (older racks, `omitempty`, Go's nil slices):
 * only what identifies an object is required. The checks are plain types without transforms, which keeps them fast; the
 * mapping to the domain is a plain function per noun, built from the helpers below.
 */
export const text = z.nullish(z.string());
export const number = z.nullish(z.number());
export const flag = z.nullish(z.boolean());
export const textMap = z.nullish(z.record(z.string(), z.nullish(z.string())));
export const texts = z.nullish(z.array(z.string()));

export function list<W>(item: z.ZodMiniType<W>) {
  return z.nullish(z.array(item));
}

type Maybe<T> = T | null | undefined;

export function str(value: Maybe<string>): string {
  return value ? safeText(value) : '';
}

export function strOrNone(value: Maybe<string>): string | undefined {
  return value === null || value === undefined ? undefined : safeText(value);
}

export function block(value: Maybe<string>): string {
  return value ? safeBlock(value) : '';
}

export function blockOrNone(value: Maybe<string>): string | undefined {
  return value === null || value === undefined ? undefined : safeBlock(value);
}

export function num(value: Maybe<number>): number {
  return value ?? 0;
}

export function numOrNone(value: Maybe<number>): number | undefined {
  return value ?? undefined;
}

export function strs(values: Maybe<readonly string[]>): readonly string[] {
  return values ? values.map((value) => safeText(value)) : [];
}

export function strMap(values: Maybe<Readonly<Record<string, Maybe<string>>>>): Readonly<Record<string, string>> {
  if (!values) return {};
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [safeText(key), str(value)]));
}

export const time = parseGoTime;
