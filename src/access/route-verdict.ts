import { ALLOWED, refused, type Verdict } from '../domain/verdict.ts';
import { atLeast } from '../domain/version.ts';
import type { AccessFacts } from './create-access.ts';
import { GATEWAY_PROXIED_ROUTES } from './gateway-routes.ts';
import { ROUTE_RULES, type RouteRule, routeShape } from './route-rules.ts';

const PROXIED: ReadonlySet<string> = new Set(GATEWAY_PROXIED_ROUTES.map(routeShape));
const RULES: ReadonlyMap<string, RouteRule> = new Map(
  ROUTE_RULES.flatMap((rule) => rule.routes.map((route) => [routeShape(route), rule] as const)),
);

/** A route of the gateway's own API: `GET /api/v1/audit-logs`. */
const GATEWAY_OWN = /^[A-Z]+ \/api\/v1\//;

/** Does this rack, reached this way, have the route? Unknown version: yes, because probing beats guessing. */
export function routeVerdict(facts: AccessFacts, route: string): Verdict {
  const shape = routeShape(route);
  if (GATEWAY_OWN.test(shape)) {
    return facts.kind === 'gateway' ? ALLOWED : refused('target', 'only through a rack gateway');
  }
  if (facts.kind === 'gateway' && !PROXIED.has(shape)) {
    return refused('route', 'not proxied by the gateway');
  }
  const rule = RULES.get(shape);
  return rule ? ruleVerdict(rule, facts) : ALLOWED;
}

function ruleVerdict(rule: RouteRule, { version, provider }: AccessFacts): Verdict {
  if (version === undefined) return ALLOWED;
  if (version.generation === 'v2') {
    const absent = rule.v2 === 'absent' || (rule.since !== undefined && rule.v2 !== 'present');
    return absent ? refused('version', 'not on v2 racks') : ALLOWED;
  }
  if (rule.v3 === '501') return refused('version', 'v3 racks do not support it (501)');
  if (rule.since && !atLeast(version, rule.since)) {
    return refused('version', `needs rack >= ${rule.since}; this one is ${version.text}`);
  }
  if (rule.providers && provider && !rule.providers.includes(provider)) {
    return refused('target', `only on ${rule.providers.join(', ')} racks; this one runs on ${provider}`);
  }
  return ALLOWED;
}
