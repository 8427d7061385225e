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
  /** Somebody is known to have done one of the events. */
  readonly withBy: boolean;
  readonly glyphs: Glyphs;
}

const KIND = 12;
const APP = 12;
/** Whole addresses on wide terminals, else the names before the `@`. */
const WIDE_BY = 28;
const NARROW_BY = 11;
const WIDE = 110;

/** `> 02:41:07 ~ promote    shop  RNEW promoted                     deployer@example.com`. */
export function eventLine(event: TimelineEvent, selected: boolean, look: EventLook): Line {
  const { width, now, withApp, withBy, glyphs } = look;
  const time = secondText(event.at, now);
  const by = width >= WIDE ? (event.by ?? '') : (event.by ?? '').replace(/@[^ ]*/, '');
  const byWidth = withBy ? (width >= WIDE ? WIDE_BY : NARROW_BY) : 0;
  const head = 2 + textWidth(time) + 1 + KIND + (withApp ? APP : 0);
  const room = Math.max(10, width - head - byWidth - (withBy ? 2 : 0));
  const role = roleOf(event);
  return [
    span(selected ? `${glyphs.cursor} ` : '  '),
    span(`${time} `, 'muted'),
    span(fitText(`${mark(event)} ${event.kind}`, KIND), role),
    ...(withApp ? [span(`${fitText(event.app, APP - 1, 'left', glyphs.ellipsis)} `, 'accent')] : []),
    span(fitText(event.what, room, 'left', glyphs.ellipsis), event.severity === 'critical' ? 'critical' : 'plain'),
    ...(withBy ? [span(`  ${fitText(by, byWidth, 'left', glyphs.ellipsis)}`, 'notice')] : []),
  ];
}

function mark(event: TimelineEvent): string {
  return event.severity === 'ok' ? ' ' : stateGlyph(severityTone(event.severity));
}
