import type { LoginFlow, LoginState } from '../targets/target.ts';
import { exitCodeOf } from './exit-code.ts';
import type { Output } from './output.ts';
import { renderFailure } from './render-failure.ts';

/** Shows a login in a plain terminal until it ends; Ctrl-C cancels. Resolves with the exit code. */
export async function runLogin(
  flow: LoginFlow,
  output: Output,
  signal: AbortSignal,
  now: () => number,
): Promise<number> {
  let shown = '';
  const show = () => {
    const text = stateText(flow.state(), now());
    if (text !== '' && text !== shown) output.err(text);
    shown = text;
  };
  const cancel = () => flow.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  const unsubscribe = flow.subscribe(show);
  show();
  const end = await flow.finished;
  unsubscribe();
  signal.removeEventListener('abort', cancel);
  switch (end.step) {
    case 'done':
      output.out(`Logged in to ${end.targetName}${end.email ? ` as ${end.email}` : ''}.\n`);
      return 0;
    case 'failed':
      output.err(renderFailure(end.failure));
      return exitCodeOf(end.failure) || 1;
    default:
      output.err('Login cancelled; nothing was changed.\n');
      return 1;
  }
}

function stateText(state: LoginState, now: number): string {
  if (state.step !== 'browser') return '';
  const minutes = Math.max(1, Math.round((state.expiresAt - now) / 60_000));
  const code = state.userCode ? `and enter the code ${state.userCode}\n` : '';
  const how = state.opened ? 'A browser was opened. If it did not come up, open' : 'Open in a browser';
  return `${how}:\n\n  ${state.url}\n\n${code}Waiting up to ${minutes} minutes; Ctrl-C cancels.\n`;
}
