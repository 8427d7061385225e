import type { App } from '../../domain/app.ts';
import { appHealth } from '../../domain/app-health.ts';
import type { Certificate } from '../../domain/certificate.ts';
import type { Finding } from '../../domain/finding.ts';
import { ownRackFindings } from '../../domain/findings/own-rack.ts';
import type { Instance } from '../../domain/instance.ts';
import type { Process } from '../../domain/process.ts';
import { isUnhealthy } from '../../domain/severity.ts';
import type { System } from '../../domain/system.ts';
import { parseVersion } from '../../domain/version.ts';

/** The state of one rack in a line; parts that could not be read are undefined and left out. */
export interface Vitals {
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
  readonly nodesReady: number | undefined;
  readonly nodes: number | undefined;
  readonly apps: number | undefined;
  readonly processes: number | undefined;
  readonly findings: number | undefined;
}

export interface VitalsInput {
  readonly system: System | undefined;
  readonly instances: readonly Instance[] | undefined;
  readonly apps: readonly App[] | undefined;
  readonly processes: readonly Process[] | undefined;
  /** As they were told last, where they may be read. */
  readonly certificates?: readonly Certificate[] | undefined;
}

const READY: ReadonlySet<string> = new Set(['running', 'active', 'ready', '']);

export function vitalsOf(input: VitalsInput, now: number): Vitals {
  const { instances, apps, processes } = input;
  return {
    ...load(instances ?? [], input.system),
    nodes: instances?.length,
    nodesReady: instances?.filter((node) => READY.has(node.status)).length,
    apps: apps?.length,
    processes: processes?.length,
    findings: apps && processes ? ofApps(apps, processes, now) + ofRack(input, processes, now) : undefined,
  };
}

/** v2 nodes report shares of their own, v3 nodes cores and MiB of what is allocatable (convox-api.md 5.1). */
function load(nodes: readonly Instance[], system: System | undefined): Pick<Vitals, 'cpu' | 'memory'> {
  if (nodes.length === 0) return { cpu: undefined, memory: undefined };
  if (system && parseVersion(system.version).generation === 'v2') {
    return { cpu: mean(nodes.map((node) => node.cpu)), memory: mean(nodes.map((node) => node.memory)) };
  }
  return {
    cpu: ratio(
      nodes.map((node) => node.cpu),
      nodes.map((node) => node.cpuAllocatable),
    ),
    memory: ratio(
      nodes.map((node) => node.memory),
      nodes.map((node) => node.memoryAllocatable),
    ),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function ratio(used: readonly number[], of: readonly (number | undefined)[]): number | undefined {
  const whole = of.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  return whole > 0 ? used.reduce((sum, value) => sum + value, 0) / whole : undefined;
}

function ofApps(apps: readonly App[], processes: readonly Process[], now: number): number {
  const byApp = Map.groupBy(processes, (process) => process.app);
  let count = 0;
  for (const app of apps) count += unhealthy(appHealth(app, byApp.get(app.name) ?? [], now).findings);
  return count;
}

/** What the board tells on the rack's own line: its nodes and certificates. */
function ofRack({ system, instances, certificates }: VitalsInput, processes: readonly Process[], now: number): number {
  const version = system && parseVersion(system.version);
  return unhealthy(ownRackFindings({ nodes: instances ?? [], processes, version, now }, certificates ?? []));
}

function unhealthy(findings: readonly Finding[]): number {
  return findings.filter((finding) => isUnhealthy(finding.severity)).length;
}
