import { setTimeout as delay } from 'node:timers/promises';
import type { Terminal } from '../../support/terminal.ts';
import { expectThat } from './benchmark.ts';

/** From the apps view to the log of the app under the cursor. */
export async function openAppLog(terminal: Terminal): Promise<void> {
  await terminal.waitFor((screen) => /> apps .*live/.test(screen) && /^ > \S/m.test(screen) && /NAME/.test(screen));
  terminal.press('l');
  await terminal.waitFor((screen) => meterOf(screen) !== undefined);
}

/** From any view to the apps of the rack, by the palette. */
export async function goToApps(terminal: Terminal): Promise<void> {
  terminal.press(':');
  await terminal.waitFor('Go to');
  terminal.type('apps');
  await terminal.waitFor(/: apps/);
  terminal.press('enter');
  await terminal.waitFor(/> apps /);
}

const FILLED_WITHIN_MS = 120_000;

/** Until the buffer holds so many lines. */
export async function untilKept(terminal: Terminal, lines: number): Promise<LogFigures> {
  const screen = await terminal.waitFor((text) => meterOf(text)?.kept === lines, FILLED_WITHIN_MS);
  return readMeter(screen);
}

export interface LogFigures {
  /** Lines in the buffer. */
  readonly kept: number;
  /** Lines that fell off, as the meter counts them. */
  readonly dropped: number;
}

/** The meter of the log header. */
export function readMeter(screen: string): LogFigures {
  const meter = meterOf(screen);
  expectThat(meter !== undefined, `no meter on screen:\n${screen}`);
  return meter;
}

function meterOf(screen: string): LogFigures | undefined {
  const kept = /(?:^|\s)([\d,]+) lines/.exec(screen)?.[1];
  const dropped = /([\d,]+) dropped/.exec(screen)?.[1];
  if (kept === undefined) return undefined;
  return { kept: number(kept), dropped: dropped === undefined ? 0 : number(dropped) };
}

/** After the rack has fallen silent: until the meter accounts for every line, or stands still without doing so. */
export async function settled(terminal: Terminal, sent: number): Promise<LogFigures> {
  let last = readMeter(terminal.screen());
  for (let same = 0; same < 12 && last.kept + last.dropped !== sent; ) {
    await delay(250);
    const next = readMeter(terminal.screen());
    same = next.kept === last.kept && next.dropped === last.dropped ? same + 1 : 0;
    last = next;
  }
  return last;
}

export function logFigures({ kept, dropped, sent }: LogFigures & { readonly sent: number }): string {
  return `sent ${sent}, kept ${kept}, dropped ${dropped}`;
}

function number(text: string): number {
  return Number(text.replaceAll(',', ''));
}
