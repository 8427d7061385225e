import type { AwsAuthData, AwsAuthMap, AwsAuthSurroundings } from '../domain/aws-auth-map.ts';
import { readAwsAuth } from '../domain/aws-auth-map.ts';
import { Failure } from '../domain/failure.ts';
import type { ConfigMap } from '../protocol/kubernetes-api.ts';
import { clusterOf } from './cluster-facts.ts';
import type { GuideContext } from './define-guide.ts';

export const AWS_AUTH = { namespace: 'kube-system', name: 'aws-auth' } as const;

export interface AwsAuthFacts {
  readonly map: ConfigMap;
  readonly data: AwsAuthData;
  readonly read: AwsAuthMap;
  readonly around: AwsAuthSurroundings;
}

/** `aws-auth` of the rack's cluster with what is wrong with it; undefined where the cluster has none. */
export async function awsAuthOf(context: GuideContext): Promise<AwsAuthFacts | undefined> {
  await mustBeSameCluster(context);
  const map = await context.reads.kubernetes.configMap(AWS_AUTH.namespace, AWS_AUTH.name, context);
  if (!map) return undefined;
  const around = await surroundings(context);
  return { map, data: map.data, read: readAwsAuth(map.data, around), around };
}

/** A kubeconfig may lead anywhere: what is written must be written into the cluster of this rack. */
export async function mustBeSameCluster(context: GuideContext): Promise<void> {
  const server = await context.reads.kubernetes.server();
  if (server === undefined) return;
  const { cluster } = await clusterOf(context);
  const same = server.replace(/\/$/, '').toLowerCase() === cluster.endpoint.replace(/\/$/, '').toLowerCase();
  if (same && server !== '') return;
  throw new Failure({
    kind: 'usage',
    what: 'The kubeconfig leads to another cluster',
    why: `its server is ${server}, the cluster of the rack is ${cluster.endpoint}`,
    next: `Make one with aws eks update-kubeconfig --name ${cluster.name}, or choose its context (--set context=...).`,
    nothingSent: true,
  });
}

/** What is known about the nodes: nobody else can tell whether their mapping is missing (convox-api.md 9.1, 9.2). */
async function surroundings(context: GuideContext): Promise<AwsAuthSurroundings> {
  const { place, cluster, aws } = await clusterOf(context);
  const { account } = await aws.caller(context);
  const nodeRole = await aws.role(`${place.name}-nodes`, context).catch((error: unknown) => {
    // Without the right to look at roles the nodes are not judged; everything else still is.
    if (error instanceof Failure && error.kind === 'forbidden') return undefined;
    throw error;
  });
  if (!nodeRole) return { account };
  const entry =
    cluster.authenticationMode === 'CONFIG_MAP' ? undefined : await aws.accessEntry(place.name, nodeRole.arn, context);
  return { account, nodeRole: nodeRole.arn, nodesHaveEntry: entry !== undefined };
}
