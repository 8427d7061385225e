import { Writable } from 'node:stream';
import { render } from 'ink';
import { LazyLogLine } from '../../src/domain/lazy-log-line.ts';
import { createLogFollow } from '../../src/live/create-log-follow.ts';
import { SYSTEM_TIMERS } from '../../src/live/timers.ts';
import type { LogStreamSink } from '../../src/protocol/log-stream.ts';
import { LogView } from '../../src/ui/log/log-view.ts';
import { LogScreen } from '../support/drawn-by-ink.tsx';

/** One process: the log screen alone on a 160x50 terminal, fed with lines at a fixed rate. Prints figures as JSON. */
const RATE = 3_000;
const SECONDS = Number(process.env.LOG_SECONDS ?? 8);
const WARM_UP_MS = 4_000;
const COLUMNS = 160;
const ROWS = 50;

class Terminal extends Writable {
  readonly columns = COLUMNS;
  readonly rows = ROWS;
  readonly isTTY = true;
  bytes = 0;
  writes = 0;
  last = '';
  override _write(chunk: Buffer | string, _encoding: string, done: () => void): void {
    this.bytes += chunk.length;
    this.writes++;
    this.last = String(chunk);
    done();
  }
}

const MESSAGES = [
  (n: number) => `INFO request finished method=GET path=/orders/${n} status=200 took=${n % 90}ms`,
  (n: number) => `{"level":"warn","msg":"slow query","ms":${n % 900},"table":"orders","user":"u${n}"}`,
  (n: number) => `\u001b[32mDEBUG\u001b[0m cache miss key=session:${n}`,
  (n: number) => `ERROR timeout after ${n % 30}s while calling payments (attempt ${n % 4})`,
];

function lineAt(n: number, at = Date.now()): string {
  const stream = `service/web/web-6d9f7c5b8-x2x${n % 7}q`;
  return `${new Date(at).toISOString()} ${stream} ${MESSAGES[n % MESSAGES.length]?.(n) ?? ''}`;
}

/** `panel`: with the fields of all kept lines counted and shown below. */
async function following(panel: boolean): Promise<Record<string, number>> {
  const sinks: LogStreamSink[] = [];
  const opened = { sinceMs: 60_000, follow: true };
  const follow = createLogFollow({
    source: { kind: 'app', app: 'shop' },
    options: opened,
    open: (_source, _options, sink) => {
      sinks.push(sink);
      return { bytes: 0, pause: () => {}, resume: () => {}, close: () => {} };
    },
    now: Date.now,
    random: Math.random,
    timers: SYSTEM_TIMERS,
  });
  const look = { colorDepth: 3, unicode: true, screenReader: false } as const;
  const view = new LogView({ follow, opened, title: 'logs shop', single: false, look, now: Date.now });
  const terminal = new Terminal();
  const app = render(<LogScreen view={view} width={COLUMNS} height={ROWS - 1} />, {
    stdout: terminal as unknown as NodeJS.WriteStream,
    patchConsole: false,
    incrementalRendering: true,
    interactive: true,
    maxFps: 30,
  });
  const sink = sinks[0];
  if (!sink) throw new Error('The follow opened no stream');
  sink.open();
  let sent = 0;
  const begun = performance.now();
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - begun) / 1_000) * RATE);
    const lines: string[] = [];
    for (; sent < due; sent++) lines.push(lineAt(sent));
    if (lines.length > 0) sink.lines(lines);
  }, 10);
  if (panel) view.command('log.fields');
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
  const cpu = process.cpuUsage();
  const from = performance.now();
  const drawnFrom = view.version();
  const bytesFrom = terminal.bytes;
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1_000));
  const used = process.cpuUsage(cpu);
  const seconds = (performance.now() - from) / 1_000;
  clearInterval(timer);
  const frames = view.version() - drawnFrom;
  const meter = follow.get();
  app.unmount();
  view.dispose();
  return {
    percentOfCore: (100 * (used.user + used.system)) / 1e6 / seconds,
    framesPerSecond: frames / seconds,
    bytesPerSecond: (terminal.bytes - bytesFrom) / seconds,
    sent,
    received: follow.end,
    dropped: meter.dropped,
  };
}

