import { arnKey, type IamPrincipal } from './aws-arn.ts';
import { NODE_GROUPS } from './aws-auth-damage.ts';
import type { AwsAuthEntry, AwsAuthMap } from './aws-auth-map.ts';

/** EKS access entry (convox-api.md 9.3). `type` is an open set: STANDARD, EC2_LINUX, EC2_WINDOWS, FARGATE_LINUX ... */
export interface AccessEntry {
  /** The real ARN, path included. */
  readonly principalArn: string;
  readonly type: string;
  readonly username: string | undefined;
  readonly kubernetesGroups: readonly string[];
  readonly policies: readonly AccessPolicy[];
}

export interface AccessPolicy {
  readonly policyArn: string;
  readonly scope: 'cluster' | 'namespace';
  /** Of a namespace scope. */
  readonly namespaces: readonly string[];
}

const ADMIN_POLICY = 'AmazonEKSClusterAdminPolicy';
/** Types for nodes: they take neither groups nor policies. */
const NODE_TYPES: ReadonlySet<string> = new Set(['EC2_LINUX', 'EC2_WINDOWS', 'FARGATE_LINUX', 'EC2', 'HYBRID_LINUX']);

/** `arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`, in the partition of the cluster. */
export function adminPolicyArn(partition: string): string {
  return `arn:${partition}:eks::aws:cluster-access-policy/${ADMIN_POLICY}`;
}

export function isNodeType(type: string): boolean {
  return NODE_TYPES.has(type);
}

/** Admin of the whole cluster: STANDARD with the admin policy in cluster scope. A namespace scope is not enough. */
export function isClusterAdmin(entry: AccessEntry): boolean {
  return (
    entry.type === 'STANDARD' &&
    entry.policies.some(({ policyArn, scope }) => scope === 'cluster' && policyArn.endsWith(`/${ADMIN_POLICY}`))
  );
}

/** An entry without any right: it hides a good mapping in aws-auth (convox-api.md 9.3). */
export function grantsNothing(entry: AccessEntry): boolean {
  return !isNodeType(entry.type) && entry.policies.length === 0 && entry.kubernetesGroups.length === 0;
}

/** The entry that would give a principal what its mapping in aws-auth gives it. */
export type WantedEntry =
  | {
      readonly kind: 'entry';
      readonly type: 'STANDARD' | 'EC2_LINUX' | 'EC2_WINDOWS' | 'FARGATE_LINUX';
      /** Undefined where EKS' own default does. */
      readonly username: string | undefined;
      readonly kubernetesGroups: readonly string[];
      /** With the cluster admin policy, cluster scope. */
      readonly admin: boolean;
      /** What a person should know before; whole sentences. */
      readonly notes: readonly string[];
    }
  /** No entry can say the same; `why` is a whole sentence. */
  | { readonly kind: 'none'; readonly why: string };

/**
 * groups -> entry: nodes become a node type, `system:masters` becomes the admin policy, other groups stay groups; groups that
 * begin with `system:` cannot stand on an entry (convox-api.md 9.3).
 */
export function wantedEntry(mapping: Pick<AwsAuthEntry, 'username' | 'groups' | 'principal'>): WantedEntry {
  if (!mapping.principal) return { kind: 'none', why: 'Its ARN cannot be read: today it matches nobody.' };
  const { groups } = mapping;
  if (groups.some((group) => NODE_GROUPS.includes(group))) return nodeEntry(mapping.principal, groups);
  const admin = groups.includes('system:masters');
  // Everybody who logs in has these two anyway.
  const rest = groups.filter(
    (group) => !['system:masters', 'system:authenticated', 'system:basic-user'].includes(group),
  );
  const refused = rest.filter((group) => group.startsWith('system:'));
  if (refused.length > 0) {
    return {
      kind: 'none',
      why: 'It has groups that begin with system:, which no access entry takes: bind their rights to a group of another name first.',
    };
  }
  if (!admin && rest.length === 0 && mapping.username === undefined) {
    return { kind: 'none', why: 'It has neither a name nor groups: it grants nothing that could be kept.' };
  }
  const name = mapping.username;
  const takesName = name === undefined || !/^(?:system|eks|aws|amazon|iam):/i.test(name);
  if (!takesName && !admin) {
    return {
      kind: 'none',
      why: 'Its name begins with a prefix that access entries do not take: rights bound to that name would be lost.',
    };
  }
  const notes = takesName
    ? []
    : ['Its name cannot be kept: access entries do not take that prefix. The admin policy does not need it.'];
  return {
    kind: 'entry',
    type: 'STANDARD',
    username: takesName ? name : undefined,
    kubernetesGroups: rest,
    admin,
    notes,
  };
}

