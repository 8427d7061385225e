/** An active login of one person (`GET /api/v1/users/{email}/sessions`, gateway.md 7.2). No device name is exposed. */
export interface UserSession {
  readonly id: number;
  /** `cli`, `web`: an open set. */
  readonly channel: string;
  readonly createdAt: number | undefined;
  readonly lastSeenAt: number | undefined;
  readonly expiresAt: number | undefined;
  readonly ip: string;
  readonly userAgent: string;
}
