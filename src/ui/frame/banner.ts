import { spanText } from '../../domain/age.ts';
import type { Failure } from '../../domain/failure.ts';
import type { RackShare } from '../table/row-feed.ts';
import type { Line } from '../text/line.ts';

/**
 * One line over the body while what is shown is not what the rack would say: why, how old the data is, what helps.
 * Undefined while everything is as it should be, or where the body itself says it (no data at all).
 */
export function bannerLine(
  shares: readonly RackShare[],
  now: number,
  loginKey: string,
  refreshKey: string,
): Line | undefined {
  const troubled = shares.filter((share) => share.fetchedAt !== undefined && trouble(share));
  const [first] = troubled;
  if (first === undefined) return undefined;
  const who = shares.length > 1 ? `${first.rack}: ` : '';
  const more = troubled.length > 1 ? `  (and ${troubled.length - 1} more)` : '';
  const age = `data from ${spanText(Math.max(0, now - (first.fetchedAt ?? now)))} ago`;
  const { link } = first;
  // What helps comes before why: the end of the line is what a narrow terminal cuts.
  if (link.kind === 'logged-out') {
    return banner('banner-warning', `${who}${loginKey} logs in again, ${age}: ${reason(link.failure)}${more}`);
  }
  if (link.kind === 'offline') {
    const since = spanText(Math.max(0, now - link.since));
    const text = `${who}offline for ${since}, ${age}, ${refreshKey} retries now: ${reason(link.failure)}${more}`;
    return banner('banner-critical', text);
  }
  const { failure } = first;
  if (failure === undefined) return undefined;
  return banner('banner-warning', `${who}${age}: ${reason(failure)}${failure.next ? `. ${failure.next}` : ''}${more}`);
}

function trouble(share: RackShare): boolean {
  return share.link.kind === 'offline' || share.link.kind === 'logged-out' || share.failure !== undefined;
}

function reason(failure: Failure): string {
  return failure.why ? `${failure.what} (${failure.why})` : failure.what;
}

function banner(role: 'banner-warning' | 'banner-critical', text: string): Line {
  return [{ text: ` ${role === 'banner-critical' ? 'x' : '!'} ${text} `, role }];
}
