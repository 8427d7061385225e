/** Cluster totals (`GET /system/capacity`, convox-api.md 5.1). v3: millicores and decimal MB; process-* are requests. */
export interface Capacity {
  readonly clusterCpu: number;
  readonly clusterMemory: number;
  readonly clusterGpu: number | undefined;
  readonly processCount: number;
  readonly processCpu: number;
  readonly processMemory: number;
  readonly processGpu: number | undefined;
  readonly instanceCpu: number | undefined;
  readonly instanceMemory: number | undefined;
  readonly processWidth: number | undefined;
}
