import { type Line, type Span, spreadLine } from '../text/line.ts';
import type { Glyphs } from '../theme/glyphs.ts';

export interface StatusFacts {
  /** One-based; 0 in an empty table. */
  readonly position: number;
  readonly shown: number;
  readonly total: number;
  readonly filter: string;
  readonly filterProblem: string | undefined;
  readonly unhealthyOnly: boolean;
  readonly marks: number;
  readonly sortHeader: string | undefined;
  readonly descending: boolean;
  /** Headers of columns that found no room. */
  readonly dropped: readonly string[];
}

/** `3/212  /status:crashed  2 marked` on the left; sort and hidden columns on the right. */
export function statusLine(facts: StatusFacts, width: number, glyphs: Glyphs): Line {
  const left: Span[] = [{ text: ` ${position(facts)}`, role: 'muted' }];
  if (facts.filter !== '') left.push({ text: '  ' }, { text: `/${facts.filter}`, role: 'accent' });
  if (facts.filterProblem) left.push({ text: '  ' }, { text: `! ${facts.filterProblem}`, role: 'warning' });
  if (facts.unhealthyOnly) left.push({ text: '  ' }, { text: '! only unhealthy', role: 'warning' });
  if (facts.marks > 0) left.push({ text: '  ' }, { text: `${glyphs.mark} ${facts.marks} marked`, role: 'accent' });
  return spreadLine(left, right(facts, width, glyphs), width, glyphs.ellipsis);
}

function position(facts: StatusFacts): string {
  const filtered = facts.shown === facts.total ? '' : ` of ${facts.total}`;
  return `${facts.position}/${facts.shown}${filtered}`;
}

function right(facts: StatusFacts, width: number, glyphs: Glyphs): Line {
  const spans: Span[] = [];
  if (facts.dropped.length > 0 && width >= 100) {
    spans.push({ text: `hidden: ${facts.dropped.join(' ')}   `, role: 'muted' });
  } else if (facts.dropped.length > 0 && facts.filter === '') {
    spans.push({ text: `+${facts.dropped.length} column${facts.dropped.length === 1 ? '' : 's'}   `, role: 'muted' });
  }
  if (facts.sortHeader) {
    const arrow = facts.descending ? glyphs.descending : glyphs.ascending;
    spans.push({ text: `${facts.sortHeader.toLowerCase()} ${arrow} `, role: 'muted' });
  }
  return spans;
}
