import { ADMIN, REPORT, type RefusalRule } from './refusal-rule.ts';

/** Policy, allow-list and forwarding (gateway.md 6.3, 1). Policy refusals come as 500: never worth a retry. */
export const POLICY_RULES: readonly RefusalRule[] = [
  {
    status: [400],
    text: /^invalid host$/,
    kind: 'invalid',
    why: 'the gateway answers only under its configured name',
    next: "Use the gateway's own host name in the URL, not an address or an alias.",
  },
  { status: [400], text: /^invalid origin$/, kind: 'invalid', next: REPORT },
  { status: [403], text: /^invalid CSRF token$/, kind: 'invalid', next: REPORT },
  {
    status: [403],
    text: /^Destructive rack actions are disabled by policy$/,
    kind: 'forbidden',
    next: 'An administrator can allow destructive actions in the gateway settings.',
  },
  {
    status: [403],
    text: /^rack disabled$/,
    kind: 'forbidden',
    why: 'this rack is switched off on the gateway',
    next: ADMIN,
  },
  {
    status: [403],
    text: /^permission denied$/,
    kind: 'forbidden',
    why: 'your role on the gateway does not allow it',
    next: 'Ask a gateway administrator for the role.',
  },
  {
    status: [403],
    text: /^(?:You don't have permission|insufficient permissions|you do not have permission|admin access required)/,
    kind: 'forbidden',
    next: 'Ask a gateway administrator for the role.',
  },
  { status: [403], text: /^This environment variable is protected/, kind: 'forbidden' },
  { status: [404], text: /^deploy approvals feature is disabled$/, kind: 'unsupported' },
  {
    status: [500],
    text: /^(?:manifest validation failed: |git-sha is required when|deployment approval required for|command not approved: )/,
    kind: 'forbidden',
    next: 'The gateway policy says no: trying again will not help.',
  },
  {
    status: [500],
    text: /^(?:build request missing object URL|invalid build request body)/,
    kind: 'invalid',
    next: REPORT,
  },
  {
    status: [409, 500],
    text: /^an archive has already been uploaded|^a build has already been created|has already been deployed$/,
    kind: 'conflict',
    next: 'Ask for a new deploy approval.',
  },
  {
    status: [500],
    text: /^(?:failed to forward request|failed to dial upstream websocket): .*(?:deadline exceeded|timeout|Client\.Timeout)/i,
    kind: 'timeout',
    what: 'The rack did not answer the gateway in time',
    why: 'the gateway waits 30 seconds at most',
    next: 'Try again, or ask for less.',
  },
  {
    status: [500],
    text: /^(?:failed to forward request|failed to dial upstream websocket): /,
    kind: 'server',
    what: 'The gateway cannot reach the rack',
    next: 'Wait a little; if it stays, ask a gateway administrator.',
  },
  {
    status: [500],
    text: /^(?:no rack configured|rack not configured)$/,
    kind: 'server',
    why: 'no rack is configured on this gateway',
    next: ADMIN,
  },
  {
    status: [502],
    text: /^rack certificate verification failed$/,
    kind: 'server',
    what: 'The gateway does not trust the rack certificate',
    next: 'An administrator must refresh the pinned rack certificate in the gateway settings.',
  },
];
