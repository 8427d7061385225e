import { ageText } from '../../domain/age.ts';
import type { ProxyStatus } from '../../live/proxy-desk.ts';
import type { TerminalLook } from '../dashboard-services.ts';
import type { TextContent } from '../shell/text-body.ts';
import { screenStyles } from '../text/screen-styles.ts';
import { joinStyled, type StyledLine } from '../text/styled-line.ts';
import { fitText } from '../text/text-width.ts';
import type { ActionServices, RunView } from './action-services.ts';
import { endWords, standingOf } from './outcome-words.ts';
import { subjectWords } from './selection.ts';

export interface RunsHost {
  readonly services: { readonly look: TerminalLook; readonly actions?: ActionServices | undefined };
  clock(): number;
  readonly actions: { show(run: RunView): void };
  toast(text: string): void;
}

interface Entry {
  readonly line: StyledLine | string;
  readonly run?: RunView;
  readonly proxy?: ProxyStatus;
}

const TITLE_WIDTH = 26;
const SUBJECT_WIDTH = 24;
const STANDING_WIDTH = 26;

/** Actions of this session and the local ports they have opened; enter opens a run's panel, x stops a proxy. */
export function runsContent(host: RunsHost): TextContent {
  const { actions, look } = host.services;
  const styles = screenStyles(look);
  let shown: readonly Entry[] = [];
  return {
    lines: () => {
      shown = entries(actions, host.clock(), styles);
      return shown.map(({ line }) => line);
    },
    subscribe: (listener) => {
      const stops = [actions?.desk.runs.subscribe(listener), actions?.proxies?.list.subscribe(listener)];
      return () => {
        for (const stop of stops) stop?.();
      };
    },
    key: (key, line) => {
      const { run, proxy } = shown[line] ?? {};
      if (key === 'enter' && run) host.actions.show(run);
      else if (key === 'x' && proxy) stopProxy(host, actions, proxy);
      else return false;
      return true;
    },
    hints: () => [
      { key: 'enter', label: 'open' },
      ...(actions?.proxies?.list.get().length ? [{ key: 'x', label: 'stop the proxy' }] : []),
    ],
  };
}

function stopProxy(host: RunsHost, actions: ActionServices | undefined, { id, local, label }: ProxyStatus): void {
  void actions?.proxies?.stop(id).then(() => host.toast(`${local} no longer leads to ${label}`));
}

function entries(
  actions: ActionServices | undefined,
  now: number,
  styles: ReturnType<typeof screenStyles>,
): readonly Entry[] {
  const runs = actions?.desk.runs.get() ?? [];
  const proxies = actions?.proxies?.list.get() ?? [];
  const title = (text: string): Entry => ({ line: joinStyled([[text, styles.role('title')]]) });
  return [
    title('Actions of this session'),
    ...(runs.length === 0 ? [{ line: '  None yet.' }] : runs.map((run) => ({ run, line: runLine(run, styles) }))),
    { line: '' },
    title('Proxies'),
    ...(proxies.length === 0
      ? [{ line: '  None is open.' }]
      : proxies.map((proxy) => ({ proxy, line: proxyLine(proxy, now) }))),
  ];
}

function runLine(run: RunView, styles: ReturnType<typeof screenStyles>): StyledLine {
  const state = run.state.get();
  const { glyph, word, tone } = standingOf(state);
  const { rack, subjects } = run.request;
  const what = fitText(run.action?.title ?? run.request.actionId, TITLE_WIDTH, 'left', styles.ellipsis);
  const about = fitText(subjectWords(subjects, rack), SUBJECT_WIDTH, 'left', styles.ellipsis);
  const words = endWords(state);
  return joinStyled([
    [`  ${what}  ${about}  `],
    [fitText(`${glyph} ${word}`, STANDING_WIDTH, 'left', styles.ellipsis), styles.role(tone)],
    [words === word ? `  ${rack}` : `  ${rack}: ${words}`],
  ]);
}

function proxyLine({ local, label, remote, startedAt, lastFailure }: ProxyStatus, now: number): string {
  const trouble = lastFailure === undefined ? '' : `  ! ${lastFailure.message}`;
  const where = label.endsWith(remote) ? '' : ` (${remote})`;
  return `  ${local.padEnd(TITLE_WIDTH)}  ${label}${where}, open for ${ageText(startedAt, now)}${trouble}`;
}
