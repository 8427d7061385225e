import { setTimeout as delay } from 'node:timers/promises';
import { Terminal } from '../../support/terminal.ts';
import { LAUNCHER, NODE } from './whole-process.ts';

export interface DashboardProgramOptions {
  readonly home: string;
  readonly rackUrl?: string;
  readonly args?: readonly string[];
}

const SIZE = { columns: 180, rows: 50 };
/** Silence that means a frame has come whole. */
const QUIET_MS = 25;
const PATIENCE_MS = 5_000;

/** The real program at 180x50, by Node's binary itself: its process id is the program's. */
export function openDashboard({ home, rackUrl, args = [] }: DashboardProgramOptions): Terminal {
  return Terminal.open({
    ...SIZE,
    home,
    env: rackUrl === undefined ? {} : { RACK_URL: rackUrl },
    command: [NODE, LAUNCHER, ...args],
  });
}

/** Leaves in order whatever is open, so that what Node keeps for the next start is kept. */
export async function leave(terminal: Terminal): Promise<void> {
  if (terminal.exitCode === undefined) {
    terminal.signal('SIGTERM');
    // One that will not go is ended below; why a benchmark failed matters more.
    await terminal.waitForExit().catch(() => undefined);
  }
  await terminal.close();
}

/** From a key to the first byte that the program writes for it, ms. */
export async function keyLatency(terminal: Terminal, press: () => void): Promise<number> {
  await quiet(terminal);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const timer = setTimeout(() => reject(new Error('A key was not answered')), PATIENCE_MS);
  const begin = performance.now();
  terminal.onOutput = () => resolve(performance.now() - begin);
  try {
    press();
    return await promise;
  } finally {
    clearTimeout(timer);
    terminal.onOutput = undefined;
  }
}

/** Until nothing has been written for a moment. */
export async function quiet(terminal: Terminal): Promise<void> {
  let last = performance.now();
  terminal.onOutput = () => {
    last = performance.now();
  };
  while (performance.now() - last < QUIET_MS) await delay(QUIET_MS - (performance.now() - last));
  terminal.onOutput = undefined;
}

/** `12/5000` of the status line: where the cursor stands, among how many rows. */
export function position(screen: string): { readonly at: number; readonly of: number } | undefined {
  const match = /^ (\d+)\/(\d+)(?: |$)/m.exec(screen);
  return match ? { at: Number(match[1]), of: Number(match[2]) } : undefined;
}
