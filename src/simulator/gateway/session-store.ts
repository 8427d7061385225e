import type { RandomSource } from './random-source.ts';
import type { User } from './user.ts';

/** A login session (gateway.md 3.3). Instants are milliseconds. */
export interface Session {
  readonly id: number;
  readonly token: string;
  readonly user: User;
  readonly channel: 'cli' | 'web';
  readonly deviceId: string;
  readonly deviceName: string;
  readonly metadata: Record<string, string>;
  readonly createdAt: number;
  lastSeenAt: number;
  expiresAt: number;
  revokedAt?: number;
  mfaVerifiedAt?: number;
  recentStepUpAt?: number;
  ip?: string;
  userAgent?: string;
}

export interface NewSession {
  user: User;
  deviceId?: string;
  deviceName?: string;
  metadata?: Record<string, string>;
  mfaVerifiedAt?: number;
  recentStepUpAt?: number;
  ip?: string;
  userAgent?: string;
}

export const CLI_SESSION_MS = 90 * 24 * 3_600_000;

export class SessionStore {
  readonly #byToken = new Map<string, Session>();
  readonly #random: RandomSource;
  readonly #now: () => number;
  #nextId = 1;

  constructor(random: RandomSource, now: () => number) {
    this.#random = random;
    this.#now = now;
  }

  create(details: NewSession): Session {
    const now = this.#now();
    const { user, deviceId, deviceName, metadata, ...rest } = details;
    const session: Session = {
      id: this.#nextId++,
      token: this.#random.base64url(32),
      user,
      channel: 'cli',
      deviceId: deviceId === undefined || deviceId === '' ? this.#random.uuid() : deviceId,
      deviceName: deviceName ?? '',
      metadata: metadata ?? {},
      createdAt: now,
      lastSeenAt: now,
      expiresAt: now + CLI_SESSION_MS,
      ...rest,
    };
    this.#byToken.set(session.token, session);
    return session;
  }

  find(token: string): Session | undefined {
    return this.#byToken.get(token);
  }

  /** Each authenticated request moves the expiry (gateway.md 3.3). */
  touch(session: Session): void {
    session.lastSeenAt = this.#now();
    session.expiresAt = session.lastSeenAt + CLI_SESSION_MS;
  }

  /** True when the session was alive. */
  revoke(session: Session): boolean {
    if (session.revokedAt !== undefined) return false;
    session.revokedAt = this.#now();
    return true;
  }

  expire(session: Session): void {
    session.expiresAt = this.#now() - 1;
  }

  activeOf(user: User): Session[] {
    const now = this.#now();
    return [...this.#byToken.values()].filter(
      (session) => session.user === user && session.revokedAt === undefined && session.expiresAt > now,
    );
  }

  ofUser(user: User): Session[] {
    return [...this.#byToken.values()].filter((session) => session.user === user);
  }

  revokeAllOf(user: User): number {
    return this.activeOf(user).filter((session) => this.revoke(session)).length;
  }
}
