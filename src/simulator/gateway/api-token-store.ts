import type { RandomSource } from './random-source.ts';
import type { User } from './user.ts';

export const API_TOKEN_PREFIX = 'rgw_';

/** A long-lived credential; `secret` is `rgw_` and 44 characters including a trailing `=` (gateway.md 3.1). */
export interface ApiToken {
  readonly id: number;
  readonly publicId: string;
  readonly secret: string;
  readonly owner: User;
  readonly createdBy: User;
  readonly createdAt: number;
  name: string;
  permissions: string[];
  lastUsedAt?: number;
  expiresAt?: number;
}

export class ApiTokenStore {
  readonly #tokens: ApiToken[] = [];
  readonly #random: RandomSource;
  readonly #now: () => number;
  #nextId = 1;

  constructor(random: RandomSource, now: () => number) {
    this.#random = random;
    this.#now = now;
  }

  all(): readonly ApiToken[] {
    return this.#tokens;
  }

  create(name: string, owner: User, createdBy: User, permissions: readonly string[]): ApiToken {
    const secret = `${API_TOKEN_PREFIX}${this.#random.bytes(32).toString('base64').replaceAll('+', '-').replaceAll('/', '_')}`;
    const token: ApiToken = {
      id: this.#nextId++,
      publicId: this.#random.uuid(),
      secret,
      owner,
      createdBy,
      createdAt: this.#now(),
      name,
      permissions: [...permissions],
    };
    this.#tokens.push(token);
    return token;
  }

  bySecret(secret: string): ApiToken | undefined {
    return this.#tokens.find((token) => token.secret === secret);
  }

  byPublicId(publicId: string): ApiToken | undefined {
    return this.#tokens.find((token) => token.publicId === publicId.toLowerCase());
  }

  byName(name: string): ApiToken | undefined {
    return this.#tokens.find((token) => token.name === name);
  }

  byId(id: number): ApiToken | undefined {
    return this.#tokens.find((token) => token.id === id);
  }

  remove(token: ApiToken): void {
    const at = this.#tokens.indexOf(token);
    if (at >= 0) this.#tokens.splice(at, 1);
  }
}
