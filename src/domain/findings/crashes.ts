import { ageText, spanText } from '../age.ts';
import type { Evidence, Finding } from '../finding.ts';
import type { Process } from '../process.ts';
import { isStuck, PENDING_TOO_LONG_MS, processSeverity } from '../process-health.ts';
import { earliest, found, line, oldestStart, processLines, type Scene } from './scene.ts';

/** Processes younger than this that crash together point at a crash loop. */
const CRASH_LOOP_AGE_MS = 15 * 60_000;

export function crashedProcesses(scene: Scene): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [service, group] of scene.byService) {
    const crashed = group.filter((process) => processSeverity(process, scene.now) === 'critical');
    if (crashed.length > 0) findings.push(crashFinding(scene, service, crashed, group.length));
  }
  return findings;
}

function crashFinding(scene: Scene, service: string, crashed: readonly Process[], total: number): Finding {
  const { now } = scene;
  const young = crashed.filter(({ startedAt }) => startedAt !== undefined && now - startedAt < CRASH_LOOP_AGE_MS);
  const repeated = crashed.some((process) => crashesOf(scene, process.id).length > 1);
  const looping = repeated || young.length >= 2 || (young.length > 0 && young.length === crashed.length);
  return found(scene, {
    rule: 'crashed-processes',
    severity: 'critical',
    service,
    summary: `${crashed.length} of ${total} ${service} ${looping ? 'crash-looping' : 'crashed'}`,
    since: crashSince(scene, crashed),
    release: crashed[0]?.release || undefined,
    next: `Look at the logs of ${crashed[0]?.id ?? service}`,
    evidence: [
      ...processLines(
        crashed,
        (process) => `${process.id} ${process.status} on ${process.release || '?'}${ageOf(process, now)}`,
      ),
      ...crashed.slice(0, 2).flatMap((process) => crashTimes(scene, process.id)),
    ],
  });
}

function ageOf(process: Process, now: number): string {
  return process.startedAt === undefined ? '' : `, started ${ageText(process.startedAt, now)} ago`;
}

/** The first crash that was seen, where somebody watched; else the start of the oldest process that crashes. */
function crashSince(scene: Scene, crashed: readonly Process[]): number | undefined {
  const seen = crashed.flatMap((process) => crashesOf(scene, process.id)[0] ?? []);
  const watchedAll = crashed.every((process) => wasSeenUp(scene, process.id));
  return (watchedAll ? earliest(seen) : undefined) ?? oldestStart(crashed);
}

function wasSeenUp(scene: Scene, id: string): boolean {
  return scene.samples.get(id)?.[0]?.status === 'running';
}

/** When a process was seen to have crashed anew. */
function crashesOf(scene: Scene, id: string): readonly number[] {
  const times: number[] = [];
  let down = false;
  for (const sample of scene.samples.get(id) ?? []) {
    const isDown = sample.status === 'crashed' || sample.status === 'failed';
    if (isDown && !down) times.push(sample.at);
    down = isDown;
  }
  return times;
}

function crashTimes(scene: Scene, id: string): readonly Evidence[] {
  const times = crashesOf(scene, id);
  const last = times.at(-1);
  if (times.length < 2 || last === undefined) return [];
  return [line('process', `${id} crashed ${times.length} times while watched`, last, id)];
}

/** So many crashes within a while, though the process happens to run at this moment. */
const FLAPS = 2;
const FLAP_WINDOW_MS = 30 * 60_000;

/** A crash loop shows `running` between two crashes: the history tells it. */
export function flappingProcesses(scene: Scene): readonly Finding[] {
  if (!scene.facts.processSamples) return [];
  const findings: Finding[] = [];
  for (const [service, group] of scene.byService) {
    const flapping = group.filter((process) => {
      const recent = crashesOf(scene, process.id).filter((at) => scene.now - at <= FLAP_WINDOW_MS);
      return processSeverity(process, scene.now) !== 'critical' && recent.length >= FLAPS;
    });
    const [first] = flapping;
    if (!first) continue;
    findings.push(
      found(scene, {
        rule: 'flapping',
        severity: 'critical',
        service,
        summary: `${flapping.length} ${service} crashing again and again`,
        since: earliest(flapping.map((process) => crashesOf(scene, process.id)[0])),
        release: first.release || undefined,
        next: `Look at the logs of ${first.id}`,
        evidence: flapping.slice(0, 3).flatMap((process) => crashTimes(scene, process.id)),
      }),
    );
  }
  return findings;
}

export function unhealthyProcesses(scene: Scene): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [service, group] of scene.byService) {
    const sick = group.filter(
      (process) => process.status === 'unhealthy' && processSeverity(process, scene.now) === 'warning',
    );
    if (sick.length === 0) continue;
    findings.push(
      found(scene, {
        rule: 'unhealthy-processes',
        severity: 'warning',
        service,
        summary: `${sick.length} of ${group.length} ${service} unhealthy`,
        since: oldestStart(sick),
        release: sick[0]?.release || undefined,
        next: `Look at the logs of ${sick[0]?.id ?? service}`,
        evidence: processLines(sick, (process) => `${process.id} fails its health check${ageOf(process, scene.now)}`),
      }),
    );
  }
  return findings;
}

/** Waiting to start for too long; without a node it could not be placed at all. */
export function stuckProcesses(scene: Scene): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [service, group] of scene.byService) {
    const stuck = group.filter((process) => isStuck(process, scene.now));
    const homeless = stuck.filter((process) => process.instance === '');
    const placed = stuck.filter((process) => process.instance !== '');
    if (placed.length > 0) findings.push(stuckFinding(scene, service, placed));
    if (homeless.length > 0) findings.push(unplaceableFinding(scene, service, homeless));
  }
  return findings;
}

function stuckFinding(scene: Scene, service: string, stuck: readonly Process[]): Finding {
  return found(scene, {
    rule: 'stuck-pending',
    severity: 'warning',
    service,
    summary: `${stuck.length} ${service} ${stuck[0]?.status ?? 'pending'} for over ${PENDING_TOO_LONG_MS / 60_000} minutes`,
    since: oldestStart(stuck),
    release: stuck[0]?.release || undefined,
    next: 'Look at the nodes: is there room?',
    evidence: processLines(
      stuck,
      (process) => `${process.id} ${process.status} on ${process.instance}${ageOf(process, scene.now)}`,
    ),
  });
}

function unplaceableFinding(scene: Scene, service: string, homeless: readonly Process[]): Finding {
  const wanted = scene.facts.services?.find(({ name }) => name === service);
  const since = oldestStart(homeless);
  const evidence = processLines(homeless, (process) => `${process.id} has no node${ageOf(process, scene.now)}`);
  return found(scene, {
    rule: 'unplaceable',
    severity: 'warning',
    service,
    summary: `${homeless.length} ${service} without a node for ${since === undefined ? 'long' : spanText(scene.now - since)}`,
    since,
    release: homeless[0]?.release || undefined,
    next: 'Look at the nodes: is there room? Add a node or lower what the service requests',
    evidence: wanted
      ? [
          ...evidence,
          line('service', `each ${service} requests ${wanted.cpu}m cpu and ${wanted.memory} MiB`, undefined, service),
        ]
      : evidence,
  });
}
