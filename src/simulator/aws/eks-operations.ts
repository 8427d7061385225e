import { AwsError, notFound } from './aws-error.ts';
import type { AwsWorld, FakeCluster, FakeEntry, Operation } from './aws-world.ts';

type Input = Readonly<Record<string, unknown>>;

const PAGE = 100;

/** The calls about clusters and access entries (convox-api.md 9.3). */
export const eksOperations: Readonly<Record<string, Operation>> = {
  DescribeCluster: (world, input, region) => ({ cluster: describe(clusterNamed(world, input.name, region)) }),
  ListClusters: ({ clusters }, input, region) =>
    page(
      'clusters',
      [...clusters.values()].filter((cluster) => cluster.region === region).map(({ name }) => name),
      input,
    ),
  ListAccessEntries: (world, input, region) =>
    page('accessEntries', [...withEntries(world, input, region).entries.keys()], input),
  DescribeAccessEntry: (world, input, region) => ({ accessEntry: shape(entryOf(world, input, region)) }),
  ListAssociatedAccessPolicies: (world, input, region) => {
    const entry = entryOf(world, input, region);
    return {
      clusterName: input.clusterName,
      principalArn: entry.principalArn,
      associatedAccessPolicies: [...entry.policies].map(([policyArn, accessScope]) => ({ policyArn, accessScope })),
    };
  },
  CreateAccessEntry: createEntry,
  DeleteAccessEntry: (world, input, region) => {
    const entry = entryOf(world, input, region);
    withEntries(world, input, region).entries.delete(entry.principalArn);
    return {};
  },
  AssociateAccessPolicy: associate,
  DisassociateAccessPolicy: (world, input, region) => {
    const entry = entryOf(world, input, region);
    if (!entry.policies.delete(text(input.policyArn))) throw notFound('No such policy association.');
    return {};
  },
};

function describe({ entries: _entries, region: _region, mode, ...cluster }: FakeCluster): object {
  const accessConfig = { authenticationMode: mode, bootstrapClusterCreatorAdminPermissions: true };
  const endpoint = `https://${cluster.name}.gr7.${_region}.eks.amazonaws.com`;
  return { ...cluster, endpoint, platformVersion: 'eks.7', accessConfig };
}

function clusterNamed({ clusters }: AwsWorld, name: unknown, region: string): FakeCluster {
  const cluster = clusters.get(`${region}/${text(name)}`);
  if (!cluster) throw notFound(`No cluster found for name: ${text(name)}.`);
  return cluster;
}

function withEntries(world: AwsWorld, input: Input, region: string): FakeCluster {
  const cluster = clusterNamed(world, input.clusterName, region);
  if (cluster.mode !== 'CONFIG_MAP') return cluster;
  const modes = '[API, API_AND_CONFIG_MAP]';
  const message = `The cluster's authentication mode must be set to one of ${modes} to perform this operation.`;
  throw new AwsError('InvalidRequestException', message);
}

function entryOf(world: AwsWorld, input: Input, region: string): FakeEntry {
  const entry = withEntries(world, input, region).entries.get(text(input.principalArn));
  if (entry) return entry;
  throw notFound(
    'The specified principalArn could not be found. You can view your available access entries with "list-access-entries".',
  );
}

function createEntry(world: AwsWorld, input: Input, region: string): unknown {
  const { entries } = withEntries(world, input, region);
  const principalArn = text(input.principalArn);
  const type = text(input.type) || 'STANDARD';
  const groups = Array.isArray(input.kubernetesGroups) ? input.kubernetesGroups.map(text) : [];
  if (entries.has(principalArn)) {
    throw new AwsError(
      'ResourceInUseException',
      'The specified access entry resource is already in use on this cluster.',
      409,
    );
  }
  const exists = principalArn.includes(':user/') || [...world.roles.values()].some(({ arn }) => arn === principalArn);
  if (!exists)
    throw new AwsError('InvalidParameterException', 'The specified principalArn is invalid: invalid principal.');
  if (groups.some((group) => group.startsWith('system:'))) {
    throw new AwsError('InvalidParameterException', "The kubernetesGroups name can't start with 'system:'.");
  }
  if (type !== 'STANDARD' && groups.length > 0) {
    throw new AwsError('InvalidParameterException', `An access entry of type ${type} takes no groups.`);
  }
  const username = text(input.username) || (type === 'STANDARD' ? principalArn : 'system:node:{{EC2PrivateDNSName}}');
  const entry: FakeEntry = { principalArn, type, username, groups, policies: new Map(), createdAt: world.now() };
  entries.set(principalArn, entry);
  return { accessEntry: shape(entry) };
}

function associate(world: AwsWorld, input: Input, region: string): unknown {
  const entry = entryOf(world, input, region);
  const policyArn = text(input.policyArn);
  if (entry.type !== 'STANDARD') {
    throw new AwsError(
      'InvalidParameterException',
      `Access policies can't be associated with an entry of type ${entry.type}.`,
    );
  }
  if (!/^arn:aws[a-z-]*:eks::aws:cluster-access-policy\/AmazonEKS[A-Za-z]*Policy$/.test(policyArn)) {
    throw new AwsError('InvalidParameterException', 'The policyArn parameter format is not valid');
  }
  const scope = (typeof input.accessScope === 'object' ? input.accessScope : {}) as Input;
  const namespaces = Array.isArray(scope.namespaces) ? scope.namespaces.map(text) : [];
  entry.policies.set(policyArn, { type: text(scope.type), namespaces });
  return { clusterName: input.clusterName, principalArn: entry.principalArn };
}

function shape({ principalArn, type, username, groups, createdAt }: FakeEntry): object {
  // As the SDK hands it on; over HTTP it is a number of seconds.
  const at = new Date(createdAt);
  return { principalArn, type, username, kubernetesGroups: groups, tags: {}, createdAt: at, modifiedAt: at };
}

function page(name: string, items: readonly string[], input: Input): object {
  const from = Number(text(input.nextToken) || 0);
  const more = from + PAGE < items.length;
  return { [name]: items.slice(from, from + PAGE), ...(more ? { nextToken: String(from + PAGE) } : {}) };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
