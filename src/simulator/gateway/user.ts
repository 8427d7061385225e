export type Role = 'viewer' | 'ops' | 'deployer' | 'admin';

export interface MfaMethod {
  readonly id: number;
  readonly type: 'totp' | 'webauthn' | 'yubiotp';
  label: string;
  cliCapable: boolean;
  /** Base32; only for `totp`. */
  readonly secret?: string;
  readonly createdAt: number;
  confirmedAt?: number;
  lastUsedAt?: number;
}

export interface BackupCode {
  readonly code: string;
  usedAt?: number;
}

/** An account row of the gateway. Instants are milliseconds. */
export interface User {
  readonly id: number;
  email: string;
  name: string;
  roles: Role[];
  /** What the running enforcer grants: it learns new roles but forgets none before a restart (gateway.md 5.2). */
  readonly enforcedRoles: Set<Role>;
  readonly createdAt: number;
  updatedAt: number;
  suspended: boolean;
  lock?: { at: number; reason: string; by?: User };
  mfaEnforcedAt?: number;
  preferredMethod?: 'totp' | 'webauthn';
  methods: MfaMethod[];
  backupCodes: BackupCode[];
  backupCodesAt?: number;
  createdBy?: User;
}

export function isEnrolled(user: User): boolean {
  return user.methods.some((method) => method.confirmedAt !== undefined);
}

export function totpMethod(user: User): MfaMethod | undefined {
  return user.methods.find((method) => method.type === 'totp' && method.confirmedAt !== undefined);
}
