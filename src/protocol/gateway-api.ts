import type { Approval } from '../domain/approval.ts';
import type { AuditEntry } from '../domain/audit-entry.ts';
import type { GatewayRole } from '../domain/gateway-role.ts';
import type { GatewayUser } from '../domain/gateway-user.ts';
import type { Identity, PermissionGrant } from '../domain/identity.ts';
import type { UserSession } from '../domain/user-session.ts';
import type { ReadOptions } from './rack-api.ts';

export interface LoginStart {
  /** Opened in the browser; http(s) only, checked. Secret-bearing: show, never log. */
  readonly authUrl: string;
  readonly state: string;
  readonly codeVerifier: string;
}

export interface DeviceDetails {
  /** Must be a UUID (gateway.md 2.3). */
  readonly deviceId: string;
  readonly deviceName: string;
  readonly deviceOs: string;
  readonly clientVersion: string;
}

export type LoginPoll =
  | { readonly status: 'pending' }
  | { readonly status: 'complete'; readonly session: GatewaySession };

/** Result of a completed login (gateway.md 2.3). `token` is secret. */
export interface GatewaySession {
  readonly token: string;
  readonly email: string;
  readonly name: string;
  readonly expiresAt: number | undefined;
  readonly sessionId: number | undefined;
  readonly channel: string;
  readonly deviceId: string;
  readonly deviceName: string;
  readonly mfaVerified: boolean;
}

export interface MfaMethod {
  readonly id: number;
  readonly type: string;
  readonly label: string;
}

export interface MfaStatus {
  readonly enrolled: boolean;
  readonly required: boolean;
  readonly methods: readonly MfaMethod[];
  readonly unusedBackupCodes: number;
  readonly stepUpExpiresAt: number | undefined;
  readonly preferredMethod: string | undefined;
}

export interface AuditQuery {
  readonly range?: '15m' | '1h' | '24h' | '7d' | '30d' | 'all';
  /** Rows per page, 100 by default (gateway.md 7.4). Asking writes an audit row of its own: never poll. */
  readonly limit?: number;
  readonly page?: number;
  readonly search?: string;
  readonly status?: string;
}

export interface Creator {
  readonly email: string;
  readonly name: string;
}

/** The gateway's own API (gateway.md 2, 4.5, 6.5, 7). Every call rejects with a `Failure`. */
export interface GatewayApi {
  /** `GET /api/v1/health`: is this a gateway at all? */
  health(options?: ReadOptions): Promise<{ readonly isGateway: boolean; readonly tooOld: boolean }>;
  info(options?: ReadOptions): Promise<Identity>;
  permissions(options?: ReadOptions): Promise<PermissionGrant>;
  startLogin(options?: ReadOptions): Promise<LoginStart>;
  /** Never overlap two polls: the state is redeemed by the first 200 (gateway.md 2.3). */
  pollLogin(start: LoginStart, device: DeviceDetails, options?: ReadOptions): Promise<LoginPoll>;
  /** Answers the login's second factor from the terminal (gateway.md 2.5). */
  answerLoginMfa(state: string, code: string, options?: ReadOptions): Promise<void>;
  /** Revokes the session on the server; best effort, never rejects for a dead token. */
  logout(options?: ReadOptions): Promise<void>;
  mfaStatus(options?: ReadOptions): Promise<MfaStatus>;
  /** Opens the step-up window; resolves with its end (epoch ms). */
  verifyMfa(code: string, options?: ReadOptions): Promise<{ readonly stepUpExpiresAt: number | undefined }>;
  /** Newest release's environment, masked by the server (gateway.md 6.5). */
  env(app: string, options?: ReadOptions): Promise<ReadonlyMap<string, string>>;
  auditLogs(
    query?: AuditQuery,
    options?: ReadOptions,
  ): Promise<{ readonly entries: readonly AuditEntry[]; readonly total: number }>;
  approvals(
    query?: { readonly status?: string; readonly onlyOpen?: boolean },
    options?: ReadOptions,
  ): Promise<readonly Approval[]>;
  approval(id: string, options?: ReadOptions): Promise<Approval>;
  /** Everybody the gateway knows. The server checks no role here (gateway.md 5.6); `access` does. */
  users(options?: ReadOptions): Promise<readonly GatewayUser[]>;
  roles(options?: ReadOptions): Promise<readonly GatewayRole[]>;
  /** Active logins of one person. */
  sessions(email: string, options?: ReadOptions): Promise<readonly UserSession[]>;
  createdBy(
    type: 'app' | 'build' | 'release',
    ids: readonly string[],
    options?: ReadOptions,
  ): Promise<ReadonlyMap<string, Creator>>;
  close(): Promise<void>;
}
