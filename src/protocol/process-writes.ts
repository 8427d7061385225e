import type { Process } from '../domain/process.ts';
import type { WriteOptions } from './rack-writes.ts';

/** Options of a one-off process (convox-api.md 3, sent as headers). An absent one is left to the service's own settings. */
export interface RunProcess {
  /** One line; split into words by the rack, no shell. `sleep 3600` for an attached run (convox-api.md 6.3). */
  readonly command: string;
  /** Release to run; the active one by default. Tokens under a deploy approval must name it (gateway.md 6.7). */
  readonly release?: string;
  /** Millicores. Since 3.14.3. */
  readonly cpu?: number;
  readonly cpuLimit?: number;
  /** MiB. The limit since 3.14.3. */
  readonly memory?: number;
  readonly memoryLimit?: number;
  /** Devices. Since 3.21.3; the vendor since 3.24.5. */
  readonly gpu?: number;
  readonly gpuVendor?: string;
  /** Secret. Gateways drop it in silence (gateway.md 6.1), so through one it is refused before anything is sent. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: Readonly<Record<string, string>>;
  readonly image?: string;
  /** Cells; both or none. */
  readonly height?: number;
  readonly width?: number;
  /** Since 3.20.1. */
  readonly nodeLabels?: Readonly<Record<string, string>>;
  /** Since 3.22.3. */
  readonly useServiceVolume?: boolean;
  /** Since 3.21.4. */
  readonly systemCritical?: boolean;
  readonly privileged?: boolean;
}

/** What `scale` changes; absent: as it is. `cpu` millicores and `memory` MiB per replica. */
export interface ServiceScale {
  readonly count?: number;
  readonly cpu?: number;
  readonly memory?: number;
  /** Since 3.24.5, with its vendor. */
  readonly gpu?: number;
  readonly gpuVendor?: string;
  /** Since 3.24.6; not together with `count`. */
  readonly min?: number;
  readonly max?: number;
}

export interface AutoscaleTriggers {
  readonly min: number;
  readonly max: number;
  readonly triggers: readonly AutoscaleTrigger[];
}

export interface AutoscaleTrigger {
  readonly type: 'cpu' | 'memory' | 'gpuUtilization' | 'queueDepth';
  readonly threshold: number;
}

/** Processes, services and files of an app (convox-api.md 3, "Processes and services"; waiting rules: 6.2, 6.3). */
export interface ProcessWrites {
  /** A process of a service is replaced by a new one. */
  stopProcess(app: string, process: string, options?: WriteOptions): Promise<void>;
  /** Starts a process beside the replicas of its service; it is still `pending` when this resolves. */
  runProcess(app: string, service: string, run: RunProcess, options?: WriteOptions): Promise<Process>;
  /**
   * Unpacks a tar archive at `/` of the process: paths in it are absolute. `tarExtra` since 3.19.7: `--no-same-owner`,
   * `--no-same-permissions`, `--strip-components=N`.
   */
  uploadFiles(
    app: string,
    process: string,
    archive: Uint8Array,
    options?: WriteOptions & { readonly tarExtra?: readonly string[] },
  ): Promise<void>;
  /** Tar archive of one absolute path; at most 256 MiB. Changes nothing, but runs `tar` in the process. */
  downloadFiles(app: string, process: string, path: string, options?: WriteOptions): Promise<Uint8Array>;
  deleteFiles(app: string, process: string, paths: readonly string[], options?: WriteOptions): Promise<void>;
  /** Scale and `services update`. New requests (cpu, memory, gpu) replace every replica. */
  updateService(app: string, service: string, scale: ServiceScale, options?: WriteOptions): Promise<void>;
  /** Rolling; the app's status does not change on v3. An app is restarted service by service. */
  restartService(app: string, service: string, options?: WriteOptions): Promise<void>;
  /** Keeps the count set at run time over deploys. Since 3.24.6. */
  setScaleOverride(
    app: string,
    service: string,
    active: boolean,
    options?: WriteOptions & { readonly ackBy?: string },
  ): Promise<void>;
  /** Since 3.24.6, as the next two. */
  enableTriggers(app: string, service: string, triggers: AutoscaleTriggers, options?: WriteOptions): Promise<void>;
  disableTriggers(app: string, service: string, options?: WriteOptions): Promise<void>;
  setTriggerThreshold(app: string, service: string, trigger: AutoscaleTrigger, options?: WriteOptions): Promise<void>;
}
