/** Trouble that a test or the demo may switch on while the gateway runs. */
export interface GatewayFaults {
  /** Every authenticated request fails as if the database were down: 401 `authentication failed: failed to ...`. */
  databaseTrouble: boolean;
  /** Proxied calls answer 403 `rack disabled`. */
  rackDisabled: boolean;
  /** Proxied calls answer 502, as with a pinned certificate that no longer fits. */
  certificateMismatch: boolean;
  /** The limited groups of gateway.md 8.3 answer 429. */
  rateLimited: boolean;
  /** The load balancer in front answers 503 with an HTML page. */
  outage: boolean;
}

export function noFaults(): GatewayFaults {
  return {
    databaseTrouble: false,
    rackDisabled: false,
    certificateMismatch: false,
    rateLimited: false,
    outage: false,
  };
}
