import { APPROVAL_ROUTES } from './approval-routes.ts';
import { AUDIT_ROUTES } from './audit-routes.ts';
import { ENV_ROUTES } from './env-routes.ts';
import { IDENTITY_ROUTES } from './identity-routes.ts';
import { JOB_ROUTES } from './job-routes.ts';
import { MFA_ROUTES } from './mfa-routes.ts';
import type { OwnRoute } from './own-route.ts';
import { SETTING_ROUTES } from './setting-routes.ts';
import { SLACK_ROUTES } from './slack-routes.ts';
import { TOKEN_ROUTES } from './token-routes.ts';
import { USER_ROUTES } from './user-routes.ts';

/** The gateway's own API; a fixed segment stands before a parameter in the same place. */
const OWN_ROUTES: readonly OwnRoute[] = [
  ...IDENTITY_ROUTES,
  ...MFA_ROUTES,
  ...USER_ROUTES,
  ...TOKEN_ROUTES,
  ...AUDIT_ROUTES,
  ...APPROVAL_ROUTES,
  ...ENV_ROUTES,
  ...SETTING_ROUTES,
  ...JOB_ROUTES,
  ...SLACK_ROUTES,
];

const COMPILED = OWN_ROUTES.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}));

export interface MatchedOwnRoute {
  readonly route: OwnRoute;
  readonly parameters: Readonly<Record<string, string>>;
}

/** `path` is still percent-encoded, below `/api/v1`. */
export function matchOwnRoute(method: string, path: string): MatchedOwnRoute | undefined {
  for (const { route, pattern } of COMPILED) {
    const found = route.method === method ? pattern.exec(path) : null;
    if (found === null) continue;
    const parameters = Object.entries(found.groups ?? {}).map(([name, value]) => [name, decode(value)]);
    return { route, parameters: Object.fromEntries(parameters) };
  }
  return undefined;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
