import type { Place } from '../../resources/define-resource.ts';

/** Keys of screens.md 3 whose feature this version does not have yet; each says so, why, and what works instead. */
interface Unavailable {
  readonly what: string;
  readonly instead: (rack: string | undefined, place: Place) => string;
}

const UNAVAILABLE: Readonly<Record<string, Unavailable>> = {
  'table.shell': {
    what: 'A shell in the process',
    instead: (rack, place) => `convox exec ${place.process ?? '<process>'} bash${flags(rack, place)}`,
  },
  'table.stop': {
    what: 'Stopping a process',
    instead: (rack, place) => `convox ps stop ${place.process ?? '<process>'}${flags(rack, place)}`,
  },
  'table.actions': { what: 'Actions', instead: () => 'this version reads only; use the convox CLI for changes' },
  'table.next-panel': { what: 'A second panel', instead: () => 'this view has one panel' },
  'app.read-only': { what: 'Leaving read-only mode', instead: () => 'this version changes nothing on a rack' },
};

/** Short reason for hints; undefined for bindings that work. */
export function unavailableReason(id: string): string | undefined {
  return id in UNAVAILABLE ? 'not yet' : undefined;
}

/** The whole sentence for a toast. */
export function unavailableSentence(id: string, rack: string | undefined, place: Place): string | undefined {
  const entry = UNAVAILABLE[id];
  return entry && `${entry.what} is not in this version: ${entry.instead(rack, place)}`;
}

function flags(rack: string | undefined, place: Place): string {
  return `${place.app === undefined ? '' : ` -a ${place.app}`}${rack === undefined ? '' : ` -r ${rack}`}`;
}
