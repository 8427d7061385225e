import { asFailure } from '../../domain/failure.ts';
import type { KeyPress } from '../keys/key-press.ts';
import type { Dashboard } from './dashboard.ts';
import type { Overlay } from './dashboard-state.ts';
import { keepDraft, retryLogin, startLogin } from './login-commands.ts';
import { editInput, insertText, type TextInput } from './text-input.ts';

export type LoginFormOverlay = Extract<Overlay, { kind: 'login-form' }>;
export type LoginOverlay = Extract<Overlay, { kind: 'login' }>;

export function pressDialog(dashboard: Dashboard, overlay: LoginFormOverlay | LoginOverlay, press: KeyPress): void {
  if (overlay.kind === 'login-form') pressForm(dashboard, overlay, press);
  else pressLogin(dashboard, overlay, press);
}

export function pasteDialog(dashboard: Dashboard, overlay: LoginFormOverlay | LoginOverlay, text: string): void {
  if (overlay.kind === 'login') {
    if (overlay.takesCode)
      dashboard.overlay({ ...overlay, code: insertText(overlay.code, text.trim()), complaint: undefined });
    return;
  }
  edited(dashboard, overlay, insertText(overlay[overlay.field], text.trim()));
}

function edited(dashboard: Dashboard, overlay: LoginFormOverlay, input: TextInput): void {
  const value = overlay.field === 'url' ? withOneScheme(input) : input;
  dashboard.overlay({ ...overlay, [overlay.field]: value, complaint: undefined });
}

/** An address that brings its own scheme replaces the `https://` that stands there, typed or pasted. */
function withOneScheme(input: TextInput): TextInput {
  const doubled = /^https?:\/\/(?=https?:\/\/)/i.exec(input.text)?.[0].length ?? 0;
  return { text: input.text.slice(doubled), cursor: Math.max(0, input.cursor - doubled) };
}

function pressForm(dashboard: Dashboard, overlay: LoginFormOverlay, press: KeyPress): void {
  switch (dashboard.keys.find('dialog', press.name)?.id) {
    case 'dialog.cancel':
      keepDraft(dashboard, { name: overlay.name.text, url: overlay.url.text });
      dashboard.overlay(undefined);
      return;
    case 'dialog.next':
    case 'dialog.previous':
      dashboard.overlay({ ...overlay, field: overlay.field === 'name' ? 'url' : 'name' });
      return;
    case 'dialog.accept':
      submitForm(dashboard, overlay);
      return;
    default: {
      const input = editInput(overlay[overlay.field], press);
      if (input) edited(dashboard, overlay, input);
    }
  }
}

function submitForm(dashboard: Dashboard, overlay: LoginFormOverlay): void {
  const name = overlay.name.text.trim();
  const url = withScheme(overlay.url.text.trim());
  const nameComplaint = nameProblem(name);
  if (nameComplaint !== undefined) {
    dashboard.overlay({ ...overlay, field: 'name', complaint: nameComplaint });
    return;
  }
  const untouched = url === '' || /^https?:\/\/$/.test(url);
  const urlComplaint = overlay.field === 'name' && untouched ? undefined : urlProblem(url);
  if (urlComplaint !== undefined || overlay.field === 'name') {
    dashboard.overlay({ ...overlay, field: 'url', complaint: urlComplaint });
    return;
  }
  startLogin(dashboard, { name, url });
}

function nameProblem(name: string): string | undefined {
  if (name === '') return 'Give the rack a name, for example prod.';
  return /^[\w./-]{1,64}$/.test(name) ? undefined : 'A name takes letters, digits, dot, dash, underscore and slash.';
}

/** `gateway.example.com` is an address too: people paste what their browser shows. A bare word is not. */
function withScheme(address: string): string {
  return /^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?=[:/]|$)|^[a-z0-9-]+:\d+(?=\/|$)/i.test(address)
    ? `https://${address}`
    : address;
}

function urlProblem(url: string): string | undefined {
  if (!URL.canParse(url)) return 'That is no address; write for example https://gateway.example.com';
  const { protocol, username, password, hostname } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return 'The address begins with https://';
  if (username !== '' || password !== '') return 'Leave user and password out of the address.';
  return hostname === '' ? 'The address has no host.' : undefined;
}

function pressLogin(dashboard: Dashboard, overlay: LoginOverlay, press: KeyPress): void {
  const state = overlay.flow.state();
  switch (dashboard.keys.find('dialog', press.name)?.id) {
    case 'dialog.cancel':
      overlay.flow.cancel();
      dashboard.overlay(undefined);
      if (state.step === 'starting' || state.step === 'browser') dashboard.toast('Login cancelled', 'muted');
      return;
    case 'dialog.copy':
      if (state.step === 'browser') dashboard.copy(state.url, 'address');
      return;
    case 'dialog.accept':
      if (state.step === 'browser') submitCode(dashboard, overlay);
      else if (state.step === 'failed') retryLogin(dashboard, overlay.request);
      else if (state.step !== 'starting') dashboard.overlay(undefined);
      return;
    default: {
      const input = overlay.takesCode && state.step === 'browser' ? editInput(overlay.code, press) : undefined;
      if (input) dashboard.overlay({ ...overlay, code: input, complaint: undefined });
    }
  }
}

function submitCode(dashboard: Dashboard, overlay: LoginOverlay): void {
  const code = overlay.code.text.replace(/\s/g, '');
  if (code === '') return;
  overlay.flow.submitCode(code).catch((error) => {
    const current = dashboard.state.overlay;
    if (current?.kind !== 'login' || current.flow !== overlay.flow) return;
    const failure = asFailure(error, 'The code was not accepted');
    const complaint = failure.why ? `${failure.what}: ${failure.why}` : failure.what;
    dashboard.overlay({ ...current, code: { text: '', cursor: 0 }, complaint });
  });
}
