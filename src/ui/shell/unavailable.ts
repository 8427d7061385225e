/** Keys of screens.md 3 whose feature this version does not have yet; each says so, why, and what works instead. */
interface Unavailable {
  readonly what: string;
  readonly instead: string;
}

const UNAVAILABLE: Readonly<Record<string, Unavailable>> = {
  'table.next-panel': { what: 'A second panel', instead: 'this view has one panel' },
};

/** Short reason for hints; undefined for bindings that work. */
export function unavailableReason(id: string): string | undefined {
  return id in UNAVAILABLE ? 'not yet' : undefined;
}

/** The whole sentence for a toast. */
export function unavailableSentence(id: string): string | undefined {
  const entry = UNAVAILABLE[id];
  return entry && `${entry.what} is not in this version: ${entry.instead}`;
}
