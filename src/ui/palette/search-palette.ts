import { fuzzyScore } from './fuzzy-match.ts';
import type { PaletteEntry } from './palette-entry.ts';

/** An alias that is typed in full is meant; otherwise the name counts a little more than what else finds an entry. */
const ALIAS_DISCOUNT = 40;
const ABOUT_DISCOUNT = 450;

/** Entries that fit, best first; entries that fit equally keep their order. Nothing typed: all of them. */
export function searchPalette(entries: readonly PaletteEntry[], query: string): readonly PaletteEntry[] {
  const wanted = query.trim();
  if (wanted === '') return entries;
  const scored: { entry: PaletteEntry; score: number }[] = [];
  for (const entry of entries) {
    const score = scoreOf(entry, wanted);
    if (score !== undefined) scored.push({ entry, score });
  }
  return scored.sort((a, b) => b.score - a.score).map(({ entry }) => entry);
}

function scoreOf(entry: PaletteEntry, wanted: string): number | undefined {
  const scores = [
    fuzzyScore(wanted, entry.name),
    ...entry.aliases.map((alias) => discount(fuzzyScore(wanted, alias), alias === wanted ? 0 : ALIAS_DISCOUNT)),
    wordStart(wanted, entry.about),
  ].filter((score) => score !== undefined);
  return scores.length === 0 ? undefined : Math.max(...scores);
}

/** Descriptions are found by whole words only: scattered letters occur in every sentence. */
function wordStart(wanted: string, about: string): number | undefined {
  if (wanted.length < 3 || !about.toLowerCase().includes(wanted.toLowerCase())) return undefined;
  return discount(fuzzyScore(wanted, about), ABOUT_DISCOUNT);
}

function discount(score: number | undefined, by: number): number | undefined {
  return score === undefined ? undefined : score - by;
}
