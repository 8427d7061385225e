import { Failure } from '../domain/failure.ts';
import type { GatewayApi } from '../protocol/gateway-api.ts';
import type { QueryContext } from './define-resource.ts';

/** The gateway in front of the rack. Access refuses such views elsewhere before they ask; this says the same to whoever did not. */
export function gatewayOf({ gateway, rack }: QueryContext): GatewayApi {
  if (gateway) return gateway;
  throw new Failure({
    kind: 'route-missing',
    what: `${rack.name} does not offer this`,
    why: 'only through a rack gateway',
  });
}
