import type { KeyBinding } from '../keys/key-binding.ts';

const key = (id: string, keys: readonly string[], label: string, hint?: number): KeyBinding => ({
  id: `text.${id}`,
  context: 'text',
  keys,
  label,
  ...(hint === undefined ? {} : { hint }),
});

/** Keys of every screen that shows a long text: describe, raw JSON, manifest, help. */
export const TEXT_BINDINGS: readonly KeyBinding[] = [
  key('search', ['/'], 'search', 1),
  key('next', ['n'], 'next hit', 2),
  key('previous', ['N'], 'previous hit'),
  key('down', ['j', 'down'], 'down'),
  key('up', ['k', 'up'], 'up'),
  key('half-down', ['ctrl+d'], 'half a page down'),
  key('half-up', ['ctrl+u'], 'half a page up'),
  key('page-down', ['pagedown', 'ctrl+f', 'space'], 'page down'),
  key('page-up', ['pageup', 'ctrl+b'], 'page up'),
  key('top', ['g', 'home'], 'first line'),
  key('bottom', ['G', 'end'], 'last line'),
  key('wrap', ['w'], 'wrap', 4),
  key('left', ['left'], 'scroll left'),
  key('right', ['right'], 'scroll right'),
  key('copy', ['c'], 'copy line'),
  key('copy-all', ['C'], 'copy all', 3),
];
