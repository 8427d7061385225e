/** A mounted config; `value` is secret. */
export interface AppConfig {
  readonly name: string;
  readonly value: string;
  /** Size of the value as it came, in bytes of UTF-8. */
  readonly bytes: number;
}
