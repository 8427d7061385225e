/** A release (`GET /apps/{app}/releases`, convox-api.md 4.1). `env` is secret: never print, log or record a value of it. */
export interface Release {
  readonly id: string;
  readonly app: string;
  readonly build: string;
  readonly env: string;
  readonly manifest: string;
  readonly description: string;
  readonly createdAt: number | undefined;
}
