/**
 * `npm run soak -- [--minutes 30] [--json FILE]`: keeps the program on processes and logs against a lively rack of a process of
 * its own, walks between them every few seconds, and samples resident memory, open files and CPU. Prints each sample and
 * the slopes; exit 1 when memory or open files grow. The first fifth of the time counts as warming up.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { leave, openDashboard, position } from '../perf/support/dashboard-program.ts';
import { goToApps, openAppLog, readMeter } from '../perf/support/log-program.ts';
import { cpuTimeMs, peakMemoryMiB, residentMemoryMiB } from '../perf/support/process-usage.ts';
import { startSimulatorProcess } from '../perf/support/simulator-process.ts';
import { slope } from '../perf/support/statistics.ts';
import { withHome } from '../perf/support/whole-process.ts';
import type { Terminal } from '../support/terminal.ts';

const PROCESSES = 2_000;
const LOG_RATE = 500;
const SAMPLE_EVERY_MS = 10_000;
const STAY_MS = 7_000;
const WARM_UP_SHARE = 0.2;
/** Budget of P11: 0 +- 1 MiB/h. A short run cannot tell that from the noise of the collector. */
const MIB_PER_HOUR = 1;
const NOISE_MIB = 12;
const FILES_PER_HOUR = 2;

interface Sample {
  readonly minute: number;
  readonly memoryMiB: number;
  readonly files: number;
  readonly cpuMs: number;
}

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '30' }, json: { type: 'string' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new RangeError(`--minutes needs a number above 0, not ${JSON.stringify(values.minutes)}`);

const samples = await withHome(soak);
const verdict = judge(samples);
process.stdout.write(`${verdict.text}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ ...verdict, samples }, null, 2)}\n`);
process.exit(verdict.ok ? 0 : 1);

async function soak(home: string): Promise<readonly Sample[]> {
  const rack = await startSimulatorProcess({ processes: PROCESSES, logRate: LOG_RATE });
  try {
    const terminal = openDashboard({ home, rackUrl: rack.rackUrl, args: ['processes'] });
    try {
      await terminal.waitFor((screen) => position(screen)?.of === PROCESSES);
      const ended = new AbortController();
      const walking = walk(terminal, ended.signal);
      const taken = await Promise.race([sample(terminal), walking.then(() => [])]);
      ended.abort();
      await walking;
      return taken;
    } finally {
      await leave(terminal);
    }
  } finally {
    await rack.stop();
  }
}

async function sample(terminal: Terminal): Promise<readonly Sample[]> {
  const taken: Sample[] = [];
  const begin = performance.now();
  while (performance.now() - begin < minutes * 60_000) {
    await delay(SAMPLE_EVERY_MS);
    const { pid } = terminal;
    const next: Sample = {
      minute: (performance.now() - begin) / 60_000,
      memoryMiB: residentMemoryMiB(pid),
      files: readdirSync(`/proc/${pid}/fd`).length,
      cpuMs: cpuTimeMs(pid),
    };
    taken.push(next);
    process.stdout.write(
      `${next.minute.toFixed(1).padStart(6)} min  ${next.memoryMiB.toFixed(1).padStart(6)} MiB  ${next.files} files  peak ${peakMemoryMiB(pid).toFixed(0)} MiB\n`,
    );
    // What the emulator's side has kept of the output is of no use here.
    terminal.raw = '';
  }
  return taken;
}

/** Processes with a filter, describe, the log of an app with a search, and back; each step seen on screen. */
async function walk(terminal: Terminal, signal: AbortSignal): Promise<void> {
  const stay = () => delay(STAY_MS, undefined, { signal }).catch(() => undefined);
  while (!signal.aborted) {
    terminal.press('/');
    await terminal.waitFor(/^ \/$/m);
    terminal.type('web');
    terminal.press('enter');
    await terminal.waitFor(/^ .* of \d+ {2}\/web/m);
    await stay();
    terminal.press('escape');
    await terminal.waitFor((screen) => position(screen)?.of === PROCESSES);
    terminal.press('G', 'd');
    await terminal.waitFor(/describe/);
    await stay();
    terminal.press('escape');
    await terminal.waitFor((screen) => position(screen)?.of === PROCESSES);
    await goToApps(terminal);
    await openAppLog(terminal);
    await stay();
    if (readMeter(terminal.screen()).kept === 0) throw new Error(`No log lines:\n${terminal.screen()}`);
    terminal.press('escape');
    await terminal.waitFor(/> apps .*live/);
    terminal.press('escape');
    await terminal.waitFor((screen) => position(screen)?.of === PROCESSES);
  }
}

function judge(all: readonly Sample[]): { readonly ok: boolean; readonly text: string } {
  const settled = all.filter(({ minute }) => minute >= minutes * WARM_UP_SHARE);
  if (settled.length < 3) return { ok: false, text: 'Too short: fewer than three samples after warming up.' };
  const hours = settled.map((entry) => ({ ...entry, hour: entry.minute / 60 }));
  const memory = slope(hours.map(({ hour, memoryMiB }) => ({ x: hour, y: memoryMiB })));
  const files = slope(hours.map(({ hour, files: count }) => ({ x: hour, y: count })));
  const span = (hours.at(-1)?.hour ?? 0) - (hours[0]?.hour ?? 0);
  const allowed = Math.max(MIB_PER_HOUR, NOISE_MIB / span);
  const filesAllowed = Math.max(FILES_PER_HOUR, 4 / span);
  const ok = memory <= allowed && files <= filesAllowed;
  const busy = ((all.at(-1)?.cpuMs ?? 0) / ((all.at(-1)?.minute ?? 1) * 60_000)) * 100;
  return {
    ok,
    text: [
      `memory ${memory.toFixed(1)} MiB/h (at most ${allowed.toFixed(1)} over ${(span * 60).toFixed(0)} minutes)`,
      `open files ${files.toFixed(1)}/h (at most ${filesAllowed.toFixed(1)})`,
      `CPU ${busy.toFixed(1)} % of a core`,
      ok ? 'ok' : 'OVER',
    ].join('; '),
  };
}
