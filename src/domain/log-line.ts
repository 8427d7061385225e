export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** One log line, split into its parts (three formats, convox-api.md 2.4). */
export interface LogLine {
  /** The whole line as shown in raw mode: sanitised, SGR colour kept. */
  readonly raw: string;
  /** Epoch ms from the line's prefix; undefined without one. */
  readonly time: number | undefined;
  /** `service/web/web-6d9f-x2x4q`, `system/k8s/...`, `pod/...`; `''` without a prefix. */
  readonly stream: string;
  /** Service and process where the prefix names them. */
  readonly service: string | undefined;
  readonly process: string | undefined;
  /** What follows the prefix. */
  readonly message: string;
  readonly level: LogLevel | undefined;
}
