/** A node (`GET /instances`, convox-api.md 4.1, 5.1). */
export interface Instance {
  readonly id: string;
  readonly status: string;
  /** v3: cores used. v2: fraction 0-1 reserved. */
  readonly cpu: number;
  /** v3: MiB used. v2: fraction 0-1 reserved. */
  readonly memory: number;
  readonly cpuCapacity: number | undefined;
  readonly cpuAllocatable: number | undefined;
  readonly memoryCapacity: number | undefined;
  readonly memoryAllocatable: number | undefined;
  readonly gpuCapacity: number | undefined;
  readonly gpuAllocatable: number | undefined;
  /** v3: all pods on the node, kube-system included. */
  readonly processes: number;
  readonly privateIp: string;
  readonly publicIp: string;
  readonly startedAt: number | undefined;
}
