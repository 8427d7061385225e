import type { ApiTokenStore } from './api-token-store.ts';
import type { ApprovalStore } from './approval-store.ts';
import type { AuditLog } from './audit-log.ts';
import type { CreatorIndex } from './creator-index.ts';
import type { GatewayFaults } from './faults.ts';
import type { IdentityProvider } from './identity-provider.ts';
import type { JobStore } from './job-store.ts';
import type { LoginStore } from './login-store.ts';
import type { MfaFactors } from './mfa-factors.ts';
import type { RackClient } from './rack-client.ts';
import type { RandomSource } from './random-source.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { SessionStore } from './session-store.ts';
import type { SettingsStore } from './settings-store.ts';
import type { UserDirectory } from './user-directory.ts';

/** Everything that one running gateway knows. */
export interface GatewayState {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly now: () => number;
  readonly random: RandomSource;
  readonly rackName: string;
  readonly rackAlias: string;
  readonly rack: RackClient;
  readonly users: UserDirectory;
  readonly sessions: SessionStore;
  readonly tokens: ApiTokenStore;
  readonly factors: MfaFactors;
  readonly settings: SettingsStore;
  readonly approvals: ApprovalStore;
  readonly audit: AuditLog;
  readonly creators: CreatorIndex;
  readonly jobs: JobStore;
  readonly logins: LoginStore;
  readonly identityProvider: IdentityProvider;
  readonly limiter: RateLimiter;
  readonly faults: GatewayFaults;
  /** Values that the own API read once at the start and does not read again (gateway.md 4.1). */
  readonly atStart: { readonly stepUpWindowMs: number; readonly requireMfa: boolean };
  /** The window as the proxy reads it now. */
  liveStepUpWindowMs(): number;
  /** Resolves once the seeded history of the rack is in the audit log; never rejects. */
  history(): Promise<void>;
}
