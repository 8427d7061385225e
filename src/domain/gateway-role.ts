/** A role as the gateway describes it (`GET /api/v1/roles`, gateway.md 5.5). */
export interface GatewayRole {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly permissions: readonly string[];
}
