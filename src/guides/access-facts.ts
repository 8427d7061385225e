import type { AccessEntry } from '../domain/access-entries.ts';
import { type AccessFacts, readMode } from '../domain/authentication-mode.ts';
import { type AwsAuthMap, readAwsAuth } from '../domain/aws-auth-map.ts';
import { Failure } from '../domain/failure.ts';
import type { AwsReads } from '../protocol/aws-api.ts';
import { awsAuthOf } from './aws-auth-facts.ts';
import { clusterOf } from './cluster-facts.ts';
import type { GuideContext } from './define-guide.ts';

/** Who may enter the cluster, from both sources (convox-api.md 9.3): rejects where one that counts cannot be read. */
export async function accessFactsOf(context: GuideContext): Promise<AccessFacts> {
  const { cluster, place, aws } = await clusterOf(context);
  const mode = readMode(cluster.authenticationMode);
  // Mode API does not read it, but whoever still stands in it and has no entry is shut out: worth knowing where it can be read.
  const map =
    mode === 'API' ? await mapOf(context, false).catch(() => undefined) : await mapOf(context, mode === 'CONFIG_MAP');
  const entries = mode === 'CONFIG_MAP' ? [] : await entriesOf(aws, place.name, context);
  return { mode, map, entries };
}

/** Undefined where a gateway stands before the cluster and aws-auth is not all that counts. */
async function mapOf(context: GuideContext, isAll: boolean): Promise<AwsAuthMap | undefined> {
  try {
    return (await awsAuthOf(context))?.read ?? readAwsAuth({});
  } catch (error) {
    if (!isAll && error instanceof Failure && error.kind === 'unsupported') return undefined;
    throw error;
  }
}

export async function entriesOf(
  aws: AwsReads,
  cluster: string,
  context: GuideContext,
): Promise<readonly AccessEntry[]> {
  const arns = await aws.accessEntries(cluster, context);
  const entries = await Promise.all(arns.map((arn) => aws.accessEntry(cluster, arn, context)));
  // One may be deleted between the list and the look at it.
  return entries.filter((entry) => entry !== undefined);
}
