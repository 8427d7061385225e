import type { AuthenticatedCall } from './call.ts';
import type { OwnHandler, OwnRoute } from './own-route.ts';
import type { MfaLevel } from './proxied-routes.ts';
import { failure, Refused, type Reply } from './reply.ts';
import { userMay } from './role-catalog.ts';

/** A gateway without a Slack workspace (gateway.md 7.8): role checks first, then "not configured". */
function slackRoute(
  method: OwnRoute['method'],
  path: string,
  mfa: MfaLevel,
  verb: string,
  answer: () => Reply,
): OwnRoute {
  const handle: OwnHandler = (_state, call) => {
    requireIntegration(call, verb);
    return answer();
  };
  return { method, path: `/integrations/slack${path}`, mfa, handle };
}

const unknownIntegration = () => failure(404, 'no Slack integration found');
const notConfigured = () => failure(404, 'no Slack integration configured');

export const SLACK_ROUTES: readonly OwnRoute[] = [
  slackRoute('GET', '', 'none', 'read', unknownIntegration),
  slackRoute('GET', '/channels/list', 'none', 'read', notConfigured),
  slackRoute('POST', '/oauth/authorize', 'step-up', 'create', () => failure(503, 'Slack integration not configured')),
  slackRoute('PUT', '/channels', 'step-up', 'update', notConfigured),
  slackRoute('PUT', '/alerts', 'step-up', 'update', notConfigured),
  slackRoute('POST', '/test', 'step-up', 'update', notConfigured),
  slackRoute('DELETE', '', 'step-up', 'delete', notConfigured),
];

function requireIntegration(call: AuthenticatedCall, verb: string): void {
  if (userMay(call.identity.user, `gateway:integration:${verb}`)) return;
  throw new Refused(failure(403, 'admin access required'));
}
