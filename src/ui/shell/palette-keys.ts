import { withoutActions } from '../actions/action-services.ts';
import type { KeyPress } from '../keys/key-press.ts';
import type { History } from '../navigation/history.ts';
import { paletteEntries } from '../palette/palette-entries.ts';
import type { PaletteEntry } from '../palette/palette-entry.ts';
import { searchPalette } from '../palette/search-palette.ts';
import type { Dashboard } from './dashboard.ts';
import type { Overlay } from './dashboard-state.ts';
import { runGlobalCommand } from './global-commands.ts';
import { selectionOnScreen } from './selection-on-screen.ts';
import { editInput, insertText, type TextInput, textInput } from './text-input.ts';

export type PaletteOverlay = Extract<Overlay, { kind: 'palette' }>;

export function openPalette(dashboard: Dashboard): void {
  const selection = selectionOnScreen(dashboard);
  dashboard.overlay({ kind: 'palette', input: textInput(''), selected: 0, selection });
  dashboard.apps.learn(dashboard.sessions, () => dashboard.changed());
}

/** What the palette lists for its input. */
export function paletteRows(dashboard: Dashboard, overlay: PaletteOverlay): readonly PaletteEntry[] {
  const location = dashboard.location();
  const focus = dashboard.body()?.focus?.() ?? {};
  const rack = dashboard.currentRack() ?? focus.rack;
  const entries = paletteEntries({
    resources: dashboard.resources,
    sessions: dashboard.sessions,
    rack,
    app: location.place.app,
    focusedApp: focus.app,
    recentApp: recentApp(dashboard.state.history, rack),
    apps: dashboard.apps.list(racksInOrder(dashboard)),
    actions: dashboard.actions.everything(overlay.selection),
    guides: dashboard.guides?.catalogue ?? withoutActions(dashboard.services),
    hasRuns: dashboard.services.actions !== undefined,
    canRecord: dashboard.services.recording !== undefined,
    canOpenDemo: dashboard.services.openDemo !== undefined && !dashboard.services.demo,
  });
  return searchPalette(entries, overlay.input.text.replace(/^:/, ''));
}

/** Going from an app to its nodes and on to its env: the app is still meant. */
function recentApp(history: History, rack: string | undefined): string | undefined {
  const visited = history.entries.slice(0, history.at + 1);
  return visited.findLast((entry) => entry.rack === rack && entry.place.app !== undefined)?.place.app;
}

/** The current rack's apps come first. */
function racksInOrder(dashboard: Dashboard): readonly string[] {
  const current = dashboard.currentRack();
  const names = dashboard.sessions.map((session) => session.target.name);
  return current === undefined ? names : [current, ...names.filter((name) => name !== current)];
}

export function pressPalette(dashboard: Dashboard, overlay: PaletteOverlay, press: KeyPress): void {
  const rows = paletteRows(dashboard, overlay);
  const selected = Math.min(overlay.selected, Math.max(0, rows.length - 1));
  switch (dashboard.keys.find('palette', press.name)?.id) {
    case 'palette.down':
      dashboard.overlay({ ...overlay, selected: rows.length === 0 ? 0 : (selected + 1) % rows.length });
      return;
    case 'palette.up':
      dashboard.overlay({ ...overlay, selected: rows.length === 0 ? 0 : (selected + rows.length - 1) % rows.length });
      return;
    case 'palette.close':
      dashboard.overlay(undefined);
      return;
    case 'palette.complete':
      if (rows[selected]) change(dashboard, overlay, textInput(rows[selected].name));
      return;
    case 'palette.accept':
      accept(dashboard, overlay, rows[selected]);
      return;
    default: {
      if (press.name === 'backspace' && overlay.input.text === '') {
        dashboard.overlay(undefined);
        return;
      }
      const input = editInput(overlay.input, press);
      if (input) change(dashboard, overlay, input);
    }
  }
}

export function pastePalette(dashboard: Dashboard, overlay: PaletteOverlay, text: string): void {
  change(dashboard, overlay, insertText(overlay.input, text));
}

function change(dashboard: Dashboard, overlay: PaletteOverlay, input: TextInput): void {
  dashboard.overlay({ ...overlay, input, selected: input.text === overlay.input.text ? overlay.selected : 0 });
}

function accept(dashboard: Dashboard, overlay: PaletteOverlay, entry: PaletteEntry | undefined): void {
  if (entry === undefined) {
    dashboard.toast(`Nothing is called '${overlay.input.text}'`, 'muted');
    return;
  }
  if (!entry.verdict.allowed) {
    dashboard.toast(`${entry.name}: ${entry.verdict.reason}`, 'warning');
    return;
  }
  dashboard.overlay(undefined);
  if ('go' in entry.target) dashboard.open(entry.target.go);
  else if ('action' in entry.target) dashboard.actions.choose(entry.target.action, overlay.selection);
  else runGlobalCommand(dashboard, entry.target.command);
}
