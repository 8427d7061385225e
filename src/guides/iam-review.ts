import { Failure } from '../domain/failure.ts';
import type { PermissionFinding, PermissionRule, ReviewedPolicy, ReviewedRole } from '../domain/iam-review.ts';
import { reviewPermissions } from '../domain/iam-review.ts';
import type { AwsReads, AwsRole } from '../protocol/aws-api.ts';
import { CLUSTER_FIELDS, clusterOf } from './cluster-facts.ts';
import { CALLER_STEP, CLUSTER_STEP } from './cluster-steps.ts';
import { homeOf } from './console-role-facts.ts';
import { defineGuide, type GuideContext, type GuideStep } from './define-guide.ts';
import { blocked, ok, seen, todo, unknown } from './step-results.ts';

const CONVOX_PATH = '/convox/';

/** The roles that terraform made for this rack: under /convox/, named after its cluster. */
async function rackRoles(
  context: GuideContext,
): Promise<{ readonly roles: readonly AwsRole[]; readonly aws: AwsReads }> {
  const { aws, place } = await clusterOf(context);
  const roles = await aws.roles(CONVOX_PATH, context);
  return { aws, roles: roles.filter(({ name }) => name.startsWith(`${place.name}-`)) };
}

async function findingsOf(context: GuideContext): Promise<readonly PermissionFinding[]> {
  const [{ aws, roles }, { place, cluster }] = await Promise.all([rackRoles(context), clusterOf(context)]);
  const reviewed = await Promise.all(roles.map((role) => reviewedRole(role, aws, context)));
  const account = homeOf(cluster.arn)?.account ?? (await aws.caller(context)).account;
  return reviewPermissions(reviewed, { prefixes: [place.name], account });
}

async function reviewedRole(role: AwsRole, aws: AwsReads, context: GuideContext): Promise<ReviewedRole> {
  const { name, arn, trustPolicy } = role;
  const policies = await policiesOf(name, aws, context).catch(refusedAs(undefined));
  return { name, arn, trustPolicy, policies };
}

/** What may not be read is a finding of its own, not the end of the review. */
function refusedAs<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof Failure && (error.kind === 'forbidden' || error.kind === 'not-found')) return value;
    throw error;
  };
}

async function policiesOf(role: string, aws: AwsReads, context: GuideContext): Promise<readonly ReviewedPolicy[]> {
  const [attached, inline] = await Promise.all([
    aws.attachedPolicies(role, context),
    aws.inlinePolicies(role, context),
  ]);
  const managed = attached.map(async ({ name, arn }): Promise<ReviewedPolicy> => {
    return { name, arn, document: await aws.managedPolicy(arn, context).catch(refusedAs(undefined)) };
  });
  const own = inline.map(async (name): Promise<ReviewedPolicy> => {
    return { name, arn: undefined, document: await aws.inlinePolicy(role, name, context).catch(refusedAs(undefined)) };
  });
  return Promise.all([...managed, ...own]);
}

const ROLES_STEP: GuideStep = {
  id: 'roles',
  title: 'IAM roles of the rack',
  why: 'What is not looked at cannot be judged: these are the roles that terraform made for this rack.',
  needs: ['cluster'],
  check: async (context) => {
    const [{ roles }, { place }] = await Promise.all([rackRoles(context), clusterOf(context)]);
    if (roles.length === 0) {
      return unknown(`No role under ${CONVOX_PATH} begins with ${place.name}-.`, [], {
        next: 'Check the name of the cluster (--set cluster=...), and that these credentials may list roles.',
      });
    }
    const names = roles.map(({ arn }) => seen('role', arn));
    return ok(`${roles.length} ${roles.length === 1 ? 'role belongs' : 'roles belong'} to the rack.`, names);
  },
};

interface Review {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly rules: readonly PermissionRule[];
  readonly good: string;
}

const REVIEWS: readonly Review[] = [
  {
    id: 'administrator-access',
    title: 'No administrator access',
    why: 'Racks have not needed administrator access for a long time: whoever gets hold of such a role owns the account.',
    rules: ['administrator-access', 'all-actions-of-a-service', 'inverted-statement'],
    good: 'No role of the rack has administrator access or as much as that.',
  },
  {
    id: 'prefixed-resources',
    title: 'Only resources of this rack',
    why: 'A role that reaches resources of others makes an incident in one rack an incident in all of them.',
    rules: ['unprefixed-resources'],
    good: 'What the roles may change begins with the name of the rack.',
  },
  {
    id: 'trust',
    title: 'Only those may assume the roles who should',
    why: 'A trust in another account without an external id lets others be talked into using the role.',
    rules: ['missing-external-id', 'open-trust'],
    good: 'No other account may assume a role of the rack without an external id.',
  },
  {
    id: 'readable',
    title: 'Everything could be read',
    why: 'A policy that could not be read may grant anything.',
    rules: ['unreadable'],
    good: 'Every policy and every trust was read.',
  },
];

function reviewStep({ id, title, why, rules, good }: Review): GuideStep {
  return {
    id,
    title,
    why,
    needs: ['roles'],
    check: async (context) => {
      const found = (await findingsOf(context)).filter(({ rule }) => rules.includes(rule));
      const evidence = found.flatMap(lines);
      const [worst] = found;
      if (!worst || worst.severity === 'info') return ok(good, evidence);
      const words = `${worst.role}${worst.policy === '' ? '' : ` (${worst.policy})`}: ${worst.what} ${worst.why}`;
      const more = found.length > 1 ? ` ${found.length - 1} more in the evidence.` : '';
      if (worst.severity === 'critical') return blocked(`${words}${more}`, evidence, { next: worst.next });
      if (worst.severity === 'unknown') return unknown(`${words}${more}`, evidence, { next: worst.next });
      return todo(`${words}${more}`, evidence, { next: worst.next, byHand: true });
    },
  };
}

function lines({ severity, role, policy, what, evidence }: PermissionFinding) {
  const where = policy === '' ? role : `${role} / ${policy}`;
  return [seen(severity, `${where}: ${what}`), ...evidence.map((text) => seen(where, text))];
}

export const iamReview = defineGuide({
  id: 'iam-review',
  title: 'Permissions of the rack',
  about: 'review the IAM roles and policies of an AWS rack; changes nothing',
  fields: CLUSTER_FIELDS,
  steps: [CALLER_STEP, CLUSTER_STEP, ROLES_STEP, ...REVIEWS.map(reviewStep)],
});
