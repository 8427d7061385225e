import { logWriter } from '../../domain/log-line.ts';
import type { RowItems } from '../text/row-window.ts';
import { windowRows } from '../text/row-window.ts';
import type { ScreenStyles } from '../text/screen-styles.ts';
import { plainText } from '../text/styled-line.ts';
import { lineInFull } from './line-in-full.ts';
import { exportLines } from './log-export.ts';
import type { LogHost } from './log-host.ts';
import type { LineRing } from './log-lens.ts';
import type { LogEffect, LogMessage, LogViewState } from './log-view-state.ts';

export interface EffectWorld {
  readonly host: LogHost;
  readonly follow: LineRing;
  readonly title: string;
  readonly now: number;
  readonly styles: ScreenStyles;
  readonly state: LogViewState;
  readonly items: RowItems;
  say(message: LogMessage): void;
}

/** Effects that need more than the shell: the view's own. */
export type OwnEffect = Extract<LogEffect, { kind: 'reopen' | 'panel' | 'new-error' }>;

/** Carries out what a key asked for. */
export function runLogEffect(effect: Exclude<LogEffect, OwnEffect>, world: EffectWorld): void {
  const { host, follow } = world;
  switch (effect.kind) {
    case 'ask':
      host.ask(effect.what, effect.initial);
      return;
    case 'open-line': {
      const line = follow.line(effect.sequence);
      if (line) host.openText('line', lineInFull(line, world.styles));
      return;
    }
    case 'copy-line':
      host.copy(plainText(follow.line(effect.sequence)?.raw ?? ''), 'line');
      return;
    case 'copy-screen': {
      const lines = screenLines(world);
      host.copy(lines.join('\n'), lines.length === 1 ? '1 line' : `${lines.length} lines`);
      return;
    }
    case 'export':
      void exportLines(effect.request, { ...world, save: (name, lines) => host.save(name, lines) }).then((message) =>
        world.say(message),
      );
      return;
    case 'previous-life': {
      const line = follow.line(effect.sequence);
      if (line) askPreviousLife(logWriter(line), line.service, world);
    }
  }
}

/** Shared with the list of processes. */
export function askPreviousLife(
  writer: string,
  service: string | undefined,
  world: Pick<EffectWorld, 'host' | 'say'>,
): void {
  const problem =
    writer === '' ? 'These lines do not say which process wrote them' : world.host.previousLife?.(writer, service);
  if (problem !== undefined) world.say({ text: problem, tone: 'notice' });
}

function screenLines({ items, state, follow }: EffectWorld): readonly string[] {
  const ids = new Set(windowRows(items, state.top, state.rows).map((row) => row.id));
  return [...ids].map((id) => plainText(follow.line(id)?.raw ?? ''));
}
