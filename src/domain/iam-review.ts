import { isAdministratorAccess } from './console-role.ts';
import { type PolicyStatement, readPolicy } from './iam-policy.ts';
import { trustFacts } from './iam-trust.ts';
import { safeText } from './safe-text.ts';

/** One role of the rack with everything that gives it rights; undefined: could not be read. */
export interface ReviewedRole {
  readonly name: string;
  readonly arn: string;
  readonly trustPolicy: unknown;
  readonly policies: readonly ReviewedPolicy[] | undefined;
}

export interface ReviewedPolicy {
  readonly name: string;
  /** Undefined for an inline policy. */
  readonly arn: string | undefined;
  /** Undefined where it could not be read. */
  readonly document: unknown;
}

export type PermissionRule =
  | 'administrator-access'
  | 'all-actions-of-a-service'
  | 'unprefixed-resources'
  | 'inverted-statement' // Allow with NotAction or NotResource
  | 'missing-external-id'
  | 'open-trust'
  | 'unreadable';

export interface PermissionFinding {
  readonly rule: PermissionRule;
  readonly severity: 'critical' | 'warning' | 'info' | 'unknown';
  readonly role: string;
  /** `''` where the trust policy is meant. */
  readonly policy: string;
  readonly what: string;
  readonly why: string;
  readonly next: string;
  /** Actions and resources, as written; bounded. */
  readonly evidence: readonly string[];
}

export interface ReviewContext {
  /** Names that the rack's own resources begin with: the name of the rack, its cluster. */
  readonly prefixes: readonly string[];
  /** Account of the rack. */
  readonly account: string;
}

const MAX_EVIDENCE = 12;
const READS = /^[\w-]+:(?:Describe|List|Get|BatchGet|Head|Lookup|Search|Check|Simulate|Validate)/i;
const EVERYTHING = /^(?:\*|arn:\*|arn:aws:\*)$/;
/** With these on any role somebody gives itself what it lacks. */
const ESCALATES =
  /^iam:(?:\*|(?:Attach|Put)(?:Role|User|Group)Policy|CreatePolicyVersion|SetDefaultPolicyVersion|UpdateAssumeRolePolicy|CreateAccessKey|AddUserToGroup)$/i;
const RANK = { critical: 0, warning: 1, unknown: 2, info: 3 } as const;

/**
 * Reviews the rack's roles: administrator access, resources that do not begin with the rack's name, trust without external id
 * (published page "IAM Permissions and Rack"). Worst first. A document that cannot be read is a finding, not a pass.
 */
export function reviewPermissions(
  roles: readonly ReviewedRole[],
  context: ReviewContext,
): readonly PermissionFinding[] {
  return roles
    .flatMap((role) => [...trustFindings(role, context), ...policyFindings(role, context)])
    .sort((one, other) => RANK[one.severity] - RANK[other.severity]);
}

function policyFindings(role: ReviewedRole, context: ReviewContext): readonly PermissionFinding[] {
  if (!role.policies) return [unreadable(role, '', 'The policies of the role could not be listed.')];
  return role.policies.flatMap((policy) => {
    if (policy.arn !== undefined && isAdministratorAccess(policy.arn)) {
      return [administrator(role, policy.name, [safeText(policy.arn, 200)])];
    }
    const read = readPolicy(policy.document);
    if (read.kind === 'unreadable') return [unreadable(role, policy.name, read.reason)];
    return read.statements
      .filter(({ effect }) => effect === 'Allow')
      .flatMap((statement) => statementFindings(role, policy, statement, context));
  });
}

function statementFindings(
  role: ReviewedRole,
  policy: ReviewedPolicy,
  statement: PolicyStatement,
  context: ReviewContext,
): readonly PermissionFinding[] {
  const everywhere = statement.resources.some((resource) => EVERYTHING.test(resource));
  const evidence = evidenceOf(statement);
  if (everywhere && statement.actions.some((action) => action === '*' || action === '*:*')) {
    return [administrator(role, policy.name, evidence)];
  }
  const found: PermissionFinding[] = [];
  const base = { role: safeText(role.name, 100), policy: safeText(policy.name, 140), evidence };
  if (statement.inverted.length > 0) {
    found.push({
      ...base,
      rule: 'inverted-statement',
      severity: 'warning',
      what: `It allows everything but a list (${statement.inverted.join(', ')}).`,
      why: 'What AWS adds later is allowed as well.',
      next: 'Name what is needed instead.',
    });
  }
  const whole = statement.actions.filter((action) => /^[\w-]+:\*$/.test(action));
  if (everywhere && whole.length > 0) {
    found.push({
      ...base,
      rule: 'all-actions-of-a-service',
      severity: whole.some((action) => /^(?:iam|sts|organizations):/i.test(action)) ? 'critical' : 'warning',
      what: `It allows everything on everything of ${safeText(whole.join(', '), 200)}.`,
      why: whole.some((action) => /^iam:/i.test(action))
        ? 'Whoever may do everything in IAM may give itself any right: that is administrator access.'
        : 'Resources of others in the account can be changed and deleted.',
      next: 'Name the actions and resources that the rack needs.',
    });
  }
  return [...found, ...unprefixed(statement, base, context)];
}

