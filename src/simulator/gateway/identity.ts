import type { ApiToken } from './api-token-store.ts';
import type { Session } from './session-store.ts';
import type { User } from './user.ts';

/** A factor sent along with the request itself (gateway.md 4.4). */
export interface InlineFactor {
  readonly type: string;
  readonly value: string;
}

/** Who makes a request: a person through a session, or an API token on behalf of its owner. */
export type Identity =
  | { readonly kind: 'session'; readonly user: User; readonly session: Session; readonly factor?: InlineFactor }
  | { readonly kind: 'token'; readonly user: User; readonly token: ApiToken };
