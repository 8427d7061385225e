import type { Manifest } from './manifest.ts';
import type { PodFate } from './pod.ts';

/** Why a build does not survive its start: the service that dies and what it prints. */
export interface Defect {
  readonly service: string;
  readonly code: number;
  readonly exception: readonly string[];
  /** Its processes do not even start: no node takes them, for this reason. */
  readonly unplaceable?: string;
}

export type BuildPhase = 'created' | 'running' | 'complete' | 'failed';

export interface BuildState {
  readonly id: string;
  description: string;
  readonly gitSha: string;
  manifest: string;
  entrypoint: string;
  process: string;
  release: string;
  reason: string;
  readonly repository: string;
  logs: string;
  status: BuildPhase;
  startedAt: number;
  endedAt: number | undefined;
  /** When it turns running, when it ends by itself, and how. */
  readonly plan: { readonly runningAt: number; readonly endsAt: number; readonly fails: boolean };
  defect: Defect | undefined;
}

export interface ReleaseState {
  readonly id: string;
  readonly build: string;
  readonly env: string;
  readonly manifest: string;
  readonly description: string;
  readonly createdAt: number;
  /** A release may be bad by itself (a wrong env value), without a bad build. */
  defect: Defect | undefined;
}

/** A Deployment: what the rack wants to run of one service. Units: millicores, MiB. */
export interface ServiceState {
  readonly name: string;
  count: number;
  cpu: number;
  memory: number;
  gpu: number;
  gpuVendor: string;
  min: number | undefined;
  max: number | undefined;
  scaleOverride: boolean;
  triggersOverride: boolean;
  /** Trigger type to threshold. */
  triggers: Record<string, number>;
  /** What newly born pods become, whatever the release; a scenario's or a test's lever. */
  fate: 'healthy' | 'leak' | PodFate;
}

/** One rollout (convox-api.md 4.3): the phases are reached by time alone. */
export interface Deploy {
  readonly release: string;
  readonly previous: string;
  readonly requestedAt: number;
  /** When the app turns `updating`. */
  readonly startsAt: number;
  /** When it is complete; undefined for a release that never becomes healthy. */
  readonly completesAt: number | undefined;
  /** When the rack gives up and rolls back. */
  readonly deadlineAt: number;
  /** Set once it rolls back. */
  rollbackAt: number | undefined;
}

/** A line that the rack itself writes into an app's log (`system/k8s/<object>`). */
export interface SystemEvent {
  readonly at: number;
  readonly object: string;
  readonly message: string;
  /** For the diagnose report. */
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
}

export interface ResourceState {
  readonly name: string;
  readonly type: string;
  url: string;
  status: string;
  parameters: Record<string, string>;
}

export interface BudgetState {
  config: Record<string, unknown> | null;
  state: Record<string, unknown> | null;
  shutdown: Record<string, unknown> | null;
  bannerDismissed: boolean;
}

export interface AppState {
  readonly name: string;
  readonly createdAt: number;
  locked: boolean;
  parameters: Record<string, string>;
  /** Id of the active release; empty before the first promote. During a deploy see `deploy`. */
  release: string;
  /** Newest last. */
  readonly releases: ReleaseState[];
  readonly builds: BuildState[];
  readonly services: Map<string, ServiceState>;
  deploy: Deploy | undefined;
  deletedAt: number | undefined;
  readonly events: SystemEvent[];
  readonly resources: ResourceState[];
  readonly configs: Map<string, string>;
  readonly objects: Map<string, Buffer>;
  readonly files: Map<string, Buffer>;
  budget: BudgetState;
  readonly seed: number;
}

export const emptyManifest: Manifest = { services: [], resources: {} };
