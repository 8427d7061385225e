import { arnText, type IamPrincipal, mappingArn, normalisationNotes, readArn, wrongHome } from '../domain/aws-arn.ts';
import { Failure } from '../domain/failure.ts';
import type { AwsReads, AwsRole } from '../protocol/aws-api.ts';
import { clusterOf } from './cluster-facts.ts';
import type { GuideContext, GuideField } from './define-guide.ts';

export const ROLE_FIELD: GuideField = {
  id: 'role',
  label: 'ConsoleRole',
  about: 'its ARN as IAM or the console shows it; else found under the IAM path /convox/',
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

/** Newer integrations; the older `ConvoxRole-<org>` is not what a v3 rack is updated with (convox-api.md 8.5). */
const CONSOLE_ROLE = /-ConsoleRole-[A-Za-z0-9]+$/;

/** The role with which the console will run terraform: as pasted, else the one that lies under `/convox/`. */
export async function consoleRoleOf(context: GuideContext): Promise<ConsoleRole> {
  const { aws, cluster } = await clusterOf(context);
  const home = homeOf(cluster.arn) ?? { partition: 'aws', account: (await aws.caller(context)).account };
  const given = context.input.role;
  const role = given === undefined ? await foundRole(context, aws) : await givenRole(given, context, aws);
  const wrong = wrongHome(role.principal, home);
  if (wrong === undefined) return role;
  throw unusable(wrong, 'Use the ConsoleRole of the account that the cluster stands in.');
}

async function givenRole(given: string, context: GuideContext, aws: AwsReads): Promise<ConsoleRole> {
  const read = readArn(given);
  if (read.kind === 'invalid') throw unusable(read.reason, 'Copy the ARN of the role from IAM or from the console.');
  if (read.principal.kind !== 'role') throw unusable('This is a user, not a role.', 'ConsoleRole is an IAM role.');
  const notes = normalisationNotes(given, read.principal);
  // Access entries need the path, which aws-auth spellings and session ARNs have lost.
  const real = await aws.role(read.principal.name, context).catch((error: unknown) => {
    if (error instanceof Failure && error.kind === 'forbidden') return undefined;
    throw error;
  });
  const principal = real ? principalOf(real) : read.principal;
  const from = real ? 'given, and found in IAM' : 'given; IAM could not confirm it';
  return { principal, arn: arnText(principal), mapping: mappingArn(principal), from, notes };
}

async function foundRole(context: GuideContext, aws: AwsReads): Promise<ConsoleRole> {
  const roles = await aws.roles('/convox/', context);
  const [role, second] = roles.filter(({ name }) => CONSOLE_ROLE.test(name));
  if (!role) {
    throw unusable(
      'There is no ConsoleRole under the IAM path /convox/ of this account.',
      'Add the AWS runtime integration in the console, or name the role with --set role=<arn>.',
    );
  }
  if (second) {
    throw unusable(
      `There is more than one: ${role.name}, ${second.name} ...`,
      'Name the one of your organisation with --set role=<arn>.',
    );
  }
  const principal = principalOf(role);
  return { principal, arn: role.arn, mapping: mappingArn(principal), from: 'found under /convox/ in IAM', notes: [] };
}

function principalOf({ arn }: AwsRole): IamPrincipal {
  const read = readArn(arn);
  if (read.kind === 'arn') return read.principal;
  throw unusable(read.reason, 'IAM answered with an ARN that this program does not know: report it.');
}

/** `arn:aws:eks:eu-west-1:123456789012:cluster/x` */
export function homeOf(clusterArn: string): { readonly partition: string; readonly account: string } | undefined {
  const [, partition, service, , account] = clusterArn.split(':');
  return service === 'eks' && partition !== undefined && /^\d{12}$/.test(account ?? '')
    ? { partition, account: account ?? '' }
    : undefined;
}

function unusable(why: string, next: string): Failure {
  return new Failure({ kind: 'usage', what: 'ConsoleRole is not clear', why: why.replace(/\.$/, ''), next });
}
