/** A build (`GET /apps/{app}/builds`, convox-api.md 4.1). */
export interface Build {
  readonly id: string;
  readonly app: string;
  readonly description: string;
  readonly entrypoint: string;
  readonly gitSha: string;
  /** Stored log object or `''` while running. */
  readonly logs: string;
  readonly manifest: string;
  /** Build pod id. */
  readonly process: string;
  readonly release: string;
  readonly reason: string;
  readonly repository: string;
  /** `created`, `running`, `complete`, `failed`; open set. */
  readonly status: string;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
}
