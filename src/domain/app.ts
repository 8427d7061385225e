/** An app (`GET /apps`, convox-api.md 4.1). */
export interface App {
  readonly name: string;
  /** Open set: `running`, `updating`, `rollback`, `deleting`, `creating`, `unknown` ... (4.3). */
  readonly status: string;
  /** The *target* release while a deploy runs; `''` before the first promote. */
  readonly release: string;
  readonly generation: string | undefined;
  readonly locked: boolean;
  readonly router: string;
  readonly parameters: Readonly<Record<string, string>>;
}
