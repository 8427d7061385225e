import { asFailure, Failure } from '../domain/failure.ts';
import { outcomeUnclear } from '../domain/outcome-unclear.ts';
import { AWS_ROUTES, type AwsReads, type AwsWrites } from './aws-api.ts';
import { awsFailure } from './aws-failures.ts';
import type { AwsCall, AwsTransport } from './aws-transport.ts';
import type { MutationGuard } from './mutation-guard.ts';
import type { ReadOptions } from './rack-api.ts';
import {
  type Page,
  readAssociated,
  readAttached,
  readCaller,
  readCluster,
  readClusters,
  readDefaultVersion,
  readEntries,
  readEntry,
  readInline,
  readPolicyNames,
  readRole,
  readRoles,
  readVersion,
} from './schemas/aws.ts';

type Service = AwsCall['service'];
type Input = Readonly<Record<string, unknown>>;

/** Pages of a list at most: a server that always has one more must not hold us for ever. */
const MAX_PAGES = 100;

/** AWS as guides read it, over any transport. */
export function createAwsReads(transport: AwsTransport, region: string | undefined): AwsReads {
  const ask = asker(transport, region);
  return {
    region: async () => region ?? (await transport.region()),
    caller: (o) => ask('sts', 'GetCallerIdentity', {}, 'find out who you are to AWS', readCaller, o),
    cluster: (name, o) => ask('eks', 'DescribeCluster', { name }, `read the EKS cluster ${name}`, readCluster, o),
    clusters: (o) =>
      all((nextToken) => ask('eks', 'ListClusters', { nextToken }, 'list the EKS clusters', readClusters, o)),
    accessEntries: (clusterName, o) =>
      all((nextToken) => {
        const doing = `list the access entries of ${clusterName}`;
        return ask('eks', 'ListAccessEntries', { clusterName, nextToken }, doing, readEntries, o);
      }),
    accessEntry: (clusterName, principalArn, o) => orNone(readAccessEntry(ask, { clusterName, principalArn }, o)),
    role: (RoleName, o) => orNone(ask('iam', 'GetRole', { RoleName }, `read the IAM role ${RoleName}`, readRole, o)),
    roles: (PathPrefix, o) =>
      all((Marker) => ask('iam', 'ListRoles', { PathPrefix, Marker }, 'list the IAM roles', readRoles, o)),
    ...policyReads(ask),
  };
}

function policyReads(
  ask: Ask,
): Pick<AwsReads, 'attachedPolicies' | 'inlinePolicies' | 'inlinePolicy' | 'managedPolicy'> {
  return {
    attachedPolicies: (RoleName, o) =>
      all((Marker) => {
        const doing = `list the policies of the IAM role ${RoleName}`;
        return ask('iam', 'ListAttachedRolePolicies', { RoleName, Marker }, doing, readAttached, o);
      }),
    inlinePolicies: (RoleName, o) =>
      all((Marker) => {
        const doing = `list the policies inside the IAM role ${RoleName}`;
        return ask('iam', 'ListRolePolicies', { RoleName, Marker }, doing, readPolicyNames, o);
      }),
    inlinePolicy: (RoleName, PolicyName, o) =>
      ask('iam', 'GetRolePolicy', { RoleName, PolicyName }, `read the policy ${PolicyName}`, readInline, o),
    managedPolicy: async (PolicyArn, o) => {
      const doing = `read the policy ${PolicyArn}`;
      const VersionId = await ask('iam', 'GetPolicy', { PolicyArn }, doing, readDefaultVersion, o);
      return ask('iam', 'GetPolicyVersion', { PolicyArn, VersionId }, doing, readVersion, o);
    },
  };
}

async function readAccessEntry(
  ask: Ask,
  { clusterName, principalArn }: { readonly clusterName: string; readonly principalArn: string },
  options: ReadOptions | undefined,
) {
  const doing = `read the access entry of ${principalArn}`;
  const entry = await ask('eks', 'DescribeAccessEntry', { clusterName, principalArn }, doing, readEntry, options);
  const policies = await all((nextToken) => {
    const input = { clusterName, principalArn, nextToken };
    return ask('eks', 'ListAssociatedAccessPolicies', input, doing, readAssociated, options);
  });
  return { ...entry, policies };
}

/** What changes something at AWS: admitted by the guard, sent once, never again. */
export function createAwsWrites(transport: AwsTransport, region: string | undefined, guard: MutationGuard): AwsWrites {
  const change = async (route: string, input: Input, doing: string, options?: ReadOptions): Promise<void> => {
    await guard.admit({ route });
    try {
      await asker(transport, region)('eks', route.replace('EKS ', ''), input, doing, () => undefined, options);
    } catch (error) {
      if (!outcomeUnclear(asFailure(error))) guard.refused({ route });
      throw error;
    }
  };
  return {
    createAccessEntry: (clusterName, { principalArn, type, groups, username }, o) =>
      change(
        AWS_ROUTES.createAccessEntry,
        { clusterName, principalArn, type, ...(groups ? { kubernetesGroups: groups } : {}), username },
        `create the access entry of ${principalArn}`,
        o,
      ),
    deleteAccessEntry: (clusterName, principalArn, o) =>
      change(
        AWS_ROUTES.deleteAccessEntry,
        { clusterName, principalArn },
        `delete the access entry of ${principalArn}`,
        o,
      ),
    associateAccessPolicy: (clusterName, principalArn, { policyArn, scope, namespaces }, o) =>
      change(
        AWS_ROUTES.associateAccessPolicy,
        {
          clusterName,
          principalArn,
          policyArn,
          accessScope: { type: scope, ...(scope === 'namespace' ? { namespaces } : {}) },
        },
        `give ${principalArn} the policy ${policyArn}`,
        o,
      ),
    disassociateAccessPolicy: (clusterName, principalArn, policyArn, o) =>
      change(
        AWS_ROUTES.disassociateAccessPolicy,
        { clusterName, principalArn, policyArn },
        `take the policy ${policyArn} from ${principalArn}`,
        o,
      ),
  };
}

type Ask = ReturnType<typeof asker>;

function asker(transport: AwsTransport, region: string | undefined) {
  return async <T>(
    service: Service,
    operation: string,
    input: Input,
    doing: string,
    read: (answer: unknown) => T,
    options?: ReadOptions,
  ): Promise<T> => {
    const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
    const call: AwsCall = { service, operation, input: given, region, signal: options?.signal };
    let answer: unknown;
    try {
      answer = await transport.send(call);
    } catch (error) {
      throw awsFailure(error, call, doing);
    }
    try {
      return read(answer);
    } catch (error) {
      throw unexpected(call, error);
    }
  };
}

function unexpected({ service, operation }: AwsCall, cause: unknown): Failure {
  return new Failure({
    kind: 'malformed',
    what: `AWS answered ${operation} with something unexpected`,
    next: 'The service may be newer than this program knows: report it.',
    where: `${service}:${operation}`,
    cause,
  });
}

async function all<T>(page: (next: string | undefined) => Promise<Page<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  let token: string | undefined;
  for (let count = 0; count < MAX_PAGES; count += 1) {
    const { items: more, next } = await page(token);
    items.push(...more);
    if (next === undefined || next === '') return items;
    token = next;
  }
  throw new Failure({ kind: 'malformed', what: 'A list of AWS does not end', next: 'Report it.' });
}

async function orNone<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof Failure && error.kind === 'not-found') return undefined;
    throw error;
  }
}
