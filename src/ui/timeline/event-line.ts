import type { TimelineEvent, TimelineKind } from '../../domain/timeline-event.ts';
import { secondText } from '../text/clock-text.ts';
import { type Line, span } from '../text/line.ts';
import { fitText, textWidth } from '../text/text-width.ts';
import { type Glyphs, severityTone, stateGlyph } from '../theme/glyphs.ts';
import type { Role } from '../theme/role.ts';

/** One cell per event on the strip; letters, so that they mean the same without colour. */
const SIGN: Readonly<Record<TimelineKind, string>> = {
  release: 'r',
  promote: 'P',
  rollback: 'R',
  build: 'B',
  env: 'E',
  scale: 'S',
  restart: 'S',
  started: '+',
  ended: '-',
  crashed: 'x',
  recovered: '+',
  status: 's',
  lock: 'L',
  node: 'N',
  audit: 'a',
};

const RANK: Readonly<Record<TimelineEvent['severity'], number>> = {
  ok: 0,
  unknown: 0,
  info: 2,
  warning: 3,
  critical: 4,
};

export function signOf(event: TimelineEvent): { readonly sign: string; readonly role: Role; readonly rank: number } {
  const deploy = event.kind === 'promote' || event.kind === 'rollback' ? 1.5 : 0;
  return { sign: SIGN[event.kind], role: roleOf(event), rank: RANK[event.severity] + deploy };
}

function roleOf(event: TimelineEvent): Role {
  return event.severity === 'ok' ? 'muted' : severityTone(event.severity);
}

export interface EventLook {
  readonly width: number;
  readonly now: number;
  readonly withApp: boolean;
  readonly glyphs: Glyphs;
}

const KIND = 12;
const APP = 12;
const MOST_BY = 28;
/** Terminals from this width on have a column of their own for who it was. */
const WIDE = 110;

/** `> 02:41:07 x crashed    shop  web-6d9f crashed 3 times on RNEW   deployer@example.com`. */
export function eventLine(event: TimelineEvent, selected: boolean, look: EventLook): Line {
  const { width, now, withApp, glyphs } = look;
  const time = secondText(event.at, now);
  const by = event.by === undefined ? '' : event.by;
  const own = width >= WIDE;
  const byWidth = own ? MOST_BY : 0;
  const head = 2 + textWidth(time) + 1 + KIND + (withApp ? APP : 0);
  const room = Math.max(10, width - head - byWidth - (own ? 2 : 0));
  const told = own || by === '' ? event.what : `${event.what}, by ${by}`;
  const role = roleOf(event);
  return [
    span(selected ? `${glyphs.cursor} ` : '  '),
    span(`${time} `, 'muted'),
    span(fitText(`${mark(event)} ${event.kind}`, KIND), role),
    ...(withApp ? [span(`${fitText(event.app, APP - 1, 'left', glyphs.ellipsis)} `, 'accent')] : []),
    span(fitText(told, room, 'left', glyphs.ellipsis), event.severity === 'critical' ? 'critical' : 'plain'),
    ...(own ? [span(`  ${fitText(by, byWidth, 'left', glyphs.ellipsis)}`, 'notice')] : []),
  ];
}

function mark(event: TimelineEvent): string {
  return event.severity === 'ok' ? ' ' : stateGlyph(severityTone(event.severity));
}
