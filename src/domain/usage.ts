import { coresText, percentText } from './cpu.ts';
import { mebibytesText } from './memory.ts';
import type { UsageKind } from './usage-subject.ts';

/** Load at one instant; undefined where it is not known (which a rack writes as zero, convox-api.md 5.3). */
export interface Usage {
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
}

export type UsageMeasure = 'cpu' | 'memory';

/** `amount`: cores and MiB. `share`: of 1, where 1 is all that is allocatable, or the reservation. */
export type UsageUnit = 'amount' | 'share';

/** What `share`, or a percentage beside an amount, is a part of. */
export type UsageWhole = 'allocatable' | 'request' | 'reservation';

/** The most that something may or should use, in the unit `amount`; undefined where unknown. */
export interface UsageLimit {
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
  readonly of: UsageWhole;
}

/**
 * In what load is told (convox-api.md 5.1): a rack always as a share of its nodes, so that its own history and our samples
 * fit one axis; v2 racks know only shares of reservations.
 */
export function unitOf(kind: UsageKind, percentOnly: boolean): UsageUnit {
  return kind === 'rack' || percentOnly ? 'share' : 'amount';
}

export function wholeOf(kind: UsageKind, percentOnly: boolean): UsageWhole {
  if (percentOnly) return kind === 'rack' || kind === 'node' ? 'allocatable' : 'reservation';
  return kind === 'rack' || kind === 'node' ? 'allocatable' : 'request';
}

/** `0.42c`, `612 MiB`, `61%`; `-` where unknown. */
export function usageText(value: number | undefined, measure: UsageMeasure, unit: UsageUnit): string {
  if (unit === 'share') return percentText(value);
  return measure === 'cpu' ? coresText(value) : mebibytesText(value);
}

/** Part of the limit, as a share of 1; undefined where either is unknown. */
export function shareOfLimit(value: number | undefined, limit: number | undefined): number | undefined {
  return value === undefined || limit === undefined || limit <= 0 ? undefined : value / limit;
}
