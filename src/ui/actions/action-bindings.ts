import type { KeyBinding } from '../keys/key-binding.ts';

const key = (id: string, keys: readonly string[], label: string, hint?: number): KeyBinding => ({
  id: `action.${id}`,
  context: 'action',
  keys,
  label,
  ...(hint === undefined ? {} : { hint }),
});

/** Keys of the panel of an action. What confirms depends on the risk: the panel itself says which one counts. */
export const ACTION_BINDINGS: readonly KeyBinding[] = [
  key('yes', ['y'], 'do it (reversible)'),
  key('accept', ['enter'], 'do it (service impact)'),
  key('fields', ['o', 'ctrl+o'], 'change the values', 2),
  key('undo', ['u'], 'undo', 2),
  key('next', ['n'], 'what comes next', 1),
  key('again', ['r'], 'plan again', 3),
  key('stop-watching', ['e'], 'end watching', 4),
  key('copy', ['c'], 'copy the command', 6),
  key('down', ['j', 'down'], 'down'),
  key('up', ['k', 'up'], 'up'),
  key('half-down', ['ctrl+d'], 'half a page down'),
  key('half-up', ['ctrl+u'], 'half a page up'),
  key('page-down', ['pagedown', 'ctrl+f', 'space'], 'page down'),
  key('page-up', ['pageup', 'ctrl+b'], 'page up'),
  key('top', ['g', 'home'], 'top'),
  key('bottom', ['G', 'end'], 'bottom'),
];
