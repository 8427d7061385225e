import type { Finding } from '../finding.ts';
import type { Instance } from '../instance.ts';
import { isStuck, processSeverity } from '../process-health.ts';
import type { Service } from '../service.ts';
import { isUnhealthy } from '../severity.ts';
import { counted, found, line, oldestStart, processLines, type Scene } from './scene.ts';

/** A promoted app without any process; why, the rules that see its services know. */
export function nothingRuns(scene: Scene): readonly Finding[] {
  if (scene.app.release === '' || scene.serving.length > 0) return [];
  return [
    found(scene, {
      rule: 'nothing-runs',
      severity: 'info',
      summary: 'no process runs',
      release: scene.app.release,
      next: 'Is it scaled to zero? Look at its services',
    }),
  ];
}

const STARTING: ReadonlySet<string> = new Set(['pending', 'starting', 'provisioning', 'activating', 'unhealthy']);
/** So long a new process is on its way rather than missing. */
const ARRIVAL_MS = 3 * 60_000;

/** Fewer processes up than the service wants. While a deploy goes on only a service without any is told. */
export function missingReplicas(scene: Scene): readonly Finding[] {
  return (scene.facts.services ?? []).flatMap((service) => {
    // An agent's count is what is ready (convox-api.md 4.1): it can never lack any.
    if (service.agent || service.count <= 0 || service.name === '') return [];
    const all = scene.byService.get(service.name) ?? [];
    const up = all.filter((process) => process.status === 'running').length;
    const arriving = all.filter(
      ({ status, startedAt }) =>
        STARTING.has(status.toLowerCase()) && startedAt !== undefined && scene.now - startedAt < ARRIVAL_MS,
    ).length;
    const missing = service.count - up - arriving;
    const deploying = scene.app.status === 'updating' || scene.app.status === 'rollback';
    if (missing <= 0 || (deploying && up > 0)) return [];
    return [missingFinding(scene, service, up, arriving)];
  });
}

function missingFinding(scene: Scene, service: Service, up: number, arriving: number): Finding {
  const all = scene.byService.get(service.name) ?? [];
  const stuck = all.some((process) => isStuck(process, scene.now));
  return found(scene, {
    rule: 'missing-replicas',
    severity: up === 0 && !service.coldStart ? 'critical' : 'warning',
    service: service.name,
    summary: `${up} of ${service.count} ${service.name} run`,
    since: oldestStart(all.filter((process) => process.status !== 'running')),
    release: scene.app.release || undefined,
    next:
      all.length < service.count || stuck
        ? 'Look at the nodes: is there room? Then at the events of the app'
        : `Look at the processes of ${service.name}`,
    evidence: [
      line(
        'service',
        `${service.name} wants ${service.count}, ${up} run${arriving > 0 ? `, ${arriving} on their way` : ''}`,
        undefined,
        service.name,
      ),
      ...processLines(
        // Those that other rules tell of are not told again.
        all.filter((process) => process.status !== 'running' && !isUnhealthy(processSeverity(process, scene.now))),
        (process) => `${process.id} ${process.status}`,
      ),
    ],
  });
}

/** Services that should run nothing, one finding for all of them. */
export function scaledToZero(scene: Scene): readonly Finding[] {
  const services = (scene.facts.services ?? []).filter((service) => service.count === 0 && !service.agent);
  const [first] = services;
  if (!first) return [];
  const shutDown =
    scene.facts.budget?.state?.breakerTripped === true && scene.facts.budget.cap?.atCapAction === 'auto-shutdown';
  const names = services.map(({ name }) => name).sort();
  return [
    found(scene, {
      rule: 'scaled-to-zero',
      severity: 'info',
      service: services.length === 1 ? first.name : undefined,
      summary: `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''} scaled to 0`,
      next: shutDown
        ? 'The budget breaker shut it down: look at the budget'
        : 'Nothing to do where it is meant so; else scale it up',
      evidence: services.slice(0, 5).map((service) => line('service', zeroText(service), undefined, service.name)),
    }),
  ];
}

function zeroText(service: Service): string {
  if (service.coldStart) return `${service.name} starts with its next request`;
  if (service.autoscale?.enabled && service.min === 0) return `${service.name} is scaled to 0 by its autoscaling`;
  return `${service.name} wants 0 processes`;
}

const READY: ReadonlySet<string> = new Set(['running', 'active', 'ready', '']);

/** Several processes of a service on one node while there are more nodes: that node takes the service down with it. */
export function onOneNode(scene: Scene): readonly Finding[] {
  const ready = (scene.facts.instances ?? []).filter((node: Instance) => READY.has(node.status));
  if (ready.length < 2) return [];
  const agents = new Set((scene.facts.services ?? []).filter(({ agent }) => agent).map(({ name }) => name));
  const findings: Finding[] = [];
  for (const [service, group] of scene.byService) {
    if (agents.has(service)) continue;
    const up = group.filter((process) => process.status === 'running' && process.instance !== '');
    const [node, ...others] = new Set(up.map((process) => process.instance));
    if (up.length < 2 || node === undefined || others.length > 0) continue;
    findings.push(
      found(scene, {
        rule: 'one-node',
        severity: 'info',
        service,
        summary: `all ${up.length} ${service} on one node`,
        next: `Restart ${service} to spread it, if ${node} is not the only node that fits`,
        evidence: [
          line(
            'node',
            `${node} has all ${up.length} ${service}; the rack has ${counted(ready.length, 'node', 'nodes')}`,
            undefined,
            node,
          ),
        ],
      }),
    );
  }
  return findings;
}
