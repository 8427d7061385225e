import { type AwsHome, arnText, type IamPrincipal, mappingArn, readArn, wrongHome } from '../domain/aws-arn.ts';
import { CONVOX_PATH, findConsoleRole, pastedConsoleRole } from '../domain/console-role.ts';
import { Failure } from '../domain/failure.ts';
import type { AwsReads } from '../protocol/aws-api.ts';
import { clusterOf } from './cluster-facts.ts';
import type { GuideContext, GuideField } from './define-guide.ts';

export const ROLE_FIELD: GuideField = {
  id: 'role',
  label: 'ConsoleRole',
  about: 'its ARN as IAM or the console shows it; else found under the IAM path /convox/',
};

export const ORGANIZATION_FIELD: GuideField = {
  id: 'organization',
  label: 'organisation id',
  about: 'as the console shows it; tells roles of several organisations apart',
};

export interface ConsoleRole {
  readonly principal: IamPrincipal;
  /** With its path: what an access entry takes. */
  readonly arn: string;
  /** Without it: what aws-auth takes (convox-api.md 9.2). */
  readonly mapping: string;
  readonly from: string;
  readonly notes: readonly string[];
}

/** The role with which the console will run terraform: as pasted, else the one that lies under `/convox/`. */
export async function consoleRoleOf(context: GuideContext): Promise<ConsoleRole> {
  const { aws, cluster } = await clusterOf(context);
  const { account } = await aws.caller(context);
  const home = homeOf(cluster.arn) ?? { partition: 'aws', account };
  const given = context.input.role;
  const role = given === undefined ? await foundRole(context, aws) : await givenRole(given, home, context, aws);
  const wrong = wrongHome(role.principal, home);
  if (wrong === undefined) return role;
  throw unusable(wrong, 'Use the ConsoleRole of the account that the cluster stands in.');
}

async function givenRole(given: string, home: AwsHome, context: GuideContext, aws: AwsReads): Promise<ConsoleRole> {
  const pasted = pastedConsoleRole(given, home);
  if (pasted.kind === 'invalid')
    throw unusable(pasted.reason, 'Copy the ARN of the role from IAM or from the console.');
  // Access entries need the path, which aws-auth spellings and session ARNs have lost.
  const real = await aws.role(pasted.principal.name, context).catch((error: unknown) => {
    if (error instanceof Failure && error.kind === 'forbidden') return undefined;
    throw error;
  });
  const principal = real ? principalOf(real.arn) : pasted.principal;
  const from = real ? 'given, and found in IAM' : 'given; IAM does not know it or does not say';
  return { principal, arn: arnText(principal), mapping: mappingArn(principal), from, notes: pasted.notes };
}

async function foundRole(context: GuideContext, aws: AwsReads): Promise<ConsoleRole> {
  const search = findConsoleRole(await aws.roles(CONVOX_PATH, context), context.input.organization);
  if (search.kind === 'none') throw unusable(search.why, `${search.next} (--set role=<arn>)`);
  if (search.kind === 'ambiguous') {
    const names = search.roles.map(({ principal }) => principal.name).join(', ');
    throw unusable(`${search.why} ${names}`, 'Name the one of your organisation with --set role=<arn>.');
  }
  const { principal } = search.role;
  const arn = arnText(principal);
  return { principal, arn, mapping: mappingArn(principal), from: `found under ${CONVOX_PATH} in IAM`, notes: [] };
}

function principalOf(arn: string): IamPrincipal {
  const read = readArn(arn);
  if (read.kind === 'arn') return read.principal;
  throw unusable(read.reason, 'IAM answered with an ARN that this program does not know: report it.');
}

/** `arn:aws:eks:eu-west-1:123456789012:cluster/x` */
export function homeOf(clusterArn: string): AwsHome | undefined {
  const [, partition, service, , account] = clusterArn.split(':');
  return service === 'eks' && partition !== undefined && /^\d{12}$/.test(account ?? '')
    ? { partition, account: account ?? '' }
    : undefined;
}

function unusable(why: string, next: string): Failure {
  return new Failure({ kind: 'usage', what: 'ConsoleRole is not clear', why: why.replace(/\.$/, ''), next });
}
