/** Which processes of a merged log are shown: all but some, or some only; new ones follow the same rule. */
export interface ProcessChoice {
  readonly kind: 'without' | 'only';
  readonly writers: ReadonlySet<string>;
}

export const ALL_PROCESSES: ProcessChoice = { kind: 'without', writers: new Set() };

export function isChosen(choice: ProcessChoice, writer: string): boolean {
  return choice.writers.has(writer) === (choice.kind === 'only');
}

export function showsAll(choice: ProcessChoice): boolean {
  return choice.kind === 'without' && choice.writers.size === 0;
}

/** One process on or off; a choice that hides nothing any more is {@link ALL_PROCESSES}. */
export function toggled(choice: ProcessChoice, writer: string): ProcessChoice {
  const writers = new Set(choice.writers);
  if (!writers.delete(writer)) writers.add(writer);
  // The last one of a few: nothing left would be an empty screen, and everything is what is meant.
  return writers.size === 0 ? ALL_PROCESSES : { kind: choice.kind, writers };
}

/** This one alone; once more: all of them again. */
export function alone(choice: ProcessChoice, writer: string): ProcessChoice {
  const already = choice.kind === 'only' && choice.writers.size === 1 && choice.writers.has(writer);
  return already ? ALL_PROCESSES : { kind: 'only', writers: new Set([writer]) };
}
