import type { App } from '../domain/app.ts';
import type { AppConfig } from '../domain/app-config.ts';
import type { BackingResource, BackingResourceType } from '../domain/backing-resource.ts';
import type { Balancer } from '../domain/balancer.ts';
import type { Budget } from '../domain/budget.ts';
import type { Build } from '../domain/build.ts';
import type { Capacity } from '../domain/capacity.ts';
import type { Certificate } from '../domain/certificate.ts';
import type { Cost } from '../domain/cost.ts';
import type { Diagnosis } from '../domain/diagnosis.ts';
import type { Instance } from '../domain/instance.ts';
import type { Metric, ServiceMetrics } from '../domain/metric.ts';
import type { Process } from '../domain/process.ts';
import type { Registry } from '../domain/registry.ts';
import type { Release } from '../domain/release.ts';
import type { Service } from '../domain/service.ts';
import type { System } from '../domain/system.ts';
import type { LogSource, LogStream, LogStreamOptions, LogStreamSink } from './log-stream.ts';

/** How a read may be cut short. Every read rejects with a `Failure` (domain/failure.ts), never with anything else. */
export interface ReadOptions {
  readonly signal?: AbortSignal;
}

/** Window of a metrics query; times in epoch milliseconds, period in seconds (convox-api.md 5.2). */
export interface MetricsWindow {
  readonly start?: number;
  readonly end?: number;
  readonly period?: number;
  readonly metrics?: readonly string[];
}

export interface ListLimit {
  readonly limit?: number;
}

/** The read side of a rack (convox-api.md 3), the same whether reached directly, through a gateway or a console. */
export interface RackReads {
  system(options?: ReadOptions): Promise<System>;
  capacity(options?: ReadOptions): Promise<Capacity>;
  systemMetrics(window: MetricsWindow, options?: ReadOptions): Promise<readonly Metric[]>;
  /** `all`: every convox process of every app, in one call. */
  systemProcesses(query: { readonly all: boolean }, options?: ReadOptions): Promise<readonly Process[]>;
  systemReleases(options?: ReadOptions): Promise<readonly Release[]>;
  /**
   * Parameters of the rack, from whoever keeps them: its console, else a v2 rack itself (convox-api.md 7.6). Undefined where
   * neither tells: a v3 rack does not know its own. Values may be secret: show them only through `shownParameters`.
   */
  parameters(options?: ReadOptions): Promise<Readonly<Record<string, string>> | undefined>;
  instances(options?: ReadOptions): Promise<readonly Instance[]>;
  apps(options?: ReadOptions): Promise<readonly App[]>;
  app(name: string, options?: ReadOptions): Promise<App>;
  processes(
    app: string,
    query?: { readonly service?: string; readonly release?: string },
    options?: ReadOptions,
  ): Promise<readonly Process[]>;
  process(app: string, id: string, options?: ReadOptions): Promise<Process>;
  /** Sorted by name; unordered on the wire. */
  services(app: string, options?: ReadOptions): Promise<readonly Service[]>;
  builds(app: string, query?: ListLimit, options?: ReadOptions): Promise<readonly Build[]>;
  build(app: string, id: string, options?: ReadOptions): Promise<Build>;
  releases(app: string, query?: ListLimit, options?: ReadOptions): Promise<readonly Release[]>;
  release(app: string, id: string, options?: ReadOptions): Promise<Release>;
  balancers(app: string, options?: ReadOptions): Promise<readonly Balancer[]>;
  configs(app: string, options?: ReadOptions): Promise<readonly AppConfig[]>;
  config(app: string, name: string, options?: ReadOptions): Promise<AppConfig>;
  backingResources(app: string, options?: ReadOptions): Promise<readonly BackingResource[]>;
  backingResource(app: string, name: string, options?: ReadOptions): Promise<BackingResource>;
  rackResources(options?: ReadOptions): Promise<readonly BackingResource[]>;
  rackResource(name: string, options?: ReadOptions): Promise<BackingResource>;
  rackResourceTypes(options?: ReadOptions): Promise<readonly BackingResourceType[]>;
  certificates(query?: { readonly generated?: boolean }, options?: ReadOptions): Promise<readonly Certificate[]>;
  registries(options?: ReadOptions): Promise<readonly Registry[]>;
  appMetrics(app: string, window: MetricsWindow, options?: ReadOptions): Promise<readonly Metric[]>;
  serviceMetrics(
    app: string,
    service: string,
    window: MetricsWindow,
    options?: ReadOptions,
  ): Promise<readonly Metric[]>;
  metricsByService(
    app: string,
    services: readonly string[],
    window: MetricsWindow,
    options?: ReadOptions,
  ): Promise<readonly ServiceMetrics[]>;
  diagnose(
    app: string,
    query?: { readonly all?: boolean; readonly lines?: number },
    options?: ReadOptions,
  ): Promise<Diagnosis>;
  budget(app: string, options?: ReadOptions): Promise<Budget>;
  cost(app: string, options?: ReadOptions): Promise<Cost>;
  objects(app: string, prefix: string, options?: ReadOptions): Promise<readonly string[]>;
}

export interface RackApi extends RackReads {
  /** Cheapest credential test: `GET /auth` (direct, console); `GET /system` through a gateway, which does not proxy it. */
  checkCredential(options?: ReadOptions): Promise<void>;
  /**
   * Opens one log socket. It reports lines as they come and ends exactly once; it does not reconnect (live does, with
   * `since`, see live/log-follow.ts).
   */
  openLogs(source: LogSource, options: LogStreamOptions, sink: LogStreamSink): LogStream;
  close(): Promise<void>;
}
