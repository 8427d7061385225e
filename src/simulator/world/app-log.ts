import type { AppState } from './app.ts';
import { formatOf, message } from './log-message.ts';
import { crashAfter, crashPeriod, dies, type Pod, visible } from './pod.ts';
import { hashText, mix } from './random.ts';
import type { SimulatedRack } from './simulated-rack.ts';

/** Who wrote a line: a process, or the rack itself (`system/k8s/<object>`). */
export type LogOrigin = { readonly pod: Pod } | { readonly object: string };

export interface LogLine {
  /** Milliseconds since the epoch, with a made-up sub-millisecond part. */
  readonly at: number;
  readonly nanos: number;
  readonly origin: LogOrigin;
  readonly message: Buffer;
}

/** A replay reaches back no further than this many lines, whatever the window. */
const REPLAY_LIMIT = 20_000;

/**
 * Every line of an app with `from <= at < to`, oldest first: a pure function of seed and time, so that two sockets, or
 * one socket opened twice, see exactly the same lines. A slot grid of the rack's log rate says when a line is
 * written and which living process writes it; crash-looping processes write their exception at every death besides.
 */
export function appLines(rack: SimulatedRack, app: AppState, from: number, to: number): LogLine[] {
  const lines = slotLines(rack, app.name, app.seed, from, to);
  const crashes: LogLine[] = [];
  for (const pod of logPods(rack, app.name)) if (dies(pod)) crashLines(pod, from, to, crashes);
  for (const event of app.events) {
    if (event.at < from || event.at >= to) continue;
    crashes.push({ at: event.at, nanos: 0, origin: { object: event.object }, message: Buffer.from(event.message) });
  }
  return crashes.length === 0 ? lines : [...lines, ...crashes].sort((a, b) => a.at - b.at);
}

/** The rack's own components (`/system/logs`). */
export function systemLines(rack: SimulatedRack, from: number, to: number): LogLine[] {
  return slotLines(rack, 'system', rack.seed, from, to);
}

/** Lines of one process. */
export function podLines(rack: SimulatedRack, app: AppState, pod: Pod, from: number, to: number): LogLine[] {
  return appLines(rack, app, from, to).filter((line) => 'pod' in line.origin && line.origin.pod === pod);
}

/** What a container printed before its last restart (service logs with `Previous: true`). */
export function previousLines(pod: Pod, now: number): LogLine[] {
  if (!dies(pod)) return [];
  const life = Math.floor((now - pod.bornAt) / crashPeriod(pod));
  if (life < 1) return [];
  const lines: LogLine[] = [];
  const startedAt = pod.bornAt + (life - 1) * crashPeriod(pod);
  crashLines(pod, startedAt, startedAt + crashPeriod(pod), lines);
  return lines.filter((line) => 'pod' in line.origin);
}

function slotLines(rack: SimulatedRack, app: string, seed: number, from: number, to: number): LogLine[] {
  if (rack.logRate <= 0) return [];
  const width = 1000 / rack.logRate;
  const last = Math.ceil(to / width) - 1;
  const first = Math.max(Math.ceil(from / width), last - REPLAY_LIMIT + 1);
  if (first > last) return [];
  const writers = writersOver(rack, app, first * width, to);
  const lines: LogLine[] = [];
  for (let slot = first; slot <= last; slot++) {
    const at = Math.floor(slot * width);
    const living = writers(at);
    if (living.length === 0) continue;
    // Slot numbers exceed 32 bits at high rates: both halves go into the hash.
    const roll = mix(mix(seed, slot), Math.floor(slot / 0x1_0000_0000) + 1);
    const pod = living[roll % living.length];
    if (pod === undefined) continue;
    const own = mix(roll, 5);
    lines.push({
      at,
      nanos: own % 1_000_000,
      origin: { pod },
      message: message(own, at, pod.service, formatOf(hashText(`${pod.app}/${pod.service}`))),
    });
  }
  return lines;
}

/** The processes that can write at an instant. When none comes or goes within the window the answer is computed once. */
function writersOver(rack: SimulatedRack, app: string, from: number, to: number): (at: number) => readonly Pod[] {
  const lead = rack.timings.podStarting;
  const candidates = logPods(rack, app)
    .filter((pod) => !dies(pod) && pod.fate.kind !== 'unschedulable' && pod.kind !== 'build')
    .filter((pod) => pod.bornAt + lead < to && (pod.removedAt === undefined || pod.removedAt > from));
  const steady = candidates.every(
    (pod) => pod.bornAt + lead <= from && (pod.removedAt === undefined || pod.removedAt >= to),
  );
  if (steady) return () => candidates;
  return (at) => candidates.filter((pod) => at >= pod.bornAt + lead && visible(pod, at));
}

/** In a stable order, removed ones included: the choice of a writer must not depend on when it is asked for. */
function logPods(rack: SimulatedRack, app: string): Pod[] {
  return [...rack.podsOf(app), ...rack.goneOf(app)].sort((a, b) => a.bornAt - b.bornAt || (a.id < b.id ? -1 : 1));
}

/** What a container that dies says in each of its lives: ms into that life, text, and who says it if not the container. */
type Script = readonly (readonly [offset: number, text: string, object?: string])[];

function scriptOf(pod: Pod): Script {
  const end = crashAfter(pod);
  const booting = [1_800, `INFO booting ${pod.app} ${pod.service} release=${pod.release} pid=1`] as const;
  const backOff = `Back-off restarting failed container ${pod.service} in pod ${pod.id}`;
  if (pod.fate.kind === 'crash-loop') {
    const { exception, code } = pod.fate;
    return [
      booting,
      [4_200, 'INFO connecting to its resources'],
      ...exception.map((text, line) => [end - 1_500 + line * 3, text] as const),
      [end - 1_000, `ERROR ${pod.service} exited with code ${code}`],
      [end, backOff, pod.id],
    ];
  }
  const rss = (share: number): string => `rss=${Math.round(pod.limit * share)}MiB of ${pod.limit}MiB`;
  return [
    booting,
    [end * 0.5, `INFO memory ${rss(0.7)}`],
    [end * 0.8, `WARN memory ${rss(0.88)}, collecting garbage`],
    [end - 4_000, `WARN memory ${rss(0.99)}, allocation slow`],
    [end, `Container ${pod.service} in pod ${pod.id} was OOMKilled (exit code 137)`, pod.id],
    [end + 2_000, backOff, pod.id],
  ];
}

function crashLines(pod: Pod, from: number, to: number, out: LogLine[]): void {
  const script = scriptOf(pod);
  const period = crashPeriod(pod);
  const end = Math.min(to, pod.removedAt ?? to);
  const firstLife = Math.max(0, Math.floor((from - pod.bornAt) / period));
  for (let life = firstLife; pod.bornAt + life * period < end; life++) {
    for (const [offset, text, object] of script) {
      const at = Math.round(pod.bornAt + life * period + offset);
      if (at < from || at >= end) continue;
      const origin: LogOrigin = object === undefined ? { pod } : { object };
      out.push({ at, nanos: Math.round(offset) % 1000, origin, message: Buffer.from(text) });
    }
  }
}
