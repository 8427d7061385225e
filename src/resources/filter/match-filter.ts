import type { CellValue } from '../column.ts';
import type { Comparison, Filter, FilterTerm } from './filter-term.ts';

/** What a row shows to filters; columns in the order of the filter's columns. */
export interface FilterableRow {
  /** Cell texts in lower case with a separator between them. */
  readonly haystack: string;
  readonly texts: readonly string[];
  readonly values: readonly CellValue[];
}

export function matchesFilter(row: FilterableRow, filter: Filter, now: number): boolean {
  for (const term of filter.terms) if (matchesTerm(row, term, now) === term.inverse) return false;
  return true;
}

function matchesTerm(row: FilterableRow, term: FilterTerm, now: number): boolean {
  switch (term.kind) {
    case 'text':
      return row.haystack.includes(term.text);
    case 'regex':
      return term.pattern.test(row.haystack.slice(0, term.reach));
    case 'contains':
      return (
        (row.texts[term.column] ?? '').toLowerCase().includes(term.text) ||
        String(row.values[term.column] ?? '')
          .toLowerCase()
          .includes(term.text)
      );
    case 'equals':
      return (
        (row.texts[term.column] ?? '').trim().toLowerCase() === term.text ||
        String(row.values[term.column] ?? '').toLowerCase() === term.text
      );
    case 'compare':
      return compares(row.values[term.column], term, now);
  }
}

/** An unknown value meets no comparison, whichever way it points. */
function compares(
  value: CellValue | undefined,
  term: { readonly comparison: Comparison; readonly value: number; readonly age: boolean },
  now: number,
): boolean {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  const own = term.age ? now - value : value;
  switch (term.comparison) {
    case '<':
      return own < term.value;
    case '<=':
      return own <= term.value;
    case '>':
      return own > term.value;
    case '>=':
      return own >= term.value;
    case '=':
      return own === term.value;
    case '!=':
      return own !== term.value;
  }
}

/** Does every row that meets `next` also meet `previous`? Then only the rows found so far need looking at. */
export function narrows(next: Filter, previous: Filter): boolean {
  return previous.terms.every((old, index) => {
    const term = next.terms[index];
    if (term === undefined) return false;
    if (old.kind === 'text' && term.kind === 'text' && old.inverse === term.inverse) {
      return old.inverse ? term.text === old.text : term.text.includes(old.text);
    }
    return JSON.stringify(term) === JSON.stringify(old) && term.kind !== 'regex';
  });
}
