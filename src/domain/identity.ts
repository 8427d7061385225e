/** Who the gateway says I am (`GET /api/v1/info`, gateway.md 5.5 and Appendix A). */
export interface Identity {
  readonly email: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly mfaEnrolled: boolean;
  readonly mfaRequired: boolean;
  readonly stepUpExpiresAt: number | undefined;
  readonly rackName: string;
  readonly rackAlias: string;
  readonly gatewayVersion: string;
  readonly gatewayCommit: string;
}

/** `GET /api/v1/api-tokens/permissions` (gateway.md 5.5): what the server grants this person. */
export interface PermissionGrant {
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
}
