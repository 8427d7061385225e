import * as z from 'zod/mini';
import type { AccessEntry, AccessPolicy } from '../../domain/access-entries.ts';
import { safeText } from '../../domain/safe-text.ts';
import type { AwsCaller, AwsPolicyRef, AwsRole, EksCluster } from '../aws-api.ts';

/** Answers of the AWS API: only the members that are used, everything else is dropped. */

const text = z.nullish(z.string());
const texts = z.nullish(z.array(z.string()));
const next = z.nullish(z.string());

const str = (value: string | null | undefined): string => safeText(value ?? '');
const strs = (values: readonly string[] | null | undefined): readonly string[] => (values ?? []).map(str);

const wireCluster = z.object({
  cluster: z.object({
    name: z.string(),
    arn: text,
    status: text,
    version: text,
    endpoint: text,
    accessConfig: z.nullish(z.object({ authenticationMode: text })),
  }),
});

export function readCluster(answer: unknown): EksCluster {
  const { cluster } = wireCluster.parse(answer);
  return {
    name: str(cluster.name),
    arn: str(cluster.arn),
    status: str(cluster.status),
    version: str(cluster.version),
    endpoint: str(cluster.endpoint),
    // Clusters from before access entries do not say, and are in the API's default (convox-api.md 9.1).
    authenticationMode: str(cluster.accessConfig?.authenticationMode) || 'CONFIG_MAP',
  };
}

/** One page of a list, and how to ask for the next. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

const wireClusters = z.object({ clusters: texts, nextToken: next });
const wireEntries = z.object({ accessEntries: texts, nextToken: next });

export function readClusters(answer: unknown): Page<string> {
  const { clusters, nextToken } = wireClusters.parse(answer);
  return { items: strs(clusters), next: nextToken ?? undefined };
}

export function readEntries(answer: unknown): Page<string> {
  const { accessEntries, nextToken } = wireEntries.parse(answer);
  return { items: strs(accessEntries), next: nextToken ?? undefined };
}

const wireEntry = z.object({
  accessEntry: z.object({ principalArn: z.string(), type: text, username: text, kubernetesGroups: texts }),
});

export function readEntry(answer: unknown): Omit<AccessEntry, 'policies'> {
  const { accessEntry } = wireEntry.parse(answer);
  const { principalArn, type, username, kubernetesGroups } = accessEntry;
  return {
    principalArn: str(principalArn),
    type: str(type),
    username: str(username) || undefined,
    kubernetesGroups: strs(kubernetesGroups),
  };
}

const wirePolicies = z.object({
  associatedAccessPolicies: z.nullish(
    z.array(z.object({ policyArn: z.string(), accessScope: z.nullish(z.object({ type: text, namespaces: texts })) })),
  ),
  nextToken: next,
});

export function readAssociated(answer: unknown): Page<AccessPolicy> {
  const { associatedAccessPolicies, nextToken } = wirePolicies.parse(answer);
  const items = (associatedAccessPolicies ?? []).map(
    ({ policyArn, accessScope }): AccessPolicy => ({
      policyArn: str(policyArn),
      scope: accessScope?.type === 'cluster' ? 'cluster' : 'namespace',
      namespaces: strs(accessScope?.namespaces),
    }),
  );
  return { items, next: nextToken ?? undefined };
}

const wireRole = z.object({ RoleName: z.string(), Arn: z.string(), Path: text, AssumeRolePolicyDocument: text });

function toRole({ RoleName, Arn, Path, AssumeRolePolicyDocument }: z.infer<typeof wireRole>): AwsRole {
  return {
    name: str(RoleName),
    arn: str(Arn),
    path: str(Path) || '/',
    trustPolicy: policyText(AssumeRolePolicyDocument),
  };
}

const wireGetRole = z.object({ Role: wireRole });
const wireRoles = z.object({ Roles: z.nullish(z.array(wireRole)), IsTruncated: z.nullish(z.boolean()), Marker: next });

export function readRole(answer: unknown): AwsRole {
  return toRole(wireGetRole.parse(answer).Role);
}

export function readRoles(answer: unknown): Page<AwsRole> {
  const { Roles, IsTruncated, Marker } = wireRoles.parse(answer);
  return { items: (Roles ?? []).map(toRole), next: IsTruncated ? (Marker ?? undefined) : undefined };
}

const wireAttached = z.object({
  AttachedPolicies: z.nullish(z.array(z.object({ PolicyName: text, PolicyArn: z.string() }))),
  IsTruncated: z.nullish(z.boolean()),
  Marker: next,
});
const wireNames = z.object({ PolicyNames: texts, IsTruncated: z.nullish(z.boolean()), Marker: next });

export function readAttached(answer: unknown): Page<AwsPolicyRef> {
  const { AttachedPolicies, IsTruncated, Marker } = wireAttached.parse(answer);
  const items = (AttachedPolicies ?? []).map(({ PolicyName, PolicyArn }) => ({
    name: str(PolicyName),
    arn: str(PolicyArn),
  }));
  return { items, next: IsTruncated ? (Marker ?? undefined) : undefined };
}

export function readPolicyNames(answer: unknown): Page<string> {
  const { PolicyNames, IsTruncated, Marker } = wireNames.parse(answer);
  return { items: strs(PolicyNames), next: IsTruncated ? (Marker ?? undefined) : undefined };
}

const wireInline = z.object({ PolicyDocument: z.string() });
const wirePolicy = z.object({ Policy: z.object({ DefaultVersionId: z.string() }) });
const wireVersion = z.object({ PolicyVersion: z.object({ Document: z.string() }) });

export function readInline(answer: unknown): string {
  return policyText(wireInline.parse(answer).PolicyDocument);
}

export function readDefaultVersion(answer: unknown): string {
  return wirePolicy.parse(answer).Policy.DefaultVersionId;
}

export function readVersion(answer: unknown): string {
  return policyText(wireVersion.parse(answer).PolicyVersion.Document);
}

const wireCaller = z.object({ Account: z.string(), Arn: z.string() });

export function readCaller(answer: unknown): AwsCaller {
  const { Account, Arn } = wireCaller.parse(answer);
  return { account: str(Account), arn: str(Arn) };
}

/** IAM sends policies URL-encoded (RFC 3986). */
function policyText(document: string | null | undefined): string {
  if (document === null || document === undefined) return '';
  if (!document.includes('%')) return document;
  try {
    return decodeURIComponent(document);
  } catch {
    return document;
  }
}
