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
}
