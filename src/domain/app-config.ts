/** A mounted config; `value` is secret. */
export interface AppConfig {
  readonly name: string;
  readonly value: string;
}
