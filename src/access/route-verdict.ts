import { ALLOWED, refused, type Verdict } from '../domain/verdict.ts';
import { atLeast } from '../domain/version.ts';
import { gatewayRoute } from '../protocol/gateway-routes.ts';
import type { AccessFacts } from './create-access.ts';
import { isParametersRoute, parametersVerdict } from './rack-parameters-rule.ts';
import { ROUTE_RULES, type RouteRule, routeShape } from './route-rules.ts';

/** Does this rack, reached this way, have the route? Unknown version: yes, because probing beats guessing. */
export function routeVerdict(facts: AccessFacts, route: string): Verdict {
  const [method, pattern] = splitRoute(route);
  if (method === undefined || pattern === undefined) return refused('unknown', `unknown route ${route}`);
  // The gateway's own API: `GET /api/v1/audit-logs`.
  if (pattern.startsWith('/api/v1/')) {
    return facts.kind === 'gateway' ? ALLOWED : refused('target', 'only through a rack gateway');
  }
  if (isParametersRoute(pattern)) return parametersVerdict(facts);
  if (facts.kind === 'gateway' && !gatewayRoute(method, pattern)) {
    return refused('route', 'not proxied by the gateway');
  }
  const rule = ROUTE_RULES.get(routeShape(`${method} ${pattern}`));
  return rule ? ruleVerdict(rule, facts) : ALLOWED;
}

function splitRoute(route: string): readonly [method?: string, pattern?: string] {
  const match = /^([A-Z]+) (\/\S*)$/.exec(route.trim());
  return match?.[1] === undefined || match[2] === undefined ? [] : [match[1], match[2]];
}

function ruleVerdict(rule: RouteRule, { version, provider }: AccessFacts): Verdict {
  if (version === undefined) return ALLOWED;
  if (version.generation === 'v2') return rule.onV2 ? ALLOWED : refused('version', 'not on v2 racks');
  if (rule.unsupportedOnV3) return refused('version', 'v3 racks do not support it (501)');
  if (rule.since && !atLeast(version, rule.since)) {
    return refused('version', `needs rack >= ${rule.since}; this one is ${version.text}`);
  }
  if (rule.providers && provider && !rule.providers.includes(provider)) {
    return refused('target', `only on ${rule.providers.join(', ')} racks; this one runs on ${provider}`);
  }
  return ALLOWED;
}
