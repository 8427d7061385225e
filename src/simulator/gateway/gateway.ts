import { type RecordedRequest, recordedBody, redactHeaders } from '../recorded-request.ts';
import { ApiTokenStore } from './api-token-store.ts';
import { type Approval, ApprovalStore } from './approval-store.ts';
import { AuditLog } from './audit-log.ts';
import type { Call } from './call.ts';
import { CreatorIndex } from './creator-index.ts';
import { type GatewayFaults, noFaults } from './faults.ts';
import { GatewayServer } from './gateway-server.ts';
import type { GatewayState } from './gateway-state.ts';
import { goTime } from './go-time.ts';
import { IdentityProvider } from './identity-provider.ts';
import { JobStore } from './job-store.ts';
import { LoginControls } from './login-controls.ts';
import { LoginStore } from './login-store.ts';
import { MfaFactors } from './mfa-factors.ts';
import { RackClient } from './rack-client.ts';
import { createRandomSource } from './random-source.ts';
import { RateLimiter } from './rate-limiter.ts';
import { seedHistory } from './seeded-history.ts';
import { seedJobs } from './seeded-jobs.ts';
import { seedPeople } from './seeded-people.ts';
import { type Session, SessionStore } from './session-store.ts';
import { type GatewaySettings, SettingsStore } from './settings-store.ts';
import { SocketRelay } from './socket-relay.ts';
import { timeStep, totpAt } from './totp.ts';
import { type Role, totpMethod, type User } from './user.ts';
import { UserDirectory } from './user-directory.ts';

export interface SimulatedGatewayOptions {
  /** The rack behind the gateway, with its credentials: `http://convox:<password>@127.0.0.1:<port>`. */
  rackUrl: string;
  rackName: string;
  rackAlias?: string;
  now?: () => number;
  /** Makes tokens, ids and the seeded history repeatable. */
  seed?: number;
  port?: number;
  /** Default ten minutes. */
  stepUpWindowMs?: number;
  settings?: Partial<GatewaySettings>;
  /** Limit of one exchange with the rack, body included; default 30 s (gateway.md 6.1). */
  rackTimeoutMs?: number;
  /** Audit rows, creators and approvals of the recent past, read off the rack; default true. */
  history?: boolean;
  record?: (request: RecordedRequest) => void;
}

/** A person of the gateway as tests and the demo see it. */
export interface SimulatedUser {
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** Base32 TOTP secret; absent for people without that factor. */
  readonly totpSecret?: string;
  readonly backupCodes: readonly string[];
}

export interface SimulatedGateway {
  readonly url: string;
  readonly users: SimulatedUser[];
  /** Trouble to switch on and off. */
  readonly faults: GatewayFaults;
  /** How the identity provider's page behaves without a browser. */
  readonly login: LoginControls;
  /** Both stamps default to true, as after a fresh login: the step-up window is open. */
  issueSession(
    email: string,
    options?: { stepUp?: boolean; mfaVerified?: boolean },
  ): { token: string; sessionId: number; expiresAt: string };
  issueApiToken(name: string, ownerEmail: string, permissions: string[]): { token: string; publicId: string };
  expireSession(token: string): void;
  revokeSession(token: string): void;
  suspend(email: string): void;
  /** As after too many wrong codes: sessions stay, but are refused as `user locked`. */
  lock(email: string): void;
  /** Deploy approval requests, newest first; those of the past are there once somebody has asked for them. */
  readonly approvals: readonly Pick<Approval, 'publicId' | 'message' | 'status'>[];
  /** Somebody else answers a pending one; throws where it is not pending. */
  decide(publicId: string, verdict: 'approved' | 'rejected', email: string): void;
  /** The RFC 6238 code that is valid now; each may be used once. */
  totpCode(email: string): string;
  /** The link is lost: connections drop and new ones are refused. State is kept. */
  goDown(): Promise<void>;
  /** Back at the same address. */
  comeUp(): Promise<void>;
  close(): Promise<void>;
}

const TEN_MINUTES_MS = 10 * 60_000;
const RACK_LIMIT_MS = 30_000;

/** Starts the gateway on 127.0.0.1 in front of one rack (gateway.md 9.1). */
export async function startSimulatedGateway(options: SimulatedGatewayOptions): Promise<SimulatedGateway> {
  const server = new GatewayServer();
  const url = await server.listen(options.port ?? 0);
  const state = createState(options, url);
  seedPeople(state);
  seedJobs(state);
  server.open(state, new SocketRelay(state), recorder(options, state));
  return controls(state, server);
}

