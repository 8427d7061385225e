import type { AuthenticatedCall } from './call.ts';
import type { GatewayState } from './gateway-state.ts';
import type { MfaLevel } from './proxied-routes.ts';
import type { Reply } from './reply.ts';

export type OwnHandler = (
  state: GatewayState,
  call: AuthenticatedCall,
  parameters: Readonly<Record<string, string>>,
) => Reply | Promise<Reply>;

/** One route of the gateway's own API (gateway.md 7). `path` is below `/api/v1`, `{x}` is one segment. */
export interface OwnRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly mfa: MfaLevel;
  readonly handle: OwnHandler;
  /** The rate limiter's group (gateway.md 8.3). */
  readonly limit?: 'mfa' | 'api-tokens';
}
