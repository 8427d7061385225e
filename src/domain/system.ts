/** The rack as it describes itself (`GET /system`, convox-api.md 4.1). */
export interface System {
  readonly name: string;
  readonly provider: string;
  /** A direct v3 rack always says `running` (convox-api.md 4.3). */
  readonly status: string;
  /** `3.24.9`, a v2 date such as `20260418101514`, or `dev`. */
  readonly version: string;
  readonly domain: string;
  readonly rackDomain: string;
  readonly routerInternal: string | undefined;
  readonly region: string;
  readonly type: string;
  readonly count: number;
  /** v2 only; absent on a direct v3 rack. */
  readonly parameters: Readonly<Record<string, string>> | undefined;
  readonly outputs: Readonly<Record<string, string>> | undefined;
}
