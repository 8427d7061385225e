export interface MetricValue {
  readonly time: number;
  readonly avg: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly count: number;
  readonly p90: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
}

/** One series, oldest point first whatever order the rack answered in (convox-api.md 5.2). */
export interface Metric {
  readonly name: string;
  readonly values: readonly MetricValue[];
}

export interface ServiceMetrics {
  readonly service: string;
  readonly metrics: readonly Metric[];
}
