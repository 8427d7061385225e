import { Failure } from '../domain/failure.ts';
import { settingNamesOf } from '../domain/guardrail-rules.ts';
import { nearName } from '../domain/near-name.ts';
import { safeText } from '../domain/safe-text.ts';

/** Names that a variable gives to a rack: they come and go with it. */
const NAMED_BY_VARIABLES: ReadonlySet<string> = new Set(['direct', '(from environment)']);

/** Entries of `racks` in our own settings that hold for none of these racks; each name as the file has it. */
export function unmatchedNames(entries: Iterable<string>, racks: readonly string[]): readonly string[] {
  const meant = new Set(racks.flatMap(settingNamesOf));
  return [...entries].filter((name) => !meant.has(name) && !NAMED_BY_VARIABLES.has(name));
}

/** A slip in the name would leave a rack without its guard, and nobody would see it. */
export function unmatchedSettings(name: string, racks: readonly string[], path: string): Failure {
  const shown = safeText(JSON.stringify(name), 120);
  const near = nearName(name, racks);
  return new Failure({
    kind: 'malformed',
    what: `The setting \`racks.${shown}\` in ${path} holds for no rack`,
    why: 'no rack of this name is known here, so what it says guards nothing',
    next:
      near === undefined
        ? 'Write the name as the list of racks shows it, or remove the entry.'
        : `Did you mean ${JSON.stringify(near)}? Correct the name, or remove the entry.`,
    where: path,
  });
}
