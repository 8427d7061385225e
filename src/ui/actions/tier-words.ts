import type { Tier } from '../../actions/define-action.ts';
import type { Span } from '../text/line.ts';

/** Risk as glyph, word and colour (screens.md 4). */
const WORDS: Readonly<Record<Tier, Span>> = {
  1: { text: '- reversible', role: 'muted' },
  2: { text: '! service impact', role: 'warning' },
  3: { text: 'x one-way', role: 'critical' },
};

export function tierSpan(tier: Tier): Span {
  return WORDS[tier];
}

/** Width of the longest of them, in cells. */
export const TIER_WIDTH = 16;
