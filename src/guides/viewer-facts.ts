import { type IamPrincipal, readArn, wrongHome } from '../domain/aws-arn.ts';
import { VIEWER_ACTIONS } from '../domain/eks-console-viewing.ts';
import { Failure } from '../domain/failure.ts';
import { type PolicyStatement, readPolicy } from '../domain/iam-policy.ts';
import { matchesPattern } from '../domain/name-pattern.ts';
import type { AwsReads } from '../protocol/aws-api.ts';
import { clusterOf } from './cluster-facts.ts';
import { homeOf } from './console-role-facts.ts';
import type { GuideContext, GuideField } from './define-guide.ts';

export const PRINCIPAL_FIELD: GuideField = {
  id: 'principal',
  label: 'who shall view',
  about: 'ARN of the IAM role or user that signs in to the AWS console; else you, as AWS takes you now',
};

/** Whoever shall see the cluster in the AWS console; of a role with the path that IAM knows. */
export async function viewerOf(context: GuideContext): Promise<IamPrincipal> {
  const { cluster, aws } = await clusterOf(context);
  const caller = await aws.caller(context);
  const read = readArn(context.input.principal ?? caller.arn);
  if (read.kind === 'invalid') throw unclear(read.reason);
  const wrong = wrongHome(read.principal, homeOf(cluster.arn) ?? { partition: 'aws', account: caller.account });
  if (wrong !== undefined) throw unclear(wrong);
  if (read.principal.kind === 'user') return read.principal;
  const real = await aws.role(read.principal.name, context).catch((error: unknown) => {
    if (error instanceof Failure && error.kind === 'forbidden') return undefined;
    throw error;
  });
  const known = real && readArn(real.arn);
  return known?.kind === 'arn' ? known.principal : read.principal;
}

function unclear(why: string): Failure {
  return new Failure({
    kind: 'usage',
    what: 'Who shall view the cluster is not clear',
    why: why.replace(/\.$/, ''),
    next: 'Name the role or user with --set principal=<arn>.',
  });
}

/** Actions that the role lacks, by what its policies say; undefined where they cannot be read (users, missing rights). */
export async function missingActions(
  principal: IamPrincipal,
  aws: AwsReads,
  context: GuideContext,
): Promise<readonly string[] | undefined> {
  if (principal.kind === 'user') return undefined;
  try {
    const statements = await statementsOf(principal.name, aws, context);
    const denied = statements.filter(({ effect }) => effect === 'Deny');
    const allowed = statements.filter(({ effect, inverted, conditions }) => {
      return effect === 'Allow' && inverted.length === 0 && conditions.length === 0;
    });
    const wanted = [...VIEWER_ACTIONS, 'ssm:GetParameter'];
    return wanted.filter((action) => !covers(allowed, action) || names(denied, action));
  } catch (error) {
    if (error instanceof Failure && (error.kind === 'forbidden' || error.kind === 'malformed')) return undefined;
    throw error;
  }
}

async function statementsOf(role: string, aws: AwsReads, context: GuideContext): Promise<readonly PolicyStatement[]> {
  const [attached, inline] = await Promise.all([
    aws.attachedPolicies(role, context),
    aws.inlinePolicies(role, context),
  ]);
  const texts = await Promise.all([
    ...attached.map(({ arn }) => aws.managedPolicy(arn, context)),
    ...inline.map((name) => aws.inlinePolicy(role, name, context)),
  ]);
  return texts.flatMap((text) => {
    const read = readPolicy(text);
    if (read.kind === 'policy') return read.statements;
    throw new Failure({ kind: 'malformed', what: `A policy of ${role} cannot be read`, why: read.reason });
  });
}

/** `ssm:GetParameter` is asked for parameters only, so a resource of that kind is enough. */
function covers(allowed: readonly PolicyStatement[], action: string): boolean {
  return allowed.some(
    ({ actions, resources }) =>
      actions.some((pattern) => matches(pattern, action)) &&
      resources.some((resource) => resource === '*' || (action.startsWith('ssm:') && /:parameter\/\*$/.test(resource))),
  );
}

function names(denied: readonly PolicyStatement[], action: string): boolean {
  return denied.some(({ actions }) => actions.some((pattern) => matches(pattern, action)));
}

/** Letters of either case; IAM's `?` is so rare that a pattern with one counts as no match. */
function matches(pattern: string, action: string): boolean {
  return matchesPattern(pattern.toLowerCase(), action.toLowerCase());
}
