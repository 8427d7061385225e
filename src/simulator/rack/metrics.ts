import { goTime } from '../wire/go-json.ts';
import { RackError } from '../wire/rack-error.ts';
import { drift, rounded } from '../world/load.ts';
import { mix } from '../world/random.ts';
import type { SimulatedRack } from '../world/simulated-rack.ts';
import { type Call, variable } from './call.ts';

const STEP_MS = 30_000;
const KEPT_MS = 3 * 3_600_000;

interface Point {
  readonly at: number;
  readonly value: number;
}

/** Rack history (convox-api.md 5.1, 5.2): newest first with a period, oldest first without one. */
export function systemMetrics({ rack, options, now }: Call): object[] {
  const start = options.time('query', 'start');
  const end = options.time('query', 'end');
  const period = options.integer('query', 'period');
  if (rack.generation.v2) return classicSeries(rack, RACK_SERIES, { start, end, period }, now);
  if (rack.provider !== 'aws' || !rack.generation.since('3.6.3')) throw new RackError(501, 'unimplemented');
  if (rack.metricsOff) throw new RackError(501, 'metrics unavailable');
  const newest = Math.floor(rack.pulse / STEP_MS) * STEP_MS;
  const from = Math.max(start ?? 0, newest - KEPT_MS);
  const series = (name: string, seed: number, middle: number) => {
    const points: Point[] = [];
    for (let at = Math.ceil(from / STEP_MS) * STEP_MS; at <= newest; at += STEP_MS) {
      points.push({ at, value: rounded(Math.min(100, middle * drift(seed, at, 0.3)), 2) });
    }
    const values = period === undefined ? points : thinned(points, period * 1000);
    return { name, values: values.length === 0 ? null : values.map(pointShape) };
  };
  return [series('cluster:cpu:utilization', rack.seed, 52), series('cluster:mem:utilization', mix(rack.seed, 9), 68)];
}

/** The newest point of every period, newest first. */
function thinned(points: readonly Point[], periodMs: number): Point[] {
  const out: Point[] = [];
  let last = Number.POSITIVE_INFINITY;
  for (const point of points.toReversed()) {
    const bucket = Math.floor(point.at / Math.max(periodMs, 1));
    if (bucket === last) continue;
    last = bucket;
    out.push(point);
  }
  return out;
}

const pointShape = ({ at, value }: Point): object => ({
  time: goTime(at),
  avg: value,
  min: value,
  max: value,
  sum: value,
  count: 1,
});

interface Window {
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly period: number | undefined;
}

const RACK_SERIES = [
  'cluster:cpu:reservation',
  'cluster:cpu:utilization',
  'cluster:mem:reservation',
  'cluster:mem:utilization',
  'instances:standard:cpu',
];
const APP_SERIES = ['process:running', 'process:healthy', 'process:unhealthy', 'service:requests'];

export function appMetrics({ rack, options, now }: Call): object[] {
  const window = {
    start: options.time('query', 'start'),
    end: options.time('query', 'end'),
    period: options.integer('query', 'period'),
  };
  if (!rack.generation.v2) throw new RackError(501, 'unimplemented');
  return classicSeries(rack, APP_SERIES, window, now);
}

/** v2: CloudWatch, last day by the hour unless asked otherwise, ascending, with percentiles. */
function classicSeries(rack: SimulatedRack, names: readonly string[], window: Window, now: number): object[] {
  const end = window.end ?? now;
  const start = window.start ?? end - 24 * 3_600_000;
  const step = Math.max(60, window.period ?? 3600) * 1000;
  return names.map((name, index) => {
    const values: object[] = [];
    for (let at = Math.ceil(start / step) * step; at <= end && values.length < 5000; at += step) {
      const avg = rounded(50 * drift(mix(rack.seed, index), at, 0.4), 2);
      values.push({
        ...{ time: goTime(at), avg, min: rounded(avg * 0.8, 2), max: rounded(avg * 1.3, 2), sum: rounded(avg * 60, 2) },
        ...{ count: 60, p90: rounded(avg * 1.15, 2), p95: rounded(avg * 1.2, 2), p99: rounded(avg * 1.28, 2) },
      });
    }
    return { name, values: values.length === 0 ? null : values };
  });
}

const GPU_SERIES = 8;
const DAY_MS = 86_400_000;

/** GPU series of one service; this rack has no Prometheus, so a valid question gets an empty list. */
export function gpuMetrics(call: Call): object[] {
  checkGpuWindow(call, 1);
  const service = variable(call, 'service');
  const app = call.rack.apps.get(variable(call, 'app'));
  if (app?.services.has(service) !== true) throw new RackError(500, `no such service: ${service}`);
  return [];
}

export function gpuMetricsByService(call: Call): object[] {
  const services = call.options.list('query', 'services') ?? [];
  checkGpuWindow(call, Math.max(1, services.length));
  return services.map((name) => ({ name, metrics: [] }));
}

function checkGpuWindow({ rack, options, now }: Call, services: number): void {
  if (rack.gpuMetricsBusy) throw new RackError(503, 'metrics: server busy, retry shortly');
  const end = options.time('query', 'end') ?? now;
  const start = options.time('query', 'start') ?? end - 30 * 60_000;
  const period = options.integer('query', 'period') ?? 30;
  const points = (end - start) / 1000 / Math.max(1, period);
  const problem =
    (end <= start && 'metrics: end must be after start') ||
    (end - start > DAY_MS && 'metrics: range must not exceed 24h') ||
    (period < 5 && 'metrics: period must be at least 5 seconds') ||
    (points > 5000 && 'metrics: too many points per series') ||
    (services > 100 && 'metrics: too many services') ||
    (points * services * GPU_SERIES > 50_000 && 'metrics: aggregate exceeds 50000 points');
  if (problem) throw new RackError(400, problem);
}
