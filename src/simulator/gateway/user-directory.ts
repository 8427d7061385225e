import type { RandomSource } from './random-source.ts';
import { encodeBase32 } from './totp.ts';
import type { BackupCode, MfaMethod, Role, User } from './user.ts';

export interface NewUser {
  email: string;
  name: string;
  roles: Role[];
  createdAt: number;
  createdBy?: User;
}

/** The gateway's users. E-mail addresses compare without regard to case. */
export class UserDirectory {
  readonly #users: User[] = [];
  readonly #random: RandomSource;
  #nextId = 1;
  #nextMethodId = 1;

  constructor(random: RandomSource) {
    this.#random = random;
  }

  all(): readonly User[] {
    return this.#users;
  }

  find(email: string): User | undefined {
    const wanted = email.trim().toLowerCase();
    return this.#users.find((user) => user.email.toLowerCase() === wanted);
  }

  byId(id: number): User | undefined {
    return this.#users.find((user) => user.id === id);
  }

  contains(user: User): boolean {
    return this.#users.includes(user);
  }

  add(details: NewUser): User {
    const user: User = {
      id: this.#nextId++,
      email: details.email,
      name: details.name,
      roles: [...details.roles],
      enforcedRoles: new Set(details.roles),
      createdAt: details.createdAt,
      updatedAt: details.createdAt,
      suspended: false,
      methods: [],
      backupCodes: [],
      ...(details.createdBy === undefined ? {} : { createdBy: details.createdBy }),
    };
    this.#users.push(user);
    return user;
  }

  remove(user: User): void {
    const at = this.#users.indexOf(user);
    if (at >= 0) this.#users.splice(at, 1);
  }

  setRoles(user: User, roles: Role[], at: number): void {
    user.roles = [...roles];
    for (const role of roles) user.enforcedRoles.add(role);
    user.updatedAt = at;
  }

  /** A confirmed TOTP factor with backup codes, as after a finished enrolment. */
  enrolTotp(user: User, at: number): void {
    const method = this.startTotp(user, at);
    method.confirmedAt = at;
    user.mfaEnforcedAt = at;
    user.preferredMethod = 'totp';
  }

  /** Starting drops unconfirmed methods and replaces the backup codes at once (gateway.md 4.8). */
  startTotp(user: User, at: number): MfaMethod {
    user.methods = user.methods.filter((method) => method.confirmedAt !== undefined);
    const method: MfaMethod = {
      id: this.#nextMethodId++,
      type: 'totp',
      label: 'Authenticator app',
      cliCapable: true,
      secret: encodeBase32(this.#random.bytes(20)),
      createdAt: at,
    };
    user.methods.push(method);
    this.renewBackupCodes(user, at);
    return method;
  }

  /** A browser passkey: confirmed, but not flagged usable from a terminal. */
  enrolPasskey(user: User, at: number): void {
    user.methods.push({
      id: this.#nextMethodId++,
      type: 'webauthn',
      label: 'Laptop passkey',
      cliCapable: false,
      createdAt: at,
      confirmedAt: at,
    });
    user.mfaEnforcedAt ??= at;
  }

  /** Twelve upper-case hexadecimal characters each (gateway.md 4.6). */
  renewBackupCodes(user: User, at: number): BackupCode[] {
    user.backupCodes = Array.from({ length: 10 }, () => ({
      code: this.#random.bytes(6).toString('hex').toUpperCase(),
    }));
    user.backupCodesAt = at;
    return user.backupCodes;
  }
}
