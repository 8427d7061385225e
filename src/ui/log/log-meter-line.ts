import { spanText } from '../../domain/age.ts';
import type { LogLinkState, LogMeter } from '../../live/log-follow.ts';
import type { Tone } from '../../resources/column.ts';
import { type Line, lineWidth, type Span, span, spreadLine } from '../text/line.ts';
import { stateGlyph } from '../theme/glyphs.ts';

/** Figures of the header; every line received is in exactly one of them: shown, hidden, cleared or dropped. */
export interface LogCounts {
  readonly kept: number;
  /** Lines that pass filter and level, and those shown as their context. */
  readonly passed: number;
  readonly around: number;
  /** Cleared from view, still kept. */
  readonly cleared: number;
  readonly filtering: boolean;
}

/** `logs shop/web  + live  since 5m      1,204/s  lag 2s  41 of 98,000 shown  3,211 dropped` */
export function headerLine(
  title: string,
  sinceMs: number,
  meter: LogMeter,
  counts: LogCounts,
  now: number,
  width: number,
): Line {
  const left: Line = [
    span(' '),
    span(title, 'title'),
    span('  '),
    linkSpan(meter.link, now),
    span(`  since ${sinceText(sinceMs)}`, 'muted'),
  ];
  const right = fitting(meterParts(meter, counts), width - 21 - lineWidth(left.slice(0, 4)));
  return spreadLine(left, [...right, span(' ')], width);
}

export function sinceText(ms: number): string {
  if (ms <= 1_000) return 'now';
  const units: readonly (readonly [number, string])[] = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'm'],
    [1_000, 's'],
  ];
  let rest = Math.round(ms / 1_000) * 1_000;
  let text = '';
  for (const [size, unit] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return text;
}

/** The link as sign, word and colour. */
export function linkSpan(link: LogLinkState, now: number): Span {
  const [tone, words] = linkWords(link, now);
  return span(`${stateGlyph(tone)} ${words}`, tone);
}

function linkWords(link: LogLinkState, now: number): readonly [Tone, string] {
  switch (link.kind) {
    case 'connecting':
      return ['notice', 'connecting'];
    case 'live':
      return ['good', 'live'];
    case 'reconnecting': {
      const seconds = Math.ceil((link.retryAt - now) / 1_000);
      return ['warning', seconds > 0 ? `reconnecting in ${seconds}s` : 'reconnecting now'];
    }
    case 'complete':
      return ['muted', 'ended'];
    case 'failed':
      return ['critical', 'failed'];
  }
}

/** Most important first: what does not fit is left out from the end. */
function meterParts(meter: LogMeter, counts: LogCounts): readonly Span[] {
  const parts: Span[] = [];
  if (meter.dropped > 0) parts.push(span(`${count(meter.dropped)} dropped`, 'warning'));
  parts.push(
    counts.filtering
      ? span(`${passedText(counts)} of ${count(counts.kept - counts.cleared)} lines`, 'accent')
      : span(`${count(counts.kept)} lines`),
  );
  if (counts.cleared > 0) parts.push(span(`${count(counts.cleared)} cleared`, 'muted'));
  if (meter.link.kind === 'live' || meter.link.kind === 'reconnecting') {
    if (meter.lagMs !== undefined) parts.push(lagSpan(meter.lagMs));
    parts.push(span(`${count(Math.round(meter.linesPerSecond))}/s`, 'muted'));
  }
  return parts;
}

/** `41`, with 30 lines of context around them `41+30`. */
function passedText({ passed, around }: LogCounts): string {
  return around > 0 ? `${count(passed)}+${count(around)}` : count(passed);
}

function lagSpan(lagMs: number): Span {
  // Clocks differ by a little: a line from the future is a line from now.
  return span(`lag ${lagMs < 1_000 ? '<1s' : spanText(lagMs)}`, lagMs > 30_000 ? 'warning' : 'muted');
}

function fitting(parts: readonly Span[], room: number): Line {
  const line: Span[] = [];
  let width = 0;
  for (const part of parts) {
    const added = part.text.length + (line.length > 0 ? 2 : 0);
    if (width + added > room && line.length > 0) break;
    if (line.length > 0) line.unshift(span('  '));
    line.unshift(part);
    width += added;
  }
  return line;
}

/** `12,345` wherever the program runs: the locale of a server is nobody's choice. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
