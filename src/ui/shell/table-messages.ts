import type { Failure } from '../../domain/failure.ts';
import type { AnyResource } from '../../resources/define-resource.ts';
import type { Filter } from '../../resources/filter/filter-term.ts';
import { keyLabel } from '../keys/key-label.ts';
import type { KeyMap } from '../keys/key-map.ts';
import type { RackShare } from '../table/row-feed.ts';
import { type Line, truncateLine } from '../text/line.ts';
import { wrapWords } from '../text/wrap-words.ts';
import type { Role } from '../theme/role.ts';

export interface EmptyFacts {
  readonly resource: AnyResource;
  readonly shares: readonly RackShare[];
  readonly total: number;
  readonly filter: Filter;
  readonly unhealthyOnly: boolean;
  readonly loading: boolean;
  readonly keys: KeyMap;
  readonly width: number;
}

/** What stands in a table without rows: loading, nothing there, nothing matching, not allowed, no answer. */
export function emptyLines(facts: EmptyFacts): readonly Line[] {
  const { shares, width } = facts;
  if (facts.total > 0) return hiddenLines(facts);
  if (shares.length === 0)
    return message('! This rack is not known here.', 'warning', 'Press : to go to another one.', width);
  const troubled = shares.filter((share) => share.rows === undefined && failureOf(share) !== undefined);
  if (troubled.length > 0) return troubled.flatMap((share) => failureLines(share, facts));
  const waiting = shares.filter((share) => share.rows === undefined);
  if (waiting.length > 0) {
    if (!facts.loading) return [];
    const who = waiting.map((share) => share.rack).join(', ');
    return message(`~ Asking ${who} for ${facts.resource.title.toLowerCase()} ...`, 'notice', undefined, width);
  }
  return message(facts.resource.empty, 'plain', undefined, width);
}

/** One line per rack that is missing from a view of several racks. */
export function troubleLines(shares: readonly RackShare[], resource: AnyResource, width: number): readonly Line[] {
  if (shares.length < 2 || resource.failed !== undefined) return [];
  return shares.flatMap((share) => {
    const failure = share.rows === undefined ? failureOf(share) : undefined;
    if (failure === undefined) return [];
    const text = `   ${severe(failure) ? 'x' : '!'} ${share.rack}: ${sentence(failure)}`;
    return [truncateLine([{ text, role: severe(failure) ? 'critical' : 'warning' }], width)];
  });
}

/** The reason why a rack delivers nothing: its own failure, or the link's. */
export function failureOf(share: RackShare): Failure | undefined {
  if (share.failure !== undefined) return share.failure;
  return share.link.kind === 'offline' || share.link.kind === 'logged-out' ? share.link.failure : undefined;
}

function hiddenLines(facts: EmptyFacts): readonly Line[] {
  const { filter, unhealthyOnly, total, width, keys } = facts;
  if (filter.terms.length > 0) {
    return message(
      `No row matches /${filter.source} (${total} without the filter)`,
      'plain',
      `${key(keys, 'app.back')} clears the filter.`,
      width,
    );
  }
  if (unhealthyOnly) {
    const next = `${key(keys, 'table.unhealthy')} shows all ${total} rows.`;
    return message('+ Nothing is unhealthy here.', 'good', next, width);
  }
  return [];
}

function failureLines(share: RackShare, facts: EmptyFacts): readonly Line[] {
  const failure = failureOf(share);
  if (failure === undefined) return [];
  const role: Role = severe(failure) ? 'critical' : 'warning';
  const glyph = severe(failure) ? 'x' : '!';
  const indent = '   ';
  const wrapped = (text: string, tone: Role): Line[] =>
    wrapWords(text, Math.max(20, facts.width - indent.length - 2)).map((row) => [
      { text: `${indent}${row}`, role: tone },
    ]);
  const lines: Line[] = [[{ text: '' }], ...wrapped(`${glyph} ${headline(share, failure)}`, role)];
  if (failure.why) lines.push(...wrapped(failure.why, 'plain'));
  const next = failure.next ?? nextStep(failure, facts.keys);
  if (next) lines.push(...wrapped(next, 'muted'));
  if (failure.kind === 'not-logged-in')
    lines.push(...wrapped(`${key(facts.keys, 'app.login')} logs in here.`, 'notice'));
  if (failure.requestId) lines.push(...wrapped(`request id ${failure.requestId}`, 'muted'));
  return lines;
}

function headline(share: RackShare, failure: Failure): string {
  return failure.what.includes(share.rack) ? failure.what : `${share.rack}: ${failure.what}`;
}

function nextStep(failure: Failure, keys: KeyMap): string | undefined {
  if (failure.kind === 'not-logged-in') return undefined;
  return failure.kind === 'forbidden' || failure.kind === 'route-missing' || failure.kind === 'unsupported'
    ? `${key(keys, 'app.back')} goes back, ${key(keys, 'app.palette')} goes elsewhere.`
    : `${key(keys, 'app.refresh')} asks again.`;
}

function sentence(failure: Failure): string {
  return `${failure.what}${failure.why ? `: ${failure.why}` : ''}${failure.next ? `. ${failure.next}` : ''}`;
}

/** Not being allowed is no alarm; a rack that cannot be reached is. */
function severe(failure: Failure): boolean {
  return (
    failure.kind !== 'forbidden' &&
    failure.kind !== 'not-logged-in' &&
    failure.kind !== 'route-missing' &&
    failure.kind !== 'unsupported'
  );
}

function message(text: string, role: Role, next: string | undefined, width: number): readonly Line[] {
  const indent = '   ';
  const wrap = (words: string, tone: Role): Line[] =>
    wrapWords(words, Math.max(20, width - 5)).map((row) => [{ text: indent + row, role: tone }]);
  return [[{ text: '' }], ...wrap(text, role), ...(next ? wrap(next, 'muted') : [])];
}

function key(keys: KeyMap, id: string): string {
  return keyLabel(keys.get(id)?.keys[0] ?? '');
}
