/** Things a rack has beside apps and processes. */

export interface NodeState {
  readonly id: string;
  /** EC2 id, shown by v2 racks. */
  readonly ec2Id: string;
  readonly privateIp: string;
  readonly publicIp: string;
  readonly startedAt: number;
  /** When it turns `running`; before that it is `pending`. */
  readyAt: number;
  /** When it disappears. */
  removedAt: number | undefined;
  /** Millicores and MiB. */
  readonly cpu: number;
  readonly memory: number;
  /** MiB used by what is not an app: kubelet, agents; high on a node under pressure. */
  systemMemory: number;
  /** Pods that are no convox processes. */
  readonly systemPods: number;
}

export interface CertificateState {
  readonly id: string;
  readonly domains: readonly string[];
  expiresAt: number;
  status: string;
  /** Issued by the rack's cert-manager rather than imported. */
  readonly generated: boolean;
}

export interface RegistryState {
  readonly server: string;
  username: string;
  password: string;
}

export interface WebhookState {
  readonly name: string;
  readonly url: string;
}
