import type { ReadOptions } from './rack-api.ts';

/** A ConfigMap with what a safe write needs (convox-api.md 9.2). */
export interface ConfigMap {
  readonly namespace: string;
  readonly name: string;
  /** Changes with every write; a write that names an older one is refused. */
  readonly resourceVersion: string;
  /** As they stand, also what cannot be printed: clean them before showing. */
  readonly data: Readonly<Record<string, string>>;
  /** Kept as they came, so that a write puts them back. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface KubernetesNode {
  readonly name: string;
  readonly ready: boolean;
}

export interface ClusterRoleBinding {
  readonly name: string;
  readonly role: string;
  /** Names of the groups that it binds. */
  readonly groups: readonly string[];
}

/** The read side of a rack's cluster. Every call rejects with a `Failure`. */
export interface KubernetesReads {
  /** Address of the API server, where it was chosen by a kubeconfig; undefined: the rack's own passthrough, hence its cluster. */
  server(): Promise<string | undefined>;
  /** Undefined where there is none of that name. */
  configMap(namespace: string, name: string, options?: ReadOptions): Promise<ConfigMap | undefined>;
  nodes(options?: ReadOptions): Promise<readonly KubernetesNode[]>;
  clusterRoleBindings(options?: ReadOptions): Promise<readonly ClusterRoleBinding[]>;
  clusterRole(name: string, options?: ReadOptions): Promise<{ readonly name: string } | undefined>;
}

export interface KubernetesWrites {
  /**
   * Replaces the data of a ConfigMap, if it is still the one of `resourceVersion`; else `conflict`, and nothing has changed.
   * Labels and annotations stay.
   */
  replaceConfigMap(map: ConfigMap, data: Readonly<Record<string, string>>, options?: ReadOptions): Promise<void>;
}

/** Route for budgets (actions/change-budget.ts). */
export const REPLACE_CONFIG_MAP = 'PUT /kubernetes/api/v1/namespaces/{namespace}/configmaps/{name}';
