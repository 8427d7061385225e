import { pasteActionForm, pressActionForm } from '../actions/action-form-keys.ts';
import { pressActionMenu } from '../actions/action-menu.ts';
import { pressLeave } from '../actions/leave-question.ts';
import { type KeyPress, looksPasted } from '../keys/key-press.ts';
import type { BodyView } from './body-view.ts';
import type { Dashboard } from './dashboard.ts';
import type { Overlay } from './dashboard-state.ts';
import { pasteDialog, pressDialog } from './dialog-keys.ts';
import { runGlobalCommand } from './global-commands.ts';
import { pressHelp } from './help-keys.ts';
import { pastePalette, pressPalette } from './palette-keys.ts';
import { pastePrompt, pressPrompt } from './prompt-keys.ts';

/** The single way in for keys: whatever is on top gets them, then the body, then the shell. One repaint at the end. */
export function pressKeys(dashboard: Dashboard, presses: readonly KeyPress[]): void {
  if (waits(dashboard, () => pressKeys(dashboard, presses))) return;
  dashboard.batch(() => {
    // What a toast said has been read when the next key comes; warnings stay for their time.
    const tone = dashboard.state.toast?.tone;
    if (tone !== undefined && tone !== 'warning' && tone !== 'critical') dashboard.store.setState({ toast: undefined });
    presses.every((press, at) => {
      // Typed ahead on a slow link: `/` or `:` and a word come in one chunk and are meant.
      const opensInput = press.name === '/' || press.name === ':';
      if (!opensInput && !takesText(dashboard) && looksPasted(presses.slice(at))) {
        dashboard.toast('Pasted text is ignored here; press / or : first', 'muted');
        return false;
      }
      pressKey(dashboard, press);
      return true;
    });
  });
}

/** Bracketed paste: into an input, never as commands. */
export function pasteText(dashboard: Dashboard, text: string): void {
  if (waits(dashboard, () => pasteText(dashboard, text))) return;
  dashboard.batch(() => {
    const { overlay, prompt } = dashboard.state;
    if (overlay?.kind === 'palette') pastePalette(dashboard, overlay, text);
    else if (overlay?.kind === 'login' || overlay?.kind === 'login-form') pasteDialog(dashboard, overlay, text);
    else if (overlay?.kind === 'action-form') pasteActionForm(dashboard, overlay, text);
    else if (prompt) pastePrompt(dashboard, prompt, text);
    else if (overlay === undefined && bodyOf(dashboard)?.paste?.(text)) return;
    else dashboard.toast('Pasted text is ignored here; press / or : first', 'muted');
  });
}

/** A key may mean an action while these are still loaded behind the first frame: it is pressed, in its turn, when they are there. */
function waits(dashboard: Dashboard, press: () => void): boolean {
  const loading = dashboard.services.actions?.loading;
  void loading?.then(press);
  return loading !== undefined;
}

/** What stands on top of all else and has nothing to type into. */
const KEYS_ONLY: ReadonlySet<string> = new Set(['help', 'actions', 'leave']);

function bodyOf(dashboard: Dashboard): BodyView | undefined {
  return dashboard.sessions.length === 0 ? undefined : dashboard.body();
}

function takesText(dashboard: Dashboard): boolean {
  const { overlay, prompt } = dashboard.state;
  if (overlay) return !KEYS_ONLY.has(overlay.kind);
  return prompt !== undefined || bodyOf(dashboard)?.takesText?.() === true;
}

/** Word moves of readline, meant as such where text is typed. */
const EDITING: ReadonlySet<string> = new Set(['b', 'f', 'd']);

function pressKey(dashboard: Dashboard, press: KeyPress): void {
  const alt = /^alt\+(.)$/u.exec(press.name)?.[1];
  if (alt !== undefined && !(takesText(dashboard) && EDITING.has(alt))) {
    // On a slow link `esc` and the next key arrive together and look like alt; nothing here is bound to alt.
    pressKey(dashboard, { name: 'escape', text: '' });
    pressKey(dashboard, { name: alt === ' ' ? 'space' : alt, text: alt });
    return;
  }
  const { overlay, prompt } = dashboard.state;
  if (overlay) pressOverlay(dashboard, overlay, press);
  else if (prompt) pressPrompt(dashboard, prompt, press);
  else pressBody(dashboard, press);
}

function pressOverlay(dashboard: Dashboard, overlay: Overlay, press: KeyPress): void {
  if (overlay.kind === 'help') pressHelp(dashboard, overlay, press);
  else if (overlay.kind === 'palette') pressPalette(dashboard, overlay, press);
  else if (overlay.kind === 'actions') pressActionMenu(dashboard, overlay, press);
  else if (overlay.kind === 'action-form') pressActionForm(dashboard, overlay, press);
  else if (overlay.kind === 'leave') pressLeave(dashboard, overlay, press);
  else pressDialog(dashboard, overlay, press);
}

function pressBody(dashboard: Dashboard, press: KeyPress): void {
  const { keys } = dashboard;
  const body = bodyOf(dashboard);
  if (body?.press?.(press)) return;
  const binding = keys.find(body?.context ?? 'start', press.name);
  if (body && binding && body.command(binding.id, press.name)) return;
  if (body && binding === undefined && body.key?.(press.name)) return;
  // A key that the body has no use for just now may still mean something to the shell.
  const fallback = binding?.context === 'global' ? binding : (keys.find('global', press.name) ?? binding);
  if (fallback) runGlobalCommand(dashboard, fallback.id);
}
