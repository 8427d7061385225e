import { Failure } from '../domain/failure.ts';

/** Longest archive or dump taken, bytes: it is held in memory. */
export const LARGEST_DOWNLOAD = 256 * 1_048_576;

/** Text of a number that need not be whole. */
export function decimal(name: string, value: number): string;
export function decimal(name: string, value: number | undefined): string | undefined;
export function decimal(name: string, value: number | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (Number.isFinite(value)) return String(value);
  throw new Failure({ kind: 'usage', what: `${name} must be a number`, why: `it is ${value}`, nothingSent: true });
}
