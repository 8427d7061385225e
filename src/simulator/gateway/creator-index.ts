import type { User } from './user.ts';

export type CreatedKind = 'app' | 'build' | 'release';

/** Who made which app, build or release through this gateway (gateway.md 7.1, `/created-by`). */
export class CreatorIndex {
  readonly #creators = new Map<string, User>();

  record(kind: CreatedKind, id: string, user: User): void {
    this.#creators.set(`${kind} ${id.toLowerCase()}`, user);
  }

  find(kind: CreatedKind, id: string): User | undefined {
    return this.#creators.get(`${kind} ${id.toLowerCase()}`);
  }
}

export function isCreatedKind(text: string): text is CreatedKind {
  return text === 'app' || text === 'build' || text === 'release';
}
