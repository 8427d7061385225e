import type { AnyAction } from '../../actions/define-action.ts';
import type { Selection } from '../actions/selection.ts';
import type { Hint } from '../keys/hint.ts';
import type { KeyBinding } from '../keys/key-binding.ts';
import { keyLabel } from '../keys/key-label.ts';
import type { TableBody } from './table-body.ts';
import { ACTION_KEYS, actionFor, isLinkOnly, LINK_KEYS, linkFor } from './table-commands.ts';
import { tableSelection } from './table-selection.ts';
import { unavailableReason } from './unavailable.ts';

/** Generated from the key table and the resource: links first, then what every table has. What is not there yet is left to the help. */
export function tableHints(body: TableBody): readonly Hint[] {
  const { keys, actions } = body.host;
  const frame = body.frame();
  const { current, result } = frame;
  const selection = tableSelection(body, frame);
  const actionHint = (binding: KeyBinding) => hintOfAction(body, selection, binding);
  const bound = keys.bindings
    .filter((binding) => (binding.context === 'table' || binding.context === 'global') && binding.keys.length > 0)
    .flatMap((binding) => {
      const link = linkFor(body, binding.id);
      if (binding.id in ACTION_KEYS || binding.id === 'table.actions') return actionHint(binding);
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
  // Keys of actions that only this view has: promote where releases are.
  const acting = (current === undefined ? [] : (actions?.onView(body.resource.id) ?? [])).flatMap((action) =>
    action.key === undefined || Object.values(ACTION_KEYS).includes(action.key)
      ? []
      : [{ hint: offerHint(body, selection, action, action.key), rank: ACTING_RANK }],
  );
  const ordered = [...bound, ...own, ...acting].sort((a, b) => a.rank - b.rank).map(({ hint }) => hint);
  // Two keys for the same thing: the hint of the first is enough.
  return ordered.filter((hint, at) => ordered.findIndex((other) => other.label === hint.label) === at);
}

/** An action of the view, greyed with the reason where it is refused; where nothing can be changed, the help says so. */
function hintOfAction(
  body: TableBody,
  selection: Selection,
  { id, keys, label, hint = ACTING_RANK }: KeyBinding,
): readonly { readonly hint: Hint; readonly rank: number }[] {
  const { actions } = body.host;
  const [key = ''] = keys;
  if (actions === undefined || actions.closed !== undefined || selection.racks.length === 0) return [];
  if (id === 'table.actions') {
    return actions.onView(selection.view).length === 0 ? [] : [{ hint: { key: keyLabel(key), label }, rank: hint }];
  }
  const action = actionFor(body, id);
  return action === undefined ? [] : [{ hint: { ...offerHint(body, selection, action, key), label }, rank: hint }];
}

function offerHint(body: TableBody, selection: Selection, action: AnyAction, key: string): Hint {
  const verdict = body.host.actions?.offer(action, selection).verdict;
  const label = action.title.split(' ')[0]?.toLowerCase() ?? action.title;
  // The rest of the reason is said when the key is pressed.
  const off = verdict?.allowed === false ? { disabled: verdict.reason.split(/[;:]/)[0] ?? '' } : {};
  return { key: keyLabel(key), label, ...off };
}

/** The keys of the actions stand right behind that of their menu: in a narrow terminal nothing else tells of them. */
const ACTING_RANK = 5;

/** What only this view's rows lead to: behind what every table's row answers. */
const OWN_RANK = 8;

/** Side views (metrics, timeline, env) are hinted at where there is room left. */
const SIDE_RANK = 24;

/** Keys of a row mean nothing while there is none; what narrows the rows is wanted where it hides them all. */
function worksWithoutRow(id: string, total: number): boolean {
  if (id === 'table.filter' || id === 'table.unhealthy') return total > 0;
  return !id.startsWith('table.');
}
