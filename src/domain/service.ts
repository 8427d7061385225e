export interface ServicePort {
  readonly balancer: number;
  readonly certificate: string;
  readonly container: number;
}

export interface NlbPort {
  readonly containerPort: number;
  readonly port: number;
  readonly protocol: string;
  readonly scheme: string;
  readonly certificate: string;
}

export interface Autoscale {
  readonly enabled: boolean;
  readonly cpuThreshold: number | undefined;
  readonly memThreshold: number | undefined;
  readonly gpuThreshold: number | undefined;
  readonly queueThreshold: number | undefined;
  readonly metricName: string | undefined;
  readonly customTriggers: number | undefined;
}

/** A service of an app (`GET /apps/{app}/services`, convox-api.md 4.1); unordered on the wire. */
export interface Service {
  readonly name: string;
  readonly domain: string;
  /** Desired replicas (agents: ready pods). */
  readonly count: number;
  /** Requested millicores per replica. */
  readonly cpu: number;
  /** Requested MiB per replica. */
  readonly memory: number;
  readonly gpu: number;
  readonly ports: readonly ServicePort[];
  readonly nlb: readonly NlbPort[];
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly coldStart: boolean;
  readonly autoscale: Autoscale | undefined;
  readonly agent: boolean;
}
