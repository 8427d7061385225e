import { asFailure } from '../../domain/failure.ts';
import type { RowItems } from '../text/row-window.ts';
import { windowRows } from '../text/row-window.ts';
import type { ScreenStyles } from '../text/screen-styles.ts';
import { plainText } from '../text/styled-line.ts';
import { lineInFull } from './line-in-full.ts';
import type { LineRing } from './log-lens.ts';
import { count } from './log-meter-line.ts';
import type { LogHost } from './log-view.ts';
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

/** Carries out what a key asked for; `reopen` is the view's own. */
export function runLogEffect(effect: Exclude<LogEffect, { kind: 'reopen' }>, world: EffectWorld): void {
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
    case 'save':
      save(effect.all, world);
  }
}

function screenLines({ items, state, follow }: EffectWorld): readonly string[] {
  const ids = new Set(windowRows(items, state.top, state.rows).map((row) => row.id));
  return [...ids].map((id) => plainText(follow.line(id)?.raw ?? ''));
}

function save(all: boolean, world: EffectWorld): void {
  const { follow, items } = world;
  const ids = all ? range(follow.first, follow.end) : shownIds(items);
  world.host.save(fileName(world.title, world.now), linesOf(ids, follow)).then(
    (path) =>
      world.say({ text: `Saved ${count(ids.length)} ${ids.length === 1 ? 'line' : 'lines'} to ${path}`, tone: 'good' }),
    (error: unknown) => {
      const failure = asFailure(error, 'The lines were not saved');
      world.say({ text: failure.next ? `${failure.message}. ${failure.next}` : failure.message, tone: 'critical' });
    },
  );
}

/** Numbers, not lines: the file is written from the ring, without a second copy of it in memory. */
function shownIds(items: RowItems): number[] {
  return Array.from({ length: items.size }, (_, index) => items.idAt(index) ?? -1);
}

function range(first: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
}

function* linesOf(ids: readonly number[], follow: LineRing): Generator<string> {
  let lost = 0;
  for (const id of ids) {
    const line = follow.line(id);
    if (line) yield plainText(line.raw);
    else lost++;
  }
  if (lost > 0) yield `(${lost} more lines fell off the buffer while this file was written)`;
}

/** `logs-shop-web-20250102T030405Z.log` */
function fileName(title: string, now: number): string {
  const place = title
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[-.]+|-+$/g, '')
    .slice(0, 80);
  return `${place || 'logs'}-${new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')}.log`;
}
