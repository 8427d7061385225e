/** One aggregated row of the gateway's audit log (gateway.md 7.4). */
export interface AuditEntry {
  readonly id: number;
  readonly firstSeen: number | undefined;
  readonly lastSeen: number | undefined;
  readonly count: number;
  readonly user: string;
  readonly actionType: string;
  readonly action: string;
  readonly resourceType: string;
  readonly resource: string;
  readonly status: string;
  readonly httpStatus: number | undefined;
  /** Name of the API token that acted; `''` for a person's session. */
  readonly token: string;
  readonly command: string;
  /** `allow`, `deny` or `''`. */
  readonly decision: string;
  readonly ip: string;
  readonly userAgent: string;
  readonly averageMs: number | undefined;
  /** Flattened from a string that holds JSON of any shape; secret values are masked. */
  readonly details: Readonly<Record<string, string>>;
}
