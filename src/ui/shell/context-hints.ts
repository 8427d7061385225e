import type { Hint } from '../keys/hint.ts';
import type { KeyContext } from '../keys/key-binding.ts';
import { keyLabel } from '../keys/key-label.ts';
import type { KeyMap } from '../keys/key-map.ts';

/** The hints of a context as the key table orders them; the shell's own follow where its keys reach through. */
export function contextHints(keys: KeyMap, context: KeyContext, withGlobal = true): readonly Hint[] {
  const taken = new Set(keys.bindings.filter((each) => each.context === context).flatMap((each) => each.keys));
  return keys.bindings
    .filter((each) => each.context === context || (withGlobal && each.context === 'global'))
    .filter((each) => each.context === context || !each.keys.every((key) => taken.has(key)))
    .flatMap((each) => {
      const [key] = each.keys;
      return each.hint === undefined || key === undefined ? [] : [{ each, key, rank: each.hint }];
    })
    .sort((a, b) => a.rank - b.rank)
    .map(({ each, key }) => ({ key: keyLabel(key), label: each.label }));
}
