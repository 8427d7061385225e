import { spanText } from '../../domain/age.ts';
import type { RackShare } from '../table/row-feed.ts';
import type { Span } from '../text/line.ts';

/**
 * How far the data on screen can be trusted: `live 2s`, `stale 41s`, `offline, retry in 8s`, `log in`. The number is the
 * age of what is shown, never of an attempt.
 */
export function freshness(shares: readonly RackShare[], now: number): Span {
  if (shares.length === 0) return { text: '' };
  const [only] = shares;
  if (shares.length === 1 && only) return shareFreshness(only, now);
  const each = shares.map((share) => ({ share, live: isLive(share, now) }));
  const live = each.filter((one) => one.live);
  if (live.length === shares.length) return { text: `live ${ageOf(oldest(shares), now)}`, role: 'good' };
  if (each.every(({ share }) => share.link.kind === 'connecting')) return { text: 'connecting', role: 'notice' };
  return { text: `${live.length}/${shares.length} racks live`, role: live.length === 0 ? 'critical' : 'warning' };
}

export function shareFreshness(share: RackShare, now: number): Span {
  const { link } = share;
  if (link.kind === 'logged-out') return { text: 'log in', role: 'warning' };
  if (link.kind === 'offline') {
    const wait = link.retryAt - now;
    return { text: wait >= 1_000 ? `offline, retry in ${spanText(wait)}` : 'offline, retrying', role: 'critical' };
  }
  if (share.fetchedAt === undefined) {
    return share.failure === undefined ? { text: 'connecting', role: 'notice' } : { text: 'no data', role: 'warning' };
  }
  const age = spanText(Math.max(0, now - share.fetchedAt));
  return isLive(share, now) ? { text: `live ${age}`, role: 'good' } : { text: `stale ${age}`, role: 'warning' };
}

/** Is this rack's data what the rack would say now? */
export function isLive(share: RackShare, now: number): boolean {
  return (
    share.link.kind === 'live' &&
    share.failure === undefined &&
    share.fetchedAt !== undefined &&
    now - share.fetchedAt <= share.staleAfterMs
  );
}

function oldest(shares: readonly RackShare[]): number {
  return Math.min(...shares.map((share) => share.fetchedAt ?? Number.POSITIVE_INFINITY));
}

function ageOf(time: number, now: number): string {
  return spanText(Math.max(0, now - time));
}
