import type { TargetListing } from '../targets/target.ts';
import type { Output } from './output.ts';

/**
 * What was wrong or odd where racks are configured, on standard error: the command goes on with the rest, and a script's
 * standard output stays clean. Without a rack the command's own error says it.
 */
export function printRemarks(listing: TargetListing, output: Output): void {
  if (listing.targets.length === 0) return;
  for (const { what, why, next } of listing.problems) {
    output.err(
      `warning: ${what}${why === undefined ? '' : `: ${why}`}\n${next === undefined ? '' : `  next: ${next}\n`}`,
    );
  }
  for (const notice of listing.notices) output.err(`note: ${notice}\n`);
}
