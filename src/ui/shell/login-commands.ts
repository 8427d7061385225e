import { asFailure } from '../../domain/failure.ts';
import type { LoginFlow, LoginState } from '../../targets/target.ts';
import type { Dashboard } from './dashboard.ts';
import type { DashboardState, LoginRequest } from './dashboard-state.ts';
import { textInput } from './text-input.ts';

export function openLoginForm(dashboard: Dashboard): void {
  const { name, url } = dashboard.state.loginDraft ?? { name: '', url: 'https://' };
  showLoginForm(dashboard, name, url);
}

/** What was typed is there again when the form is opened anew: a login that was given up is seldom given up for good. */
export function keepDraft(dashboard: Dashboard, draft: DashboardState['loginDraft']): void {
  dashboard.store.setState({ loginDraft: draft });
}

/** After a failure: the form again with what was typed, or the same rack once more. */
export function retryLogin(dashboard: Dashboard, request: LoginRequest): void {
  if ('url' in request) showLoginForm(dashboard, request.name, request.url);
  else startLogin(dashboard, request);
}

function showLoginForm(dashboard: Dashboard, name: string, url: string): void {
  const field = name === '' ? 'name' : 'url';
  dashboard.overlay({ kind: 'login-form', name: textInput(name), url: textInput(url), field, complaint: undefined });
}

/** Starts a login and keeps its dialog up to date; when it is through, racks are listed anew and everything refreshes. */
export function startLogin(dashboard: Dashboard, target: LoginRequest): void {
  if ('url' in target) keepDraft(dashboard, { name: target.name, url: target.url });
  const flow = dashboard.services.login(target);
  const takesCode = 'url' in target || target.login?.kind === 'gateway';
  dashboard.overlay({
    kind: 'login',
    title: `Log in to ${target.name}`,
    flow,
    request: target,
    takesCode,
    code: textInput(''),
    complaint: undefined,
  });
  const stop = flow.subscribe(() => dashboard.changed());
  flow.finished
    .then((state) => finish(dashboard, flow, state))
    .catch((error) => dashboard.toast(asFailure(error, 'The login failed').message, 'critical'))
    .finally(() => {
      stop();
      dashboard.changed();
    });
}

async function finish(dashboard: Dashboard, flow: LoginFlow, state: LoginState): Promise<void> {
  if (state.step !== 'done') return;
  keepDraft(dashboard, undefined);
  const { overlay } = dashboard.state;
  if (overlay?.kind === 'login' && overlay.flow === flow) dashboard.overlay(undefined);
  await dashboard.services.reloadTargets();
  dashboard.session(state.targetName)?.reconnect();
  dashboard.toast(`Logged in to ${state.targetName}${state.email === '' ? '' : ` as ${state.email}`}`, 'good');
}
