/**
 * A person known to the gateway (`GET /api/v1/users`, gateway.md 7.2). Whether a second factor is enrolled is left out on
 * purpose: the list always says no (a defect of the server).
 */
export interface GatewayUser {
  readonly email: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly suspended: boolean;
  readonly lockedAt: number | undefined;
  readonly lockedReason: string;
  readonly lockedBy: string;
  readonly createdAt: number | undefined;
  readonly createdBy: string;
}
