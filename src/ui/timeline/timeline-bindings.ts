import type { KeyBinding } from '../keys/key-binding.ts';

const key = (id: string, keys: readonly string[], label: string, hint?: number): KeyBinding => ({
  id: `timeline.${id}`,
  context: 'timeline',
  keys,
  label,
  ...(hint === undefined ? {} : { hint }),
});

/** Keys of the timeline; the strip above the events follows their cursor. */
export const TIMELINE_BINDINGS: readonly KeyBinding[] = [
  key('open', ['enter'], 'open', 1),
  key('logs', ['l'], 'logs then', 2),
  key('metrics', ['m'], 'metrics then', 3),
  key('describe', ['d'], 'describe', 4),
  key('wider', ['o'], 'wider', 5),
  key('unhealthy', ['ctrl+z'], 'only unhealthy', 7),
  key('deploys', ['D'], 'only deploys', 8),
  key('15m', ['1'], '15 minutes', 9),
  key('1h', ['2'], '1 hour'),
  key('3h', ['3'], '3 hours'),
  key('24h', ['4'], 'a day'),
  key('down', ['j', 'down'], 'later'),
  key('up', ['k', 'up'], 'earlier'),
  key('page-down', ['pagedown', 'ctrl+d', 'ctrl+f'], 'page down'),
  key('page-up', ['pageup', 'ctrl+u', 'ctrl+b'], 'page up'),
  key('top', ['g', 'home'], 'oldest'),
  key('bottom', ['G', 'end'], 'newest'),
  key('copy', ['c'], 'copy'),
];

export const STRIP_KEYS: Readonly<Record<string, number>> = {
  'timeline.15m': 15 * 60_000,
  'timeline.1h': 60 * 60_000,
  'timeline.3h': 3 * 60 * 60_000,
  'timeline.24h': 24 * 60 * 60_000,
};
