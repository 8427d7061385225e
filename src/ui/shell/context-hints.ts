import type { Hint } from '../keys/hint.ts';
import type { KeyContext } from '../keys/key-binding.ts';
import { keyLabel } from '../keys/key-label.ts';
import type { KeyMap } from '../keys/key-map.ts';

export interface HintChoice {
  /** False: the context has the keys for itself. Default: true. */
  readonly withGlobal?: boolean;
  /** False for a binding that would do nothing now. */
  readonly offers?: (id: string) => boolean;
}

/** The hints of a context as the key table orders them; the shell's own follow where its keys reach through. */
export function contextHints(keys: KeyMap, context: KeyContext, choice: HintChoice = {}): readonly Hint[] {
  const { withGlobal = true, offers = () => true } = choice;
  const taken = new Set(keys.bindings.filter((each) => each.context === context).flatMap((each) => each.keys));
  return keys.bindings
    .filter((each) => each.context === context || (withGlobal && each.context === 'global'))
    .filter((each) => each.context === context || !each.keys.every((key) => taken.has(key)))
    .flatMap((each) => {
      const [key] = each.keys;
      return each.hint === undefined || key === undefined || !offers(each.id) ? [] : [{ each, key, rank: each.hint }];
    })
    .sort((a, b) => a.rank - b.rank)
    .map(({ each, key }) => ({ key: keyLabel(key), label: each.label }));
}
