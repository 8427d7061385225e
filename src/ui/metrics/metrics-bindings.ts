import type { KeyBinding } from '../keys/key-binding.ts';

const key = (id: string, keys: readonly string[], label: string, hint?: number): KeyBinding => ({
  id: `metrics.${id}`,
  context: 'metrics',
  keys,
  label,
  ...(hint === undefined ? {} : { hint }),
});

/** Keys of the chart view. Up and down are the list's, left and right the time's. */
export const METRICS_BINDINGS: readonly KeyBinding[] = [
  key('open', ['enter'], 'chart of it', 1),
  key('wider', ['o'], 'wider', 2),
  key('list', ['tab'], 'next list', 3),
  key('sort', ['S'], 'by cpu or mem', 6),
  key('left', ['left', 'h'], 'earlier', 4),
  key('right', ['right'], 'later'),
  key('far-left', ['shift+left', 'b'], 'much earlier'),
  key('far-right', ['shift+right', 'f'], 'much later'),
  key('previous-deploy', ['N'], 'deploy before'),
  key('next-deploy', ['n'], 'next deploy'),
  key('now', ['0', 'escape'], 'back to now'),
  key('15m', ['1'], '15 minutes', 9),
  key('1h', ['2'], '1 hour', 10),
  key('3h', ['3'], '3 hours', 11),
  key('timeline', ['t'], 'timeline', 5),
  key('logs', ['l'], 'logs', 8),
  key('down', ['j', 'down'], 'down'),
  key('up', ['k', 'up'], 'up'),
  key('page-down', ['pagedown', 'ctrl+d', 'ctrl+f'], 'page down'),
  key('page-up', ['pageup', 'ctrl+u', 'ctrl+b'], 'page up'),
  key('top', ['g', 'home'], 'first row'),
  key('bottom', ['G', 'end'], 'last row'),
  key('copy', ['c'], 'copy name'),
];

export const WINDOW_KEYS: Readonly<Record<string, number>> = {
  'metrics.15m': 15 * 60_000,
  'metrics.1h': 60 * 60_000,
  'metrics.3h': 3 * 60 * 60_000,
};
