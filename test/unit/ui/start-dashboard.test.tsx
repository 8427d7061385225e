import { Console } from 'node:console';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import xterm from '@xterm/headless';
import { afterEach, describe, expect, it } from 'vitest';
import type { DashboardExit, DashboardServices } from '../../../src/ui/dashboard-services.ts';
import { startDashboard } from '../../../src/ui/start-dashboard.tsx';
import type { ProcessEvents } from '../../../src/ui/terminal/exit-guard.ts';
import { FakeDeck, FakeSession } from './fake-deck.ts';
import { EMPTY_LISTING, fakeLogin, manyProcesses, SAMPLE_RESOURCES, sampleReads } from './sample-world.ts';

/** A terminal whose other end is an emulator: what a person would see. */
class Screen {
  readonly stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (on: boolean) => this.raw.push(on),
    ref: () => {},
    unref: () => {},
  });
  readonly stdout: PassThrough & { columns: number; rows: number; isTTY: boolean };
  readonly raw: boolean[] = [];
  readonly events = new EventEmitter();
  written = '';
  writes = 0;
  readonly #emulator: InstanceType<typeof xterm.Terminal>;

  constructor(columns = 80, rows = 24) {
    this.#emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
    this.stdout = Object.assign(new PassThrough(), { columns, rows, isTTY: true });
    this.stdout.on('data', (chunk: Buffer) => {
      this.written += chunk.toString();
      this.writes += 1;
      this.#emulator.write(chunk);
    });
  }

  lines(): string[] {
    const { active } = this.#emulator.buffer;
    return Array.from(
      { length: this.#emulator.rows },
      (_, at) =>
        active
          .getLine(active.viewportY + at)
          ?.translateToString(true)
          .trimEnd() ?? '',
    );
  }

  alternate(): boolean {
    return this.#emulator.buffer.active.type === 'alternate';
  }

  resize(columns: number, rows: number): void {
    this.#emulator.resize(columns, rows);
    Object.assign(this.stdout, { columns, rows });
    this.stdout.emit('resize');
  }

  async until(condition: () => boolean): Promise<void> {
    const end = Date.now() + 10_000;
    while (!condition()) {
      if (Date.now() > end) throw new Error(`Not reached. The screen:\n${this.lines().join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  shows(text: string): Promise<void> {
    return this.until(() => this.lines().join('\n').includes(text));
  }
}

// The test runner's console lacks the constructor that every real one has; Ink needs it to keep output off the screen.
Object.assign(console, { Console });

const running: Promise<DashboardExit>[] = [];
const screens: Screen[] = [];

function start(screen: Screen, parts: Partial<DashboardServices> = {}): Promise<DashboardExit> {
  const session = new FakeSession({ name: 'prod', now: Date.now, reads: sampleReads() });
  const services: DashboardServices = {
    deck: new FakeDeck([session]),
    listing: () => EMPTY_LISTING,
    now: Date.now,
    look: { colorDepth: 3, unicode: true, screenReader: false },
    keyOverrides: {},
    start: {},
    version: '0.1.0',
    demo: false,
    stdin: screen.stdin as unknown as NodeJS.ReadStream,
    stdout: screen.stdout,
    copy: () => true,
    save: async (name) => name,
    login: () => fakeLogin().flow,
    logout: async () => {},
    reloadTargets: async () => EMPTY_LISTING,
    resources: SAMPLE_RESOURCES,
    ...parts,
  };
  const exit = startDashboard(services, screen.events as unknown as ProcessEvents);
  running.push(exit);
  screens.push(screen);
  return exit;
}

afterEach(async () => {
  for (const screen of screens.splice(0)) screen.events.emit('SIGTERM');
  await Promise.all(running.splice(0));
});

async function restored(screen: Screen): Promise<void> {
  await screen.until(() => !screen.alternate());
  expect(screen.raw.at(-1) ?? false).toBe(false);
  const { written } = screen;
  expect(written.lastIndexOf('\u001b[?7h')).toBeGreaterThan(written.lastIndexOf('\u001b[?7l'));
  expect(written.lastIndexOf('\u001b[?25h')).toBeGreaterThan(written.lastIndexOf('\u001b[?25l'));
  expect(written.lastIndexOf('\u001b[?2004l')).toBeGreaterThanOrEqual(written.lastIndexOf('\u001b[?2004h'));
}

describe('start dashboard', () => {
  it('shows the board, takes keys, and gives the terminal back on q', async () => {
    const screen = new Screen();
    const exit = start(screen);
    await screen.shows('shop');
    expect(screen.alternate()).toBe(true);
    screen.stdin.write('jj');
    await screen.shows('3/3');
    screen.stdin.write('\r');
    await screen.shows('prod > blog > processes');
    screen.stdin.write('q');
    await expect(exit).resolves.toEqual({ reason: 'quit' });
    await restored(screen);
    expect(screen.events.eventNames()).toEqual([]);
  });

  it('stopped and continued, it paints everything anew over what the shell wrote', async () => {
    const screen = new Screen();
    start(screen);
    await screen.shows('shop');
    const whole = screen.lines();
    screen.stdout.write('\u001b[5;1H[1]+  Stopped\n\n\n\n');
    await screen.shows('Stopped');
    screen.raw.length = 0;
    screen.events.emit('SIGCONT');
    expect(screen.raw).toEqual([false, true]);
    await screen.until(() => !screen.lines().join('').includes('Stopped'));
    await screen.until(() => screen.lines().slice(2, 8).join() === whole.slice(2, 8).join());
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'])('%s leaves as q does', async (signal) => {
    const screen = new Screen();
    const exit = start(screen);
    await screen.shows('shop');
    screen.events.emit(signal);
    await expect(exit).resolves.toEqual({ reason: 'quit' });
    await restored(screen);
  });

  it('reports an exception nobody caught after the terminal is back', async () => {
    const screen = new Screen();
    const exit = start(screen);
    await screen.shows('shop');
    const error = new Error('boom');
    screen.events.emit('uncaughtException', error);
    await expect(exit).resolves.toEqual({ reason: 'crash', error });
    await restored(screen);
  });

  it('a component that throws is a crash, not a dead screen', async () => {
    const screen = new Screen();
    const broken = new FakeDeck([]);
    let asked = 0;
    const exit = start(screen, {
      deck: broken,
      listing: () => {
        // The first question comes before anything is drawn.
        asked += 1;
        if (asked === 1) return EMPTY_LISTING;
        throw new Error('no listing');
      },
    });
    await expect(exit).resolves.toMatchObject({ reason: 'crash', error: { message: 'no listing' } });
    await restored(screen);
  });

  it('a forgotten promise is said, and the work goes on', async () => {
    const screen = new Screen();
    start(screen);
    await screen.shows('shop');
    screen.events.emit('unhandledRejection', new Error('lost'));
    await screen.shows('Internal error: Something went wrong: lost');
    screen.stdin.write('j');
    await screen.shows('2/3');
  });

  it('follows a resize once it has settled, down to the least size and back', async () => {
    const screen = new Screen();
    start(screen);
    await screen.shows('shop');
    for (const [columns, rows] of [
      [120, 40],
      [121, 41],
      [200, 60],
    ] as const) {
      screen.resize(columns, rows);
    }
    await screen.until(() => screen.lines()[59]?.includes('? help') === true);
    expect(screen.lines()[0]).toContain('board');
    screen.resize(50, 12);
    await screen.shows('Too small: 50x12');
    screen.resize(80, 24);
    await screen.until(() => screen.lines()[23]?.includes('? help') === true);
    expect(screen.lines().filter((line) => line.includes('? help'))).toHaveLength(1);
  });

  it('bracketed paste goes into a prompt and nowhere else', async () => {
    const screen = new Screen();
    start(screen);
    await screen.shows('shop');
    screen.stdin.write('\u001b[200~qqq\u001b[201~');
    await screen.shows('Pasted text is ignored here');
    screen.stdin.write('/');
    screen.stdin.write('\u001b[200~blog\u001b[201~');
    await screen.shows('/blog');
  });

  it('writes each frame in one piece and nothing while nothing changes', async () => {
    const screen = new Screen();
    const deck = new FakeDeck([new FakeSession({ name: 'prod', now: () => 5_000, reads: sampleReads() })]);
    const timers = { setTimeout: () => 0, clearTimeout: () => {} };
    start(screen, { deck, now: () => 5_000, timers });
    await screen.shows('shop');
    const before = screen.writes;
    await (deck.session('prod') as FakeSession).poll();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(screen.writes).toBe(before);
    screen.stdin.write('j');
    await screen.shows('2/3');
    expect(screen.writes).toBe(before + 1);
  });

  it('sends less than a kilobyte for a row that changed', async () => {
    const screen = new Screen(180, 50);
    let processes = manyProcesses(200);
    const session = new FakeSession({ name: 'prod', now: () => 5_000, reads: sampleReads(() => processes) });
    const timers = { setTimeout: () => 0, clearTimeout: () => {} };
    start(screen, { deck: new FakeDeck([session]), now: () => 5_000, timers, start: { view: 'processes' } });
    await screen.shows('1/200');
    const id = /api-\S+/.exec(screen.lines()[6] ?? '')?.[0] ?? '';
    const before = screen.written.length;
    processes = processes.map((process) => (process.id === id ? { ...process, memory: 4_321 } : process));
    await session.poll();
    await screen.shows('4.2 GiB');
    expect(screen.written.length - before).toBeLessThan(1_000);
  });

  it('repaints on ^l whatever else has written on the screen', async () => {
    const screen = new Screen();
    start(screen);
    await screen.shows('shop');
    screen.stdout.write('\u001b[5;1Hgarbage from another program');
    await screen.shows('garbage');
    screen.stdin.write('\f');
    await screen.until(
      () => !screen.lines().join('\n').includes('garbage') && screen.lines()[0]?.includes('board') === true,
    );
  });

  it('reads linearly for a screen reader: no alternate screen, the row with its columns named', async () => {
    const screen = new Screen(120, 40);
    start(screen, { look: { colorDepth: 0, unicode: false, screenReader: true } });
    await screen.shows('row 1 of 3: rack prod, app shop, status critical');
    expect(screen.alternate()).toBe(false);
    screen.stdin.write('j');
    await screen.shows('row 2 of 3');
  });

  it('shows no colour without colour', async () => {
    const screen = new Screen();
    start(screen, { look: { colorDepth: 0, unicode: true, screenReader: false } });
    await screen.shows('shop');
    expect(screen.written).not.toMatch(/\u001b\[[0-9;]*m/);
  });
});
