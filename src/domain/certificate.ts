export interface Certificate {
  readonly id: string;
  readonly domain: string;
  readonly domains: readonly string[];
  readonly expiresAt: number | undefined;
  /** `''` means ready (convox-api.md 4.1). */
  readonly status: string;
}