/** A standing ring of 100,000 lines, a second of lines for each hundred. */
function standingRing() {
  const from = Date.now() - 1_000_000;
  const texts = Array.from({ length: 100_000 }, (_, n) => lineAt(n, from + n * 10));
  const raw = (sequence: number) => texts[sequence];
  return {
    first: 0,
    end: texts.length,
    raw,
    line: (sequence: number) => {
      const text = texts[sequence];
      return text === undefined ? undefined : new LazyLogLine(text);
    },
    get: () => ({
      link: { kind: 'live' as const },
      received: texts.length,
      dropped: 0,
      linesPerSecond: 0,
      lagMs: 0,
      version: 1,
    }),
    subscribe: () => () => {},
    restart: () => {},
    dispose: () => {},
  };
}

function standingView(): LogView {
  const opened = { sinceMs: 3_600_000, follow: true };
  const look = { colorDepth: 3, unicode: true, screenReader: false } as const;
  const follow = standingRing();
  const view = new LogView({ follow, opened, title: 'logs shop', single: false, look, now: Date.now });
  view.attach({
    ask: () => {},
    openText: () => {},
    copy: () => {},
    save: async () => '',
    lastDeploy: async () => ({ deploy: { release: 'RNEW', at: Date.now() - 500_000, by: 'started' } }),
  });
  view.rows(COLUMNS, ROWS);
  return view;
}

const text = (view: LogView): string => view.rows(COLUMNS, ROWS).join('\n');

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** What panels and jumps cost over 100,000 lines: how long until all is counted, and how long a key waits meanwhile. */
async function panels(): Promise<Record<string, number>> {
  const view = standingView();
  let longest = 0;
  let last = performance.now();
  const pulse = setInterval(() => {
    longest = Math.max(longest, performance.now() - last - 1);
    last = performance.now();
  }, 1);
  const timed = async (act: () => void, done: () => boolean): Promise<number> => {
    const begun = performance.now();
    act();
    await until(done);
    return performance.now() - begun;
  };
  const counted = () => !text(view).includes('counting');
  const fieldsMs = await timed(() => view.command('log.fields'), counted);
  const next: number[] = [];
  view.submit('search', 'timeout');
  for (let n = 0; n < 60; n++) {
    const from = performance.now();
    view.command(n % 3 === 0 ? 'log.previous' : 'log.next');
    view.rows(COLUMNS, ROWS);
    next.push(performance.now() - from);
  }
  const topMs = await timed(() => view.submit('top', 'top 5 path where status>=200'), counted);
  last = performance.now();
  longest = 0;
  const processesMs = await timed(() => view.command('log.processes'), counted);
  const sliceMs = longest;
  clearInterval(pulse);
  const jumpFrom = performance.now();
  view.submit('jump', '-10m');
  view.rows(COLUMNS, ROWS);
  const jumpMs = performance.now() - jumpFrom;
  const errorMs = await timed(
    () => view.command('log.new-error'),
    () => / since RNEW|No (?:new kind|error)/.test(view.message()?.text ?? ''),
  );
  view.dispose();
  return { fieldsMs, topMs, processesMs, sliceMs, jumpMs, errorMs, nextP95: p95(next) };
}

function searching(): Record<string, number> {
  const view = standingView();
  const first: number[] = [];
  const next: number[] = [];
  for (const text of ['timeout', 'path=/orders/99', '/took=8\\dms/', 'level:error attempt 3', 'nowhere to be found']) {
    let from = performance.now();
    view.submit('search', text);
    view.rows(COLUMNS, ROWS);
    first.push(performance.now() - from);
    for (let n = 0; n < 40; n++) {
      from = performance.now();
      view.command(n % 3 === 0 ? 'log.previous' : 'log.next');
      view.rows(COLUMNS, ROWS);
      next.push(performance.now() - from);
    }
  }
  const filter: number[] = [];
  for (const text of ['timeout', 'level:warn', '!INFO']) {
    const from = performance.now();
    view.submit('filter', text);
    view.rows(COLUMNS, ROWS);
    filter.push(performance.now() - from);
  }
  return { firstSearchP95: p95(first), nextP95: p95(next), filterP95: p95(filter) };
}

function p95(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.max(0, Math.ceil(values.length * 0.95) - 1)] ?? 0;
}

const search = searching();
const beside = await panels();
const follow = await following(false);
const followWithPanel = await following(true);
console.log(JSON.stringify({ follow, followWithPanel, search, beside }));
process.exit(0);
