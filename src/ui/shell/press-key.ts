import { type KeyPress, looksPasted } from '../keys/key-press.ts';
import type { Dashboard } from './dashboard.ts';
import { pasteDialog, pressDialog } from './dialog-keys.ts';
import { runGlobalCommand } from './global-commands.ts';
import { pressHelp } from './help-keys.ts';
import { pastePalette, pressPalette } from './palette-keys.ts';
import { pastePrompt, pressPrompt } from './prompt-keys.ts';

/** The single way in for keys: whatever is on top gets them, then the body, then the shell. One repaint at the end. */
export function pressKeys(dashboard: Dashboard, presses: readonly KeyPress[]): void {
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
  dashboard.batch(() => {
    const { overlay, prompt } = dashboard.state;
    if (overlay?.kind === 'palette') pastePalette(dashboard, overlay, text);
    else if (overlay?.kind === 'login' || overlay?.kind === 'login-form') pasteDialog(dashboard, overlay, text);
    else if (prompt) pastePrompt(dashboard, prompt, text);
    else dashboard.toast('Pasted text is ignored here; press / or : first', 'muted');
  });
}

function takesText(dashboard: Dashboard): boolean {
  const { overlay, prompt } = dashboard.state;
  return prompt !== undefined || (overlay !== undefined && overlay.kind !== 'help');
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
  if (overlay?.kind === 'help') pressHelp(dashboard, overlay, press);
  else if (overlay?.kind === 'palette') pressPalette(dashboard, overlay, press);
  else if (overlay) pressDialog(dashboard, overlay, press);
  else if (prompt) pressPrompt(dashboard, prompt, press);
  else pressBody(dashboard, press);
}

function pressBody(dashboard: Dashboard, press: KeyPress): void {
  const { keys } = dashboard;
  const body = dashboard.sessions.length === 0 ? undefined : dashboard.body();
  const binding = keys.find(body?.context ?? 'start', press.name);
  if (body && binding && body.command(binding.id, press.name)) return;
  if (body && binding === undefined && body.key?.(press.name)) return;
  // A key that the body has no use for just now may still mean something to the shell.
  const fallback = binding?.context === 'global' ? binding : (keys.find('global', press.name) ?? binding);
  if (fallback) runGlobalCommand(dashboard, fallback.id);
}
