import type { Identity } from '../domain/identity.ts';
import type { Verdict } from '../domain/verdict.ts';

/** Who am I on one rack, and what may I do there; built from gateway answers, JWT claims, version and routes. */
export interface Access {
  /** E-mail, JWT user or `rack password`; undefined until known. */
  readonly user: string | undefined;
  /** `deployer`, `read-only token`, `rack password` ... for the header. */
  readonly roleLabel: string | undefined;
  readonly identity: Identity | undefined;
  /** End of the step-up window, epoch ms. */
  readonly stepUpExpiresAt: number | undefined;
  /** May I, by role? `convox:release:promote`. Unknown permissions are refused with the reason (fail closed). */
  can(permission: string): Verdict;
  /** Does this rack, reached this way, have the route? `GET /apps/{app}/diagnose`. Reason names gateway, version or rack kind. */
  offers(route: string): Verdict;
}
