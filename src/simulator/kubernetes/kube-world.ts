import { parse } from 'yaml';
import type { SimulatedRack } from '../world/simulated-rack.ts';

export interface FakeConfigMap {
  readonly namespace: string;
  readonly name: string;
  data: Record<string, string>;
  resourceVersion: number;
  readonly uid: string;
  readonly labels: Record<string, string>;
}

export interface FakeBinding {
  readonly name: string;
  readonly role: string;
  readonly groups: readonly string[];
}

/** What the cluster under a rack holds, as far as guides look at it. */
export class KubeWorld {
  readonly rack: SimulatedRack;
  readonly configMaps = new Map<string, FakeConfigMap>();
  readonly clusterRoles = new Set<string>(['cluster-admin', 'view']);
  bindings: FakeBinding[] = [{ name: 'cluster-admin', role: 'cluster-admin', groups: ['system:masters'] }];
  /** Name of the nodes' IAM role; undefined: nodes are ready whatever aws-auth says. */
  nodeRole: string | undefined;
  /** An access entry lets the nodes in, whatever aws-auth says. */
  nodesHaveEntry: () => boolean = () => false;
  /** Runs before the next write is judged: somebody else was faster. */
  beforeWrite: (() => void) | undefined;
  /** Writes take effect, but the answer is an error of the proxy in front. */
  losesAnswers = false;
  #version = 1_000;

  constructor(rack: SimulatedRack) {
    this.rack = rack;
  }

  setConfigMap(namespace: string, name: string, data: Record<string, string>): FakeConfigMap {
    const key = `${namespace}/${name}`;
    const known = this.configMaps.get(key);
    this.#version += 7;
    const map = known ?? { namespace, name, data, resourceVersion: 0, uid: `uid-${name}`, labels: {} };
    map.data = { ...data };
    map.resourceVersion = this.#version;
    this.configMaps.set(key, map);
    return map;
  }

  /** Would the authenticator of the cluster know the nodes? */
  get nodesReady(): boolean {
    if (this.nodeRole === undefined || this.nodesHaveEntry()) return true;
    const roles = mappedRoles(this.configMaps.get('kube-system/aws-auth')?.data.mapRoles);
    const ending = `:role/${this.nodeRole}`;
    return roles.some(({ arn, groups }) => arn.endsWith(ending) && groups.includes('system:nodes'));
  }
}

/** As the authenticator reads it: text that is no YAML list holds nothing at all. */
function mappedRoles(text: string | undefined): { arn: string; groups: string[] }[] {
  try {
    const list: unknown = parse(text ?? '');
    if (!Array.isArray(list)) return [];
    return list.map((entry: { rolearn?: unknown; groups?: unknown }) => ({
      arn: String(entry?.rolearn ?? ''),
      groups: Array.isArray(entry?.groups) ? entry.groups.map(String) : [],
    }));
  } catch {
    return [];
  }
}

const WORLDS = new WeakMap<SimulatedRack, KubeWorld>();

/** The cluster of a rack; made when it is first asked for. */
export function kubeOf(rack: SimulatedRack): KubeWorld {
  const known = WORLDS.get(rack);
  if (known) return known;
  const made = new KubeWorld(rack);
  WORLDS.set(rack, made);
  return made;
}
