import type { KeyPress } from '../keys/key-press.ts';
import { helpBox } from '../overlays/help-box.ts';
import type { Dashboard } from './dashboard.ts';
import type { Overlay } from './dashboard-state.ts';

const MOVES: Readonly<Record<string, number>> = {
  'table.down': 1,
  'table.up': -1,
  'table.half-down': 10,
  'table.half-up': -10,
  'table.page-down': 20,
  'table.page-up': -20,
  'table.top': Number.NEGATIVE_INFINITY,
  'table.bottom': Number.POSITIVE_INFINITY,
};

export function pressHelp(dashboard: Dashboard, overlay: Extract<Overlay, { kind: 'help' }>, press: KeyPress): void {
  const id = dashboard.keys.find('table', press.name)?.id ?? '';
  const move = MOVES[id];
  if (move === undefined) {
    dashboard.overlay(undefined);
    return;
  }
  const { lines, room } = helpBox(dashboard);
  const last = Math.max(0, lines.length - room);
  dashboard.overlay({ ...overlay, top: Math.min(last, Math.max(0, overlay.top + move)) });
}
