/** A running process: a pod on v3, an ECS task on v2 (convox-api.md 4.1, 5.1). */
export interface Process {
  readonly id: string;
  readonly app: string;
  /** Service name; `build` for build pods. */
  readonly service: string;
  readonly status: string;
  readonly release: string;
  readonly command: string;
  readonly image: string;
  /** v3: cores. v2: percent of the service's reservation. 0 may mean unknown. */
  readonly cpu: number;
  /** v3: MiB. v2: percent of the service's reservation. 0 may mean unknown. */
  readonly memory: number;
  readonly gpu: number;
  readonly host: string;
  /** Node name (v3) or EC2 instance id (v2). */
  readonly instance: string;
  readonly ports: readonly string[];
  readonly startedAt: number | undefined;
}
