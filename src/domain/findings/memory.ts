import { spanText } from '../age.ts';
import type { Evidence, Finding } from '../finding.ts';
import { mebibytesText } from '../memory.ts';
import type { Process } from '../process.ts';
import type { Service } from '../service.ts';
import { growthOf } from './growth.ts';
import { found, line, type Scene } from './scene.ts';

/** Share of the request from which on memory is near its limit. */
const NEAR = 0.9;
/** A process that grows is told earlier: from this share on, where it would arrive within the time below. */
const GROWING = 0.6;
const SOON_MS = 60 * 60_000;

interface Hungry {
  readonly process: Process;
  readonly share: number;
  readonly evidence: Evidence;
  /** When it reaches its request at this pace; undefined where it does not grow. */
  readonly fullAt: number | undefined;
}

/**
 * Memory against what the service requests, which is also the limit unless the manifest sets another one. v3 racks give
 * MiB, v2 racks percent of the reservation; 0 is unknown (convox-api.md 5.1, 5.3).
 */
export function memoryPressure(scene: Scene): readonly Finding[] {
  return (scene.facts.services ?? []).flatMap((service) => {
    const group = scene.byService.get(service.name) ?? [];
    const hungry = group
      .flatMap((process) => hungryProcess(scene, process, service) ?? [])
      .sort((a, b) => b.share - a.share || (a.process.id < b.process.id ? -1 : 1));
    const [worst] = hungry;
    if (!worst) return [];
    const soon = worst.fullAt === undefined ? '' : `, full in ${spanText(Math.max(0, worst.fullAt - scene.now))}`;
    return [
      found(scene, {
        rule: 'memory-pressure',
        severity: 'warning',
        service: service.name,
        summary: `${hungry.length} of ${group.length} ${service.name} at ${Math.round(worst.share * 100)}% of their memory${soon}`,
        release: worst.process.release || undefined,
        next: `Look at the metrics of ${worst.process.id}; raise the memory of ${service.name} or find the leak`,
        evidence: hungry.slice(0, 5).map(({ evidence }) => evidence),
      }),
    ];
  });
}

function hungryProcess(scene: Scene, process: Process, service: Service): Hungry | undefined {
  const v2 = scene.facts.version?.generation === 'v2';
  const request = v2 ? 100 : service.memory;
  if (!(process.memory > 0) || !(request > 0)) return undefined;
  const share = process.memory / request;
  if (share < GROWING) return undefined;
  const samples = (scene.samples.get(process.id) ?? []).filter((sample) => sample.memory > 0);
  const growth = growthOf(samples.map(({ at, memory }) => ({ at, value: memory })));
  const fullAt =
    growth && growth.perMs > 0 && share < 1 ? scene.now + (request - process.memory) / growth.perMs : undefined;
  const soon = fullAt !== undefined && fullAt - scene.now <= SOON_MS;
  if (share < NEAR && !soon) return undefined;
  const used = v2 ? `${Math.round(process.memory)}%` : `${mebibytesText(process.memory)} of ${mebibytesText(request)}`;
  const pace = growth && growth.perMs > 0 ? `, growing ${paceText(growth.perMs * 60_000, v2)} a minute` : '';
  return {
    process,
    share,
    evidence: line('metric', `${process.id} uses ${used}${pace}`, undefined, process.id),
    fullAt: soon ? fullAt : undefined,
  };
}

function paceText(perMinute: number, v2: boolean): string {
  const rounded = perMinute < 10 ? perMinute.toFixed(1) : String(Math.round(perMinute));
  return v2 ? `${rounded}%` : `${rounded} MiB`;
}