function unprefixed(
  statement: PolicyStatement,
  base: Pick<PermissionFinding, 'role' | 'policy' | 'evidence'>,
  { prefixes }: ReviewContext,
): readonly PermissionFinding[] {
  const open = statement.resources.filter((resource) => !isPrefixed(resource, prefixes));
  if (open.length === 0) return [];
  const writes = statement.actions.filter((action) => !READS.test(action));
  const narrowed = statement.conditions.length > 0;
  const everywhere = open.some((resource) => EVERYTHING.test(resource));
  const escalates = everywhere && !narrowed && writes.some((action) => ESCALATES.test(action));
  const severity = escalates ? 'critical' : writes.length === 0 || narrowed ? 'info' : 'warning';
  return [
    {
      ...base,
      rule: 'unprefixed-resources',
      severity,
      what: `${everywhere ? 'Any resource' : `${open.length} ${open.length === 1 ? 'resource does' : 'resources do'} not begin with the name of the rack: they`} may be ${writes.length === 0 ? 'read' : 'changed'}${narrowed ? ', under a condition' : ''}.`,
      why:
        writes.length === 0
          ? 'Many calls that only read cannot be narrowed; what they show is not only of this rack.'
          : escalates
            ? 'It may give itself any right: that is as good as administrator access.'
            : 'Resources of another rack or of somebody else in the account are within reach.',
      next: 'Narrow it to resources that begin with the name of the rack, where AWS allows that for these actions.',
    },
  ];
}

/** Does the part behind the account begin with (or have a path or name that begins with) the rack's name? */
function isPrefixed(resource: string, prefixes: readonly string[]): boolean {
  if (!resource.startsWith('arn:')) return false;
  const own = resource.split(':').slice(5).join(':');
  // An object's key says nothing about whose bucket it is in.
  const names = resource.split(':')[2] === 's3' ? own.split('/').slice(0, 1) : own.split(/[:/]/);
  return prefixes.some(
    (prefix) => prefix !== '' && names.some((name) => name === prefix || name.startsWith(`${prefix}-`)),
  );
}

function trustFindings(role: ReviewedRole, { account }: ReviewContext): readonly PermissionFinding[] {
  const read = readPolicy(role.trustPolicy);
  if (read.kind === 'unreadable') return [unreadable(role, '', 'The trust policy could not be read.')];
  const facts = trustFacts(read.statements);
  const base = { role: safeText(role.name, 100), policy: '' };
  if (facts.inverted || facts.accounts.some((one) => one.account === '*' && one.externalIds === undefined)) {
    return [
      {
        ...base,
        rule: 'open-trust',
        severity: 'critical',
        what: 'Anybody with an AWS account may assume this role.',
        why: 'Its rights are open to the world.',
        next: 'Name the account that may, with an external id.',
        evidence: facts.accounts.map(({ principal }) => `trusts ${safeText(principal, 200)}`),
      },
    ];
  }
  const open = facts.accounts.filter((one) => one.account !== account && one.externalIds === undefined);
  if (open.length === 0) return [];
  return [
    {
      ...base,
      rule: 'missing-external-id',
      severity: 'warning',
      what: `It trusts ${open.length === 1 ? 'another account' : 'other accounts'} without a fixed sts:ExternalId.`,
      why: 'Whoever acts for that account on behalf of many may be talked into using this role.',
      next: 'Ask for StringEquals on sts:ExternalId in the trust policy.',
      evidence: open.map(({ principal }) => `trusts ${safeText(principal, 200)}`).slice(0, MAX_EVIDENCE),
    },
  ];
}

function administrator(role: ReviewedRole, policy: string, evidence: readonly string[]): PermissionFinding {
  return {
    rule: 'administrator-access',
    severity: 'critical',
    role: safeText(role.name, 100),
    policy: safeText(policy, 140),
    what: 'It may do anything in the account.',
    why: 'Racks have not needed administrator access for a long time: whoever gets hold of the role owns the account.',
    next: 'Replace it by a policy that names actions and the resources of the rack.',
    evidence,
  };
}

function unreadable(role: ReviewedRole, policy: string, reason: string): PermissionFinding {
  return {
    rule: 'unreadable',
    severity: 'unknown',
    role: safeText(role.name, 100),
    policy: safeText(policy, 140),
    what: reason,
    why: 'What it grants could not be reviewed.',
    next: 'Read it in IAM, or give the review the right to (iam:GetPolicyVersion, iam:GetRolePolicy).',
    evidence: [],
  };
}

function evidenceOf({ actions, resources, conditions, inverted }: PolicyStatement): readonly string[] {
  const lines = [
    ...inverted.map((key) => `uses ${key}`),
    ...actions.map((action) => `action ${safeText(action, 200)}`),
    ...resources.map((resource) => `resource ${safeText(resource, 200)}`),
    ...conditions.map(({ operator, key }) => `condition ${operator} ${key}`),
  ];
  return lines.length > MAX_EVIDENCE ? [...lines.slice(0, MAX_EVIDENCE), `${lines.length - MAX_EVIDENCE} more`] : lines;
}
