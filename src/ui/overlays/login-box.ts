import { spanText } from '../../domain/age.ts';
import type { LoginFormOverlay, LoginOverlay } from '../shell/dialog-keys.ts';
import { inputSpans } from '../shell/prompt.ts';
import type { TextInput } from '../shell/text-input.ts';
import type { Line } from '../text/line.ts';
import { wrapWords } from '../text/wrap-words.ts';
import type { Role } from '../theme/role.ts';

export interface BoxContent {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly least: number;
}

const LABEL = 9;

/** Name and address of a gateway to log in to. */
export function loginFormBox(overlay: LoginFormOverlay, columns: number): BoxContent {
  const width = boxWidth(columns);
  const lines: Line[] = [
    ...words('Log in to a rack gateway. Your administrator has its address.', width, 'muted'),
    [],
    field('Name', overlay.name, overlay.field === 'name', width),
    field('Address', overlay.url, overlay.field === 'url', width),
    [],
    ...(overlay.complaint ? [...words(`! ${overlay.complaint}`, width, 'warning'), []] : []),
    keys([
      ['enter', 'continue'],
      ['tab', 'other field'],
      ['esc', 'cancel'],
    ]),
  ];
  return { title: 'Log in', lines, least: width };
}

/** Everything is indented but an address. */
function indented(line: Line): Line {
  return line[0]?.role === 'accent' ? line : [{ text: ' ' }, ...line];
}

/** A login under way: what to do, how long there is, and how it ended. */
export function loginBox(overlay: LoginOverlay, columns: number, now: number): BoxContent {
  const width = Math.max(20, columns - 4);
  return { title: overlay.title, lines: [[], ...stateLines(overlay, width, now).map(indented), []], least: width };
}

function stateLines(overlay: LoginOverlay, width: number, now: number): readonly Line[] {
  const state = overlay.flow.state();
  switch (state.step) {
    case 'starting':
      return [...words('~ Asking the server how to log in ...', width, 'notice'), [], keys([['esc', 'cancel']])];
    case 'browser':
      return browserLines(overlay, state, width, now);
    case 'done':
      return [...words(`+ Logged in${state.email === '' ? '' : ` as ${state.email}`}. Loading ...`, width, 'good')];
    case 'cancelled':
      return [...words('Login cancelled.', width, 'muted'), [], keys([['esc', 'close']])];
    case 'failed': {
      const { failure } = state;
      return [
        ...words(`x ${failure.what}`, width, 'critical'),
        ...(failure.why ? words(failure.why, width, 'plain') : []),
        ...(failure.next ? words(failure.next, width, 'muted') : []),
        ...(failure.requestId ? words(`request id ${failure.requestId}`, width, 'muted') : []),
        [],
        keys([
          ['enter', 'try again'],
          ['esc', 'close'],
        ]),
      ];
    }
  }
}

type BrowserState = Extract<ReturnType<LoginOverlay['flow']['state']>, { step: 'browser' }>;

function browserLines(overlay: LoginOverlay, state: BrowserState, width: number, now: number): readonly Line[] {
  const left = state.expiresAt - now;
  const lines: Line[] = [
    ...words(
      state.opened
        ? 'Your browser should show the sign-in page. If it does not, open:'
        : 'Open this address in a browser:',
      width,
      'plain',
    ),
    // From edge to edge and without an indent: what the mouse selects is the address.
    ...wrapWords(state.url, width + 4).map((row): Line => [{ text: row, role: 'accent' }]),
  ];
  if (state.userCode)
    lines.push([], [{ text: 'Type this code on the page: ' }, { text: state.userCode, role: 'title' }]);
  lines.push([], left > 0 ? waiting(left) : [{ text: '! The time is up', role: 'warning' }]);
  if (overlay.takesCode) {
    lines.push(
      [],
      ...words('If the page asks for a one-time code, you can type it there or here:', width, 'muted'),
      field('Code', overlay.code, true, width),
    );
  }
  if (overlay.complaint) lines.push(...words(`! ${overlay.complaint}`, width, 'warning'));
  lines.push(
    [],
    keys([
      ...(overlay.takesCode ? [['enter', 'send the code'] as const] : []),
      ['^y', 'copy the address'],
      ['esc', 'cancel'],
    ]),
  );
  return lines;
}

function waiting(left: number): Line {
  return [
    { text: '~ Waiting for the sign-in, ', role: 'notice' },
    { text: `${spanText(left)} left`, role: 'notice' },
  ];
}

function field(label: string, input: TextInput, active: boolean, width: number): Line {
  const room = width - LABEL - 2;
  const value: Line = active ? inputSpans(input, room) : [{ text: input.text }];
  return [
    { text: active ? '> ' : '  ', role: 'key' },
    { text: label.padEnd(LABEL), role: active ? 'key' : 'muted' },
    ...value,
  ];
}

function keys(pairs: readonly (readonly [string, string])[]): Line {
  return pairs.flatMap(([key, label], at) => [
    { text: `${at > 0 ? '   ' : ''}${key}`, role: 'key' as const },
    { text: ` ${label}` },
  ]);
}

function words(text: string, width: number, role: Role): readonly Line[] {
  return wrapWords(text, width).map((row) => [{ text: row, role }]);
}

function boxWidth(columns: number): number {
  return Math.max(40, Math.min(columns - 6, 90));
}