function createState(options: SimulatedGatewayOptions, url: string): GatewayState {
  const now = options.now ?? Date.now;
  const random = createRandomSource(options.seed);
  const settings = new SettingsStore(options.settings ?? {});
  const settingsWindowMs = () => settings.minutes('mfa_step_up_window_minutes') * 60_000;
  const initialMinutes = settings.minutes('mfa_step_up_window_minutes');
  const stepUpWindowMs =
    options.stepUpWindowMs ??
    (options.settings?.mfa_step_up_window_minutes === undefined ? TEN_MINUTES_MS : settingsWindowMs());
  let history: Promise<void> | undefined;
  const state: GatewayState = {
    url,
    now,
    random,
    rackName: options.rackName,
    rackAlias: options.rackAlias ?? options.rackName,
    rack: new RackClient(options.rackUrl, options.rackTimeoutMs ?? RACK_LIMIT_MS),
    users: new UserDirectory(random),
    sessions: new SessionStore(random, now),
    tokens: new ApiTokenStore(random, now),
    factors: new MfaFactors(now),
    settings,
    approvals: new ApprovalStore(random, now),
    audit: new AuditLog(),
    creators: new CreatorIndex(),
    jobs: new JobStore(now),
    logins: new LoginStore(random),
    identityProvider: new IdentityProvider(),
    limiter: new RateLimiter(now),
    faults: noFaults(),
    atStart: { stepUpWindowMs, requireMfa: settings.flag('mfa_require_all_users') },
    liveStepUpWindowMs: () =>
      settings.minutes('mfa_step_up_window_minutes') === initialMinutes ? stepUpWindowMs : settingsWindowMs(),
    history: () => {
      history ??= options.history === false ? Promise.resolve() : seedHistory(state);
      return history;
    },
  };
  return state;
}

function controls(state: GatewayState, server: GatewayServer): SimulatedGateway {
  return {
    url: state.url,
    get users() {
      return state.users.all().map(describeUser);
    },
    faults: state.faults,
    login: new LoginControls(state),
    issueSession: (email, { stepUp = true, mfaVerified = true } = {}) => {
      const at = state.now();
      const session = state.sessions.create({
        user: person(state, email),
        deviceName: 'test',
        ...(mfaVerified ? { mfaVerifiedAt: at } : {}),
        ...(stepUp ? { recentStepUpAt: at } : {}),
      });
      return { token: session.token, sessionId: session.id, expiresAt: goTime(session.expiresAt) };
    },
    issueApiToken: (name, ownerEmail, permissions) => {
      const owner = person(state, ownerEmail);
      const token = state.tokens.create(name, owner, owner, permissions);
      return { token: token.secret, publicId: token.publicId };
    },
    expireSession: (token) => state.sessions.expire(knownSession(state, token)),
    revokeSession: (token) => void state.sessions.revoke(knownSession(state, token)),
    suspend: (email) => {
      person(state, email).suspended = true;
    },
    lock: (email) => {
      person(state, email).lock = { at: state.now(), reason: 'Too many failed MFA attempts' };
    },
    get approvals() {
      return state.approvals.list();
    },
    decide: (publicId, verdict, email) => {
      const row = state.approvals.find(publicId);
      const windowMs = state.settings.minutes('deploy_approval_window_minutes') * 60_000;
      if (row === undefined || !state.approvals.decide(row, verdict, person(state, email), '', windowMs)) {
        throw new Error(`no pending approval request: ${publicId}`);
      }
    },
    totpCode: (email) => {
      const secret = totpMethod(person(state, email))?.secret;
      if (secret === undefined) throw new Error(`${email} has no TOTP factor`);
      return totpAt(secret, timeStep(state.now()));
    },
    goDown: () => server.close(),
    comeUp: async () => {
      await server.listen(Number(new URL(state.url).port));
    },
    close: async () => {
      await Promise.all([server.close(), state.rack.close()]);
    },
  };
}

function person(state: GatewayState, email: string): User {
  const user = state.users.find(email);
  if (user === undefined) throw new Error(`no such simulated user: ${email}`);
  return user;
}

function knownSession(state: GatewayState, token: string): Session {
  const session = state.sessions.find(token);
  if (session === undefined) throw new Error('no such simulated session');
  return session;
}

function describeUser(user: User): SimulatedUser {
  const secret = totpMethod(user)?.secret;
  return {
    email: user.email,
    name: user.name,
    roles: user.roles,
    backupCodes: user.backupCodes.filter((entry) => entry.usedAt === undefined).map((entry) => entry.code),
    ...(secret === undefined ? {} : { totpSecret: secret }),
  };
}

function recorder(options: SimulatedGatewayOptions, state: GatewayState) {
  const { record } = options;
  if (record === undefined) return undefined;
  return (call: Call, kind: 'http' | 'ws'): void =>
    record({
      server: 'gateway',
      rack: state.rackName,
      kind,
      method: call.method,
      path: call.path,
      query: call.search.slice(1),
      headers: redactHeaders(call.headers),
      body: recordedBody(call.body),
      at: call.startedAt,
    });
}
