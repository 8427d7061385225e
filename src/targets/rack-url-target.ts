import { asFailure, Failure } from '../domain/failure.ts';
import type { Environment } from '../platform/environment.ts';
import { directTarget } from './direct-target.ts';
import { gatewayEndpoint, gatewayTarget } from './gateway-target.ts';
import { isExposed, RACK_PROXY_PATH } from './gateway-url.ts';
import type { ProtocolClients } from './protocol-clients.ts';
import { parseRackAddress, type RackAddress } from './rack-address.ts';
import { EMPTY_SOURCE, RANK, type SourceListing, type TargetCandidate } from './target-candidate.ts';

const SOURCE = 'RACK_URL';
/** Longest wait for the answer whether an address is a gateway's, ms. */
const PROBE_MS = 3_000;

/**
 * `RACK_URL` (convox-api.md 7.1), which names a rack, or a gateway in front of one (gateway.md 2.9, 10). Never rejects; an
 * address that cannot be used is a rack with a problem.
 */
export async function rackUrlTarget(environment: Environment, clients: ProtocolClients): Promise<SourceListing> {
  const text = environment.env.RACK_URL?.trim();
  if (text === undefined || text === '') return EMPTY_SOURCE;
  const notices: string[] = [];
  let candidate: TargetCandidate;
  try {
    const address = parseRackAddress(text, SOURCE);
    if (isExposed(address.baseUrl)) notices.push('RACK_URL uses plain http: its password can be read on the way.');
    const gatewayUrl = await gatewayBehind(address, clients);
    if (gatewayUrl !== undefined && !address.path.endsWith(RACK_PROXY_PATH)) {
      notices.push(`RACK_URL names a gateway; its rack is at ${gatewayUrl}${RACK_PROXY_PATH}.`);
    }
    candidate =
      gatewayUrl === undefined ? directCandidate(address, clients) : gatewayCandidate(address, gatewayUrl, clients);
  } catch (error) {
    candidate = directCandidate(asFailure(error), clients);
  }
  const choice = { rank: RANK.rackUrl, name: candidate.name, from: SOURCE, candidate, partial: false };
  return { candidates: [candidate], problems: [], notices, choices: [choice] };
}

function directCandidate(address: RackAddress | Failure, clients: ProtocolClients): TargetCandidate {
  return {
    // The name that the convox CLI gives it.
    name: 'direct',
    prefix: 'env',
    build: (name, options) => directTarget({ name, address, source: SOURCE, options, clients }),
  };
}

function gatewayCandidate(address: RackAddress, url: string, clients: ProtocolClients): TargetCandidate {
  const token = tokenOf(address);
  const problem =
    token === undefined
      ? new Failure({
          kind: 'not-logged-in',
          what: 'RACK_URL names a gateway but holds no token',
          next: `Put a token into it, or unset it and run \`rackdeck login <name> ${url}\`.`,
          where: SOURCE,
        })
      : undefined;
  return {
    name: new URL(url).hostname,
    prefix: 'env',
    build: (name, options) =>
      gatewayTarget({ name, url, source: SOURCE, token: () => token, problem, options, clients }),
  };
}

/** The gateway's address where this is one; undefined for a rack. Asks the server only where the address leaves it open. */
async function gatewayBehind(address: RackAddress, clients: ProtocolClients): Promise<string | undefined> {
  if (address.path.endsWith(RACK_PROXY_PATH)) return address.baseUrl.slice(0, -RACK_PROXY_PATH.length);
  const token = tokenOf(address);
  if (token === undefined || address.user === 'jwt') return undefined;
  if (token.startsWith('rgw_')) return address.baseUrl;
  // A session token is 43 characters of base64url (gateway.md 3.1); a rack password has 64 or 30 letters and digits.
  if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return undefined;
  return (await isGateway(address.baseUrl, clients)) ? address.baseUrl : undefined;
}

async function isGateway(url: string, clients: ProtocolClients): Promise<boolean> {
  // Unauthenticated: the credential goes nowhere before it is known whose it is.
  const api = clients.gateway(gatewayEndpoint(url, () => undefined, false));
  try {
    const health = await api.health({ signal: AbortSignal.timeout(PROBE_MS) });
    return health.isGateway && !health.tooOld;
  } catch {
    return false;
  } finally {
    await api.close();
  }
}

/** Any user name works at a gateway; some people put the token in its place. */
function tokenOf(address: RackAddress): string | undefined {
  const token = address.password === '' ? address.user : address.password;
  return token === '' ? undefined : token;
}