function nodeEntry(principal: IamPrincipal, groups: readonly string[]): WantedEntry {
  if (principal.kind !== 'role')
    return { kind: 'none', why: 'A user cannot be a node: entries for nodes are for roles.' };
  const others = groups.filter((group) => !NODE_GROUPS.includes(group));
  const node = { kind: 'entry', username: undefined, kubernetesGroups: [], admin: false } as const;
  if (others.includes('eks:kube-proxy-windows')) return { ...node, type: 'EC2_WINDOWS', notes: [] };
  if (others.includes('system:node-proxier')) return { ...node, type: 'FARGATE_LINUX', notes: [] };
  if (others.length > 0) {
    return {
      kind: 'none',
      why: 'It is a role of nodes with further groups; an entry for nodes takes none: give those to a role of their own.',
    };
  }
  return { ...node, type: 'EC2_LINUX', notes: [] };
}

export type CoverageState =
  | 'covered' // an entry gives at least what the mapping gives
  | 'weaker' // an entry exists and gives less: it already overrides the mapping
  | 'missing' // no entry
  | 'impossible'; // no entry can express it

/** One principal of aws-auth, and how it would get in without aws-auth. */
export interface Coverage {
  readonly mapping: AwsAuthEntry;
  readonly entry: AccessEntry | undefined;
  readonly wanted: WantedEntry;
  readonly state: CoverageState;
  /** What is lacking; a whole sentence, `''` where covered. */
  readonly why: string;
}

/**
 * For every principal of aws-auth: can it still enter through an access entry alone? Entries carry the path, mappings do not;
 * the names of roles are unique in an account, so both are compared without it.
 */
export function coverage(
  map: Pick<AwsAuthMap, 'roles' | 'users'>,
  entries: readonly AccessEntry[],
): readonly Coverage[] {
  const byKey = new Map(entries.map((entry) => [arnKey(entry.principalArn), entry] as const));
  return [...map.roles, ...map.users].map((mapping) => {
    const wanted = wantedEntry(mapping);
    const entry = byKey.get(arnKey(mapping.arn));
    const judged = judge(wanted, entry);
    return { mapping, entry, wanted, ...judged };
  });
}

function judge(wanted: WantedEntry, entry: AccessEntry | undefined): Pick<Coverage, 'state' | 'why'> {
  if (wanted.kind === 'none') return { state: 'impossible', why: wanted.why };
  if (!entry) return { state: 'missing', why: 'It has no access entry.' };
  if (wanted.type !== 'STANDARD') {
    if (entry.type === wanted.type) return { state: 'covered', why: '' };
    return { state: 'weaker', why: `Its entry has the type ${plain(entry.type)}; nodes need ${wanted.type}.` };
  }
  if (entry.type !== 'STANDARD')
    return { state: 'weaker', why: `Its entry has the type ${plain(entry.type)}, which is not for people.` };
  // Whoever is admin of the whole cluster lacks nothing, whatever groups it has.
  if (isClusterAdmin(entry)) return { state: 'covered', why: '' };
  if (wanted.admin) return { state: 'weaker', why: `Its entry lacks ${ADMIN_POLICY} for the whole cluster.` };
  const lacking = wanted.kubernetesGroups.filter((group) => !entry.kubernetesGroups.includes(group));
  if (lacking.length > 0)
    return {
      state: 'weaker',
      why: `Its entry lacks ${lacking.length === 1 ? 'a group' : `${lacking.length} groups`} of its mapping.`,
    };
  if (wanted.username !== undefined && entry.username !== wanted.username) {
    return { state: 'weaker', why: 'Its entry has another name: rights that are bound to the name would be lost.' };
  }
  return { state: 'covered', why: '' };
}

/** Types come from AWS and are constants; anything else is not repeated. */
function plain(type: string): string {
  return /^[A-Z][A-Z0-9_]{0,40}$/.test(type) ? type : '(unknown)';
}

/** Principals that could not enter any more, with aws-auth gone. */
export function unmapped(list: readonly Coverage[]): readonly Coverage[] {
  return list.filter(({ state }) => state !== 'covered');
}
