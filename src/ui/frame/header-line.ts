import { spanText } from '../../domain/age.ts';
import { type Line, lineWidth, type Span, spreadLine } from '../text/line.ts';
import type { Glyphs } from '../theme/glyphs.ts';

export interface HeaderFacts {
  readonly crumbs: readonly string[];
  readonly freshness: Span;
  /** A recording under way, or one that is replayed. */
  readonly mode?: Span | undefined;
  /** What was started here and is not proven yet. */
  readonly activity?: Span | undefined;
  readonly role: string | undefined;
  readonly stepUpExpiresAt: number | undefined;
  readonly demo: boolean;
  readonly readOnly: boolean;
  readonly protected: boolean;
  readonly now: number;
}

/** Where, how fresh, who, markers. Narrow terminals lose the right-hand parts from the least to the most important. */
export function headerLine(facts: HeaderFacts, width: number, glyphs: Glyphs): Line {
  const left = crumbLine(facts.crumbs, glyphs);
  const parts = rightParts(facts);
  for (let kept = parts.length; kept > 0; kept -= 1) {
    const shown = parts.toSorted((a, b) => a.rank - b.rank).slice(0, kept);
    const right = join(parts.filter((part) => shown.includes(part)).map((part) => part.span));
    if (kept === 1 || lineWidth(left) + lineWidth(right) + 3 <= width) {
      return spreadLine(left, [...right, { text: ' ' }], width, glyphs.ellipsis);
    }
  }
  return spreadLine(left, [], width, glyphs.ellipsis);
}

function crumbLine(crumbs: readonly string[], glyphs: Glyphs): Line {
  const spans: Span[] = [{ text: ' ' }];
  crumbs.forEach((crumb, at) => {
    if (at > 0) spans.push({ text: ` ${glyphs.separator} `, role: 'muted' });
    const last = at === crumbs.length - 1;
    spans.push({ text: crumb, role: last ? 'title' : 'crumb' });
  });
  return spans;
}

interface Part {
  readonly span: Span;
  /** 0 goes last. */
  readonly rank: number;
}

function rightParts(facts: HeaderFacts): readonly Part[] {
  const parts: Part[] = [];
  if (facts.mode) parts.push({ span: facts.mode, rank: -1 });
  if (facts.activity) parts.push({ span: facts.activity, rank: 0.5 });
  if (facts.freshness.text !== '') parts.push({ span: facts.freshness, rank: 0 });
  if (facts.role) parts.push({ span: { text: facts.role }, rank: 4 });
  const left = (facts.stepUpExpiresAt ?? 0) - facts.now;
  if (left > 0) parts.push({ span: { text: `MFA ${spanText(left)}`, role: 'notice' }, rank: 5 });
  if (facts.protected) parts.push({ span: { text: 'PROTECTED', role: 'warning', bold: true }, rank: 1 });
  if (facts.readOnly) parts.push({ span: { text: 'READ-ONLY', role: 'notice' }, rank: 3 });
  if (facts.demo) parts.push({ span: { text: 'DEMO', role: 'accent', bold: true }, rank: 2 });
  return parts;
}

function join(spans: readonly Span[]): Line {
  return spans.flatMap((part, at) => (at === 0 ? [part] : [{ text: '   ' }, part]));
}
