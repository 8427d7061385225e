import type { KeyBinding } from '../keys/key-binding.ts';

const key = (id: string, keys: readonly string[], label: string, hint?: number): KeyBinding => ({
  id: `guide.${id}`,
  context: 'guide',
  keys,
  label,
  ...(hint === undefined ? {} : { hint }),
});

/** Keys of the list of guides and of a checklist. Applying begins with a preview: the key itself changes nothing. */
export const GUIDE_BINDINGS: readonly KeyBinding[] = [
  key('open', ['enter'], 'open', 1),
  key('apply', ['a'], 'apply', 2),
  key('undo', ['u'], 'take back', 3),
  key('next', ['n'], 'next possible step', 6),
  key('fields', ['o', 'ctrl+o'], 'values', 4),
  key('check', ['r'], 'check again', 5),
  key('save', ['s'], 'save evidence', 7),
  key('copy', ['c'], 'copy the step'),
  key('copy-all', ['C'], 'copy everything'),
  key('down', ['j', 'down'], 'down'),
  key('up', ['k', 'up'], 'up'),
  key('half-down', ['ctrl+d'], 'half a page down'),
  key('half-up', ['ctrl+u'], 'half a page up'),
  key('page-down', ['pagedown', 'ctrl+f', 'space'], 'page down'),
  key('page-up', ['pageup', 'ctrl+b'], 'page up'),
  key('top', ['g', 'home'], 'first'),
  key('bottom', ['G', 'end'], 'last'),
];
