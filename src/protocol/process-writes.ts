import { Failure } from '../domain/failure.ts';
import type { Process } from '../domain/process.ts';
import type { GuardedCalls } from './guarded-calls.ts';
import { encodeHeaders, type Options } from './option-encoding.ts';
import { RACK_WRITE_ROUTES } from './rack-write-routes.ts';
import type { WriteOptions } from './rack-writes.ts';
import { readProcess } from './schemas/process.ts';
import { decimal, LARGEST_DOWNLOAD } from './write-options.ts';

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

const R = RACK_WRITE_ROUTES;

export function processWrites(calls: GuardedCalls): ProcessWrites {
  return { ...singleProcessWrites(calls), ...fileWrites(calls), ...serviceWrites(calls) };
}

function singleProcessWrites({ call, done, dialect }: GuardedCalls): Pick<ProcessWrites, 'stopProcess' | 'runProcess'> {
  return {
    stopProcess: (app, pid, o) => done(R.stopProcess, { variables: { app, pid } }, o),
    runProcess: async (app, service, run, o) => {
      if (dialect === 'gateway-proxy' && Object.keys(run.environment ?? {}).length > 0) throw environmentDropped();
      const input = {
        variables: { app, service },
        headers: encodeHeaders(runHeaders(run)),
        secrets: Object.values(run.environment ?? {}),
      };
      return call(R.runProcess, readProcess, input, o);
    },
  };
}

/** Names as the rack spells them (convox-api.md 3, "run detached"). */
function runHeaders(run: RunProcess): Options {
  const { nodeLabels, environment, volumes } = run;
  return {
    Command: run.command,
    Release: run.release,
    Cpu: run.cpu,
    'Cpu-Limit': run.cpuLimit,
    Memory: run.memory,
    'Memory-Limit': run.memoryLimit,
    Gpu: run.gpu,
    'Gpu-Vendor': run.gpuVendor,
    Environment: environment && { map: environment },
    Volumes: volumes && { map: volumes },
    Image: run.image,
    Height: run.height,
    Width: run.width,
    'Node-Labels': nodeLabels && { csv: Object.entries(nodeLabels).map(([key, value]) => `${key}=${value}`) },
    'Use-Service-Volume': run.useServiceVolume,
    'System-Critical': run.systemCritical,
    Privileged: run.privileged,
  };
}

function environmentDropped(): Failure {
  return new Failure({
    kind: 'unsupported',
    what: 'Could not start the process with an environment of its own',
    why: 'the gateway drops these variables without a word',
    next: 'Start it without them, or use a direct connection to the rack.',
    nothingSent: true,
  });
}

function fileWrites({
  done,
  answer,
}: GuardedCalls): Pick<ProcessWrites, 'uploadFiles' | 'downloadFiles' | 'deleteFiles'> {
  return {
    uploadFiles: (app, pid, archive, o) => {
      const query = { 'tar-extra': o?.tarExtra && { csv: o.tarExtra } };
      return done(R.uploadFiles, { variables: { app, pid }, query, body: archive }, o);
    },
    // Of GET and DELETE only the query is read (convox-api.md 1.3).
    downloadFiles: async (app, pid, file, o) => {
      const input = { variables: { app, pid }, query: { file }, maxBodyBytes: LARGEST_DOWNLOAD };
      return (await answer(R.downloadFiles, input, o)).body;
    },
    deleteFiles: (app, pid, paths, o) =>
      done(R.deleteFiles, { variables: { app, pid }, query: { files: { csv: paths } } }, o),
  };
}

type ServiceWrites = Pick<
  ProcessWrites,
  'updateService' | 'restartService' | 'setScaleOverride' | 'enableTriggers' | 'disableTriggers' | 'setTriggerThreshold'
>;

function serviceWrites({ done }: GuardedCalls): ServiceWrites {
  return {
    updateService: (app, name, { gpuVendor, ...scale }, o) =>
      done(R.updateService, { variables: { app, name }, form: { ...scale, 'gpu-vendor': gpuVendor } }, o),
    restartService: (app, service, o) => done(R.restartService, { variables: { app, service } }, o),
    setScaleOverride: (app, service, active, o) =>
      done(R.setScaleOverride, { variables: { app, service }, form: { active, ack_by: o?.ackBy } }, o),
    enableTriggers: (app, service, { min, max, triggers }, o) => {
      const opts = JSON.stringify({ min, max, triggers: triggers.map(({ type, threshold }) => ({ type, threshold })) });
      return done(R.enableTriggers, { variables: { app, service }, form: { opts } }, o);
    },
    disableTriggers: (app, service, o) => done(R.disableTriggers, { variables: { app, service } }, o),
    setTriggerThreshold: async (app, service, { type, threshold }, o) =>
      done(
        R.setTriggerThreshold,
        { variables: { app, service }, form: { type, threshold: decimal('threshold', threshold) } },
        o,
      ),
  };
}
