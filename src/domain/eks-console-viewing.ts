import { arnText, type IamPrincipal, mappingArn } from './aws-arn.ts';
import { mappingLines, type WantedMapping } from './aws-auth-append.ts';
import { atLeast, parseVersion } from './version.ts';

/** What racks newer than 3.6.4 bring along (convox-api.md 8.5). */
export const VIEWER_CLUSTER_ROLE = 'eks-console-dashboard-full-access-clusterrole';
export const VIEWER_GROUP = 'eks-console-dashboard-full-access-group';

export interface ViewingNeeds {
  /** The rack has the cluster role and its binding already. */
  readonly hasRole: boolean;
  /** What is to be applied to the cluster first; `''` where the rack has it. */
  readonly manifest: string;
  readonly why: string;
}

/** What this version of a rack still needs for the resources view of the EKS console; undefined: a v2 rack has no cluster. */
export function viewingNeeds(version: string): ViewingNeeds | undefined {
  const parsed = parseVersion(version);
  if (parsed.generation === 'v2') return undefined;
  // "> 3.6.4" of the published page: 3.6.4 itself does not have them.
  if (atLeast(parsed, '3.6.5')) {
    return { hasRole: true, manifest: '', why: 'Racks newer than 3.6.4 have the cluster role and its binding.' };
  }
  return {
    hasRole: false,
    manifest: viewerManifest(),
    why: 'Racks up to 3.6.4 have neither the cluster role nor its binding.',
  };
}

const RULES: readonly (readonly [string, readonly string[]])[] = [
  [
    '',
    [
      'nodes',
      'namespaces',
      'pods',
      'configmaps',
      'endpoints',
      'events',
      'limitranges',
      'persistentvolumeclaims',
      'persistentvolumes',
      'podtemplates',
      'replicationcontrollers',
      'resourcequotas',
      'serviceaccounts',
      'services',
    ],
  ],
  ['apps', ['deployments', 'daemonsets', 'statefulsets', 'replicasets']],
  ['batch', ['jobs', 'cronjobs']],
  ['autoscaling', ['horizontalpodautoscalers']],
  ['networking.k8s.io', ['ingresses', 'ingressclasses', 'networkpolicies']],
  ['policy', ['poddisruptionbudgets']],
  ['rbac.authorization.k8s.io', ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings']],
  ['storage.k8s.io', ['csidrivers', 'csinodes', 'storageclasses', 'volumeattachments']],
  ['coordination.k8s.io', ['leases']],
  ['discovery.k8s.io', ['endpointslices']],
  ['apiextensions.k8s.io', ['customresourcedefinitions']],
];

/** Cluster role and binding under the names that newer racks use; reads only, and no secrets. */
function viewerManifest(): string {
  const rules = RULES.flatMap(([group, resources]) => [
    `- apiGroups: ["${group}"]`,
    `  resources: [${resources.join(', ')}]`,
    '  verbs: [get, list]',
  ]);
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: ClusterRole',
    'metadata:',
    `  name: ${VIEWER_CLUSTER_ROLE}`,
    'rules:',
    ...rules,
    '---',
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: ClusterRoleBinding',
    'metadata:',
    '  name: eks-console-dashboard-full-access-binding',
    'subjects:',
    '- kind: Group',
    `  name: ${VIEWER_GROUP}`,
    '  apiGroup: rbac.authorization.k8s.io',
    'roleRef:',
    '  kind: ClusterRole',
    `  name: ${VIEWER_CLUSTER_ROLE}`,
    '  apiGroup: rbac.authorization.k8s.io',
    '',
  ].join('\n');
}

/** What the viewer needs in IAM: the console's calls to EKS, and the parameters with the images of nodes. */
export const VIEWER_ACTIONS: readonly string[] = [
  'eks:AccessKubernetesApi',
  'eks:DescribeAddonVersions',
  'eks:DescribeCluster',
  'eks:DescribeNodegroup',
  'eks:ListAddons',
  'eks:ListClusters',
  'eks:ListFargateProfiles',
  'eks:ListIdentityProviderConfigs',
  'eks:ListNodegroups',
  'eks:ListUpdates',
  'iam:ListRoles',
];

/** The complete policy of the viewer, as JSON text of several lines, for the account and partition of the cluster. */
export function viewerPolicy(account: string, partition: string): string {
  const policy = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: VIEWER_ACTIONS, Resource: '*' },
      { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: `arn:${partition}:ssm:*:${account}:parameter/*` },
    ],
  };
  return JSON.stringify(policy, null, 2);
}

/** The mapping of a viewer in aws-auth: a role goes to mapRoles, a user to mapUsers. */
export function viewerMapping(principal: IamPrincipal): WantedMapping {
  return { arn: mappingArn(principal), username: principal.name, groups: [VIEWER_GROUP] };
}

/** The same as lines to read or paste: the section and its new entry. */
export function viewerMappingLines(principal: IamPrincipal): readonly string[] {
  const section = principal.kind === 'role' ? 'mapRoles' : 'mapUsers';
  return [`${section}: |`, ...mappingLines(viewerMapping(principal)).map((line) => `  ${line}`)];
}

/** The access entry of a viewer, where the mode allows: the real ARN with its path, and the group; no policy. */
export function viewerEntry(principal: IamPrincipal): {
  readonly principalArn: string;
  readonly type: 'STANDARD';
  readonly kubernetesGroups: readonly string[];
} {
  return { principalArn: arnText(principal), type: 'STANDARD', kubernetesGroups: [VIEWER_GROUP] };
}
