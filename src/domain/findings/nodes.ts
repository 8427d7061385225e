import { percentText } from '../cpu.ts';
import type { Evidence, Finding } from '../finding.ts';
import type { Instance } from '../instance.ts';
import type { Process } from '../process.ts';
import { processHealth } from '../process-health.ts';
import type { RackVersion } from '../version.ts';
import { counted, line, NOTHING, type Scene } from './scene.ts';

/** Used share of what pods may have, from which on a node is under pressure; memory that runs out gets pods evicted. */
const BUSY = 0.9;
const EVICTING = 0.97;
/** A node that has just joined is not broken. */
const JOINING_MS = 5 * 60_000;

const READY: ReadonlySet<string> = new Set(['running', 'active', 'ready', '']);
const LEAVING: ReadonlySet<string> = new Set(['draining', 'deactivating', 'deregistering']);

export interface NodeLoad {
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
}

/** Used shares of a node, 0-1: v3 of what is allocatable, v2 as the rack says (convox-api.md 5.1); 0 is unknown. */
export function nodeLoad(node: Instance, version: RackVersion | undefined): NodeLoad {
  if (version?.generation === 'v2') return { cpu: known(node.cpu), memory: known(node.memory) };
  return {
    cpu: known(node.cpu / (node.cpuAllocatable ?? 0)),
    memory: known(node.memory / (node.memoryAllocatable ?? 0)),
  };
}

function known(share: number): number | undefined {
  return Number.isFinite(share) && share > 0 ? share : undefined;
}

export interface NodeQuestion {
  readonly nodes: readonly Instance[];
  /** Of all apps that are known, to name who uses most. */
  readonly processes: readonly Process[];
  readonly version: RackVersion | undefined;
  readonly now: number;
}

/** Nodes that are down, leaving, or short of cpu or memory. */
export function nodeFindings(question: NodeQuestion): readonly Finding[] {
  return question.nodes.flatMap((node) => [...statusOf(node, question), ...pressureOf(node, question)]);
}

function statusOf(node: Instance, { processes, now }: NodeQuestion): readonly Finding[] {
  const status = node.status.toLowerCase();
  if (READY.has(status)) return [];
  const leaving = LEAVING.has(status);
  if (!leaving && node.startedAt !== undefined && now - node.startedAt < JOINING_MS) return [];
  const affected = processes.filter((process) => process.instance === node.id).length;
  return [
    {
      ...NOTHING,
      rule: leaving ? 'node-leaving' : 'node-not-ready',
      severity: leaving ? 'info' : 'warning',
      subject: node.id,
      summary: `node ${node.id} is ${node.status}`,
      next: leaving ? 'Nothing to do: its processes move' : `Look at the processes on ${node.id}`,
      evidence: [
        line(
          'node',
          `${node.id} ${node.status}, ${counted(affected, 'process', 'processes')} on it`,
          undefined,
          node.id,
        ),
      ],
    },
  ];
}

function pressureOf(node: Instance, question: NodeQuestion): readonly Finding[] {
  const { cpu, memory } = nodeLoad(node, question.version);
  const short = [
    ...(cpu !== undefined && cpu >= BUSY ? ['cpu'] : []),
    ...(memory !== undefined && memory >= BUSY ? ['memory'] : []),
  ];
  if (short.length === 0) return [];
  const shares = [
    ...(cpu === undefined ? [] : [`cpu ${percentText(cpu)}`]),
    ...(memory === undefined ? [] : [`memory ${percentText(memory)}`]),
  ];
  const text = [
    ...(short.includes('cpu') ? [`cpu ${percentText(cpu)}`] : []),
    ...(short.includes('memory') ? [`memory ${percentText(memory)}`] : []),
  ];
  return [
    {
      ...NOTHING,
      rule: 'node-pressure',
      severity: memory !== undefined && memory >= EVICTING ? 'critical' : 'warning',
      subject: node.id,
      summary: `node ${node.id} at ${text.join(', ')}`,
      next: `Look at the processes on ${node.id}; add a node or move the greediest`,
      evidence: [
        line(
          'node',
          `${node.id}: ${shares.join(', ')}, ${counted(node.processes, 'process', 'processes')}`,
          undefined,
          node.id,
        ),
        ...greediest(node, question, short.includes('memory') ? 'memory' : 'cpu'),
      ],
    },
  ];
}

/** Who uses most of it; v2 percentages are of each service's own reservation and cannot be compared. */
function greediest(node: Instance, { processes, version }: NodeQuestion, what: 'cpu' | 'memory'): readonly Evidence[] {
  if (version?.generation === 'v2') return [];
  const used = node[what];
  const greedy = processes
    .filter((process) => process.instance === node.id && process[what] >= used * NOTABLE)
    .sort((a, b) => b[what] - a[what] || (a.id < b.id ? -1 : 1));
  if (greedy.length === 0)
    return [line('note', `no process of an app uses much of its ${what}: look at the node itself`)];
  return greedy.slice(0, 3).map((process) => {
    const text = `${process.app} ${process.id} uses ${percentText(process[what] / used)} of its ${what} in use`;
    return line('process', text, undefined, process.id);
  });
}

/** Share of what is in use on a node from which on a process is worth naming. */
const NOTABLE = 0.1;

/** The nodes that an app's own processes stand on. */
export function ownNodes(scene: Scene): readonly Finding[] {
  const hosts = new Set(scene.serving.map((process) => process.instance));
  const nodes = (scene.facts.instances ?? []).filter((node) => hosts.has(node.id));
  const question = { nodes, processes: scene.facts.processes, version: scene.facts.version, now: scene.now };
  return nodeFindings(question).map((finding) => ({ ...finding, app: scene.app.name }));
}

/** So many processes in trouble, of so many apps, make a coincidence unlikely. */
const MIN_SICK = 3;
const MIN_APPS = 2;
/** Share of all trouble of the rack that one node has. */
const MOST = 0.6;

/** One node has most of the rack's sick processes, of several apps: the node is what they share. */
export function sickNode(question: NodeQuestion): readonly Finding[] {
  if (question.nodes.length < 2) return [];
  const sick = question.processes.filter((process) => {
    const { severity } = processHealth(process, question.now);
    return process.instance !== '' && (severity === 'critical' || severity === 'warning');
  });
  for (const [node, group] of Map.groupBy(sick, (process) => process.instance)) {
    const apps = new Set(group.map((process) => process.app));
    if (group.length < MIN_SICK || apps.size < MIN_APPS || group.length < sick.length * MOST) continue;
    return [
      {
        ...NOTHING,
        rule: 'sick-node',
        severity: 'critical',
        subject: node,
        summary: `node ${node} has ${group.length} of ${sick.length} sick processes, of ${apps.size} apps`,
        next: `Suspect the node: look at ${node} and what else runs on it`,
        evidence: group
          .slice(0, 5)
          .map((process) =>
            line('process', `${process.app} ${process.id} ${process.status}`, process.startedAt, process.id),
          ),
      },
    ];
  }
  return [];
}
