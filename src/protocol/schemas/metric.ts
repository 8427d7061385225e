import * as z from 'zod/mini';
import type { Metric, MetricValue, ServiceMetrics } from '../../domain/metric.ts';
import { listOf, type Wire } from './reader.ts';
import { list, num, number, numOrNone, str, text, time } from './wire.ts';

const wireValue = () =>
  z.object({
    time: text,
    avg: number,
    min: number,
    max: number,
    sum: number,
    count: number,
    p90: number,
    p95: number,
    p99: number,
  });
const wireMetric = () => z.object({ name: z.string(), values: list(wireValue()) });

function toValue(wire: Wire<typeof wireValue>): MetricValue | undefined {
  const at = time(wire.time);
  if (at === undefined) return undefined;
  return {
    time: at,
    avg: num(wire.avg),
    min: num(wire.min),
    max: num(wire.max),
    sum: num(wire.sum),
    count: num(wire.count),
    p90: numOrNone(wire.p90),
    p95: numOrNone(wire.p95),
    p99: numOrNone(wire.p99),
  };
}

/** Points without a time say nothing; the order depends on the question, so they are sorted (convox-api.md 5.2). */
function toMetric(wire: Wire<typeof wireMetric>): Metric {
  const values = (wire.values ?? []).map(toValue).filter((value) => value !== undefined);
  return { name: str(wire.name), values: values.sort((a, b) => a.time - b.time) };
}

export const readMetrics = listOf(wireMetric, toMetric);

export const readServiceMetrics = listOf(
  () => z.object({ name: z.string(), metrics: list(wireMetric()) }),
  (wire): ServiceMetrics => ({ service: str(wire.name), metrics: (wire.metrics ?? []).map(toMetric) }),
);
