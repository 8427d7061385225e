import type { KeyBinding } from './key-binding.ts';

/**
 * Every key of the shell. Screens that live elsewhere add theirs (`DashboardServices.extraBindings`). Hints, help and
 * the key reference of the README are generated from this list; `hint` orders the hint line, small numbers first.
 */
export const SHELL_BINDINGS: readonly KeyBinding[] = [
  { id: 'table.open', context: 'table', keys: ['enter'], label: 'open', hint: 1 },
  { id: 'table.logs', context: 'table', keys: ['l'], label: 'logs', hint: 2 },
  { id: 'table.describe', context: 'table', keys: ['d'], label: 'describe', hint: 3 },
  { id: 'table.why', context: 'table', keys: ['w'], label: 'why', hint: 12 },
  { id: 'table.shell', context: 'table', keys: ['s'], label: 'shell', hint: 13 },
  { id: 'table.stop', context: 'table', keys: ['x'], label: 'stop', hint: 14 },
  { id: 'table.raw', context: 'table', keys: ['y'], label: 'raw JSON' },
  { id: 'table.actions', context: 'table', keys: ['a'], label: 'actions' },
  { id: 'table.timeline', context: 'table', keys: ['t'], label: 'timeline' },
  { id: 'table.metrics', context: 'table', keys: ['m'], label: 'metrics' },
  { id: 'table.env', context: 'table', keys: ['e'], label: 'env' },
  { id: 'table.down', context: 'table', keys: ['j', 'down'], label: 'down' },
  { id: 'table.up', context: 'table', keys: ['k', 'up'], label: 'up' },
  { id: 'table.top', context: 'table', keys: ['g', 'home'], label: 'first row' },
  { id: 'table.bottom', context: 'table', keys: ['G', 'end'], label: 'last row' },
  { id: 'table.half-down', context: 'table', keys: ['ctrl+d'], label: 'half a page down' },
  { id: 'table.half-up', context: 'table', keys: ['ctrl+u'], label: 'half a page up' },
  { id: 'table.page-down', context: 'table', keys: ['pagedown', 'ctrl+f'], label: 'page down' },
  { id: 'table.page-up', context: 'table', keys: ['pageup', 'ctrl+b'], label: 'page up' },
  { id: 'table.column-left', context: 'table', keys: ['left'], label: 'column to the left' },
  { id: 'table.column-right', context: 'table', keys: ['right'], label: 'column to the right' },
  {
    id: 'table.sort',
    context: 'table',
    keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
    label: 'sort by column',
  },
  { id: 'table.reverse', context: 'table', keys: ['S'], label: 'reverse the sort' },
  { id: 'table.mark', context: 'table', keys: ['space'], label: 'mark' },
  { id: 'table.mark-all', context: 'table', keys: ['ctrl+a'], label: 'mark all' },
  { id: 'table.copy-cell', context: 'table', keys: ['c'], label: 'copy cell' },
  { id: 'table.copy-row', context: 'table', keys: ['C'], label: 'copy row' },
  { id: 'table.unhealthy', context: 'table', keys: ['ctrl+z'], label: 'only unhealthy', hint: 23 },
  { id: 'table.filter', context: 'table', keys: ['/'], label: 'filter', hint: 21 },
  { id: 'table.next-panel', context: 'table', keys: ['tab'], label: 'next panel' },

  { id: 'app.palette', context: 'global', keys: [':'], label: 'go to', hint: 20 },
  { id: 'app.back', context: 'global', keys: ['escape'], label: 'back' },
  { id: 'app.history-back', context: 'global', keys: ['['], label: 'history back' },
  { id: 'app.history-forward', context: 'global', keys: [']'], label: 'history forward' },
  { id: 'app.refresh', context: 'global', keys: ['r'], label: 'refresh now' },
  { id: 'app.login', context: 'global', keys: ['L'], label: 'log in' },
  { id: 'app.read-only', context: 'global', keys: ['R'], label: 'read-only off' },
  { id: 'app.repaint', context: 'global', keys: ['ctrl+l'], label: 'repaint the screen' },
  { id: 'app.help', context: 'global', keys: ['?'], label: 'help', hint: 22 },
  { id: 'app.quit', context: 'global', keys: ['q', 'ctrl+c'], label: 'quit' },

  { id: 'start.login', context: 'start', keys: ['l'], label: 'log in to a gateway', hint: 1 },
  { id: 'start.demo', context: 'start', keys: ['d'], label: 'open the demo', hint: 2 },
  { id: 'start.again', context: 'start', keys: ['r'], label: 'look again', hint: 3 },

  { id: 'palette.down', context: 'palette', keys: ['down', 'ctrl+n', 'ctrl+j'], label: 'next' },
  { id: 'palette.up', context: 'palette', keys: ['up', 'ctrl+p', 'ctrl+k'], label: 'previous' },
  { id: 'palette.accept', context: 'palette', keys: ['enter'], label: 'go', hint: 1 },
  { id: 'palette.complete', context: 'palette', keys: ['tab'], label: 'complete', hint: 2 },
  { id: 'palette.close', context: 'palette', keys: ['escape', 'ctrl+c'], label: 'close', hint: 3 },

  { id: 'prompt.accept', context: 'prompt', keys: ['enter'], label: 'done', hint: 1 },
  { id: 'prompt.cancel', context: 'prompt', keys: ['escape', 'ctrl+c'], label: 'cancel', hint: 2 },
  { id: 'prompt.clear', context: 'prompt', keys: ['ctrl+u'], label: 'clear', hint: 3 },

  { id: 'dialog.next', context: 'dialog', keys: ['tab', 'down'], label: 'next field' },
  { id: 'dialog.previous', context: 'dialog', keys: ['shift+tab', 'up'], label: 'previous field' },
  { id: 'dialog.accept', context: 'dialog', keys: ['enter'], label: 'continue', hint: 1 },
  { id: 'dialog.cancel', context: 'dialog', keys: ['escape', 'ctrl+c'], label: 'cancel', hint: 3 },
  { id: 'dialog.copy', context: 'dialog', keys: ['ctrl+y'], label: 'copy the address', hint: 2 },
];
