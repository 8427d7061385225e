import type { Hint } from '../keys/hint.ts';
import { keyLabel } from '../keys/key-label.ts';
import type { TableBody } from './table-body.ts';
import { isLinkOnly, LINK_KEYS, linkFor } from './table-commands.ts';
import { unavailableReason } from './unavailable.ts';

/** Generated from the key table and the resource: links first, then what every table has. What is not there yet is left to the help. */
export function tableHints(body: TableBody): readonly Hint[] {
  const { keys } = body.host;
  const { current, result } = body.frame();
  const bound = keys.bindings
    .filter((binding) => (binding.context === 'table' || binding.context === 'global') && binding.keys.length > 0)
    .flatMap((binding) => {
      const link = linkFor(body, binding.id);
      if (link === undefined && unavailableReason(binding.id) !== undefined) return [];
      if (current === undefined && !worksWithoutRow(binding.id, result.total)) return [];
      const rank = binding.hint ?? (link ? SIDE_RANK : undefined);
      if (rank === undefined || (link === undefined && isLinkOnly(binding.id))) return [];
      const hint: Hint = {
        key: keyLabel(binding.keys[0] ?? ''),
        label: link?.label ?? binding.label,
      };
      return [{ hint, rank }];
    });
  const own = Object.entries(current === undefined ? {} : body.resource.open)
    .filter(([key]) => !Object.values(LINK_KEYS).includes(key))
    .map(([key, link]) => ({ hint: { key: keyLabel(key), label: link.label }, rank: OWN_RANK }));
  const ordered = [...bound, ...own].sort((a, b) => a.rank - b.rank).map(({ hint }) => hint);
  // Two keys for the same thing: the hint of the first is enough.
  return ordered.filter((hint, at) => ordered.findIndex((other) => other.label === hint.label) === at);
}

/** What only this view's rows lead to: behind what every table's row answers. */
const OWN_RANK = 6;

/** Side views (metrics, timeline, env) are hinted at where there is room left. */
const SIDE_RANK = 24;

/** Keys of a row mean nothing while there is none; what narrows the rows is wanted where it hides them all. */
function worksWithoutRow(id: string, total: number): boolean {
  if (id === 'table.filter' || id === 'table.unhealthy') return total > 0;
  return !id.startsWith('table.');
}
