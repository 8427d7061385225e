import { type Line, type Span, span } from '../text/line.ts';
import { plainText } from '../text/styled-line.ts';
import { count } from './log-meter-line.ts';
import type { LogViewState, LogWorld } from './log-view-state.ts';
import { type ProcessChoice, showsAll } from './process-choice.ts';

/** Left part of the frame's status line: follow state, position, search, filter. */
export function logStatus(state: LogViewState, world: LogWorld): Line {
  const parts: Span[] = [followSpan(state, world)];
  if (!state.follow) parts.push(span(positionText(state, world), 'muted'));
  if (state.search) parts.push(span(searchText(state, world), 'match'));
  if (state.filter)
    parts.push(span(`&${state.filter.text}${state.context > 0 ? ` +-${state.context}` : ''}`, 'accent'));
  if (!showsAll(state.processes)) parts.push(span(choiceText(state.processes), 'accent'));
  if (state.level) parts.push(span(`${state.level}+`, 'accent'));
  if (!state.wrap) parts.push(span(state.left > 0 ? `no wrap, from column ${state.left + 1}` : 'no wrap', 'muted'));
  if (state.marks.length > 0) parts.push(span(`${state.marks.length} marked`, 'muted'));
  return parts.flatMap((part, index) => (index === 0 ? [part] : [span('  '), part]));
}

function followSpan(state: LogViewState, world: LogWorld): Span {
  if (world.ended) return span(state.follow ? 'at the end' : 'ended', 'muted');
  if (state.follow) return span('following', 'good');
  const shown = world.shown(state);
  const fresh = shown.size - shown.indexAtOrAfter(state.pausedAt);
  return span(fresh > 0 ? `paused, ${count(fresh)} new below (G)` : 'paused (G follows)', 'warning');
}

function positionText(state: LogViewState, world: LogWorld): string {
  const shown = world.shown(state);
  return `${count(Math.min(shown.size, shown.indexAtOrAfter(state.cursor) + 1))}/${count(shown.size)}`;
}

/** `/timeout 3/41`; a dash in front of the total where the cursor is on no hit. */
function searchText(state: LogViewState, world: LogWorld): string {
  const hits = world.hits(state);
  const total = hits?.size ?? 0;
  const at = hits?.has(state.cursor) ? count(hits.indexAtOrAfter(state.cursor) + 1) : '-';
  return `/${state.search?.text ?? ''} ${total === 0 ? 'no hit' : `${at}/${count(total)}`}`;
}

/** `only web-1`, `3 processes`, `without web-1`, `2 processes off`. */
function choiceText({ kind, writers }: ProcessChoice): string {
  const [first = ''] = writers;
  const one = plainText(first) || 'lines without a name';
  if (kind === 'only') return writers.size === 1 ? `only ${one}` : `${writers.size} processes`;
  return writers.size === 1 ? `without ${one}` : `${writers.size} processes off`;
}
