import { kubeOf } from '../kubernetes/kube-world.ts';
import type { SimulatedRack } from '../world/simulated-rack.ts';
import { AwsWorld, type FakeCluster, type FakeRole } from './aws-world.ts';

const ACCOUNT = '123456789012';
/** Id of the organisation at the console, and Convox's own account that may act for it (convox-api.md 8.5). */
const ORGANISATION = '4f6b8a2c';
const CONVOX_ACCOUNT = '665986001363';
const ADMIN_POLICY = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';

/**
 * The AWS account of the demo: prod uses access entries, staging and eu still aws-auth; ConsoleRole may enter prod and eu, but
 * not staging. The old integration role has more rights than it needs.
 */
export function demoAccount(
  racks: { prod: SimulatedRack; staging: SimulatedRack; eu: SimulatedRack },
  now: () => number,
): AwsWorld {
  const world = new AwsWorld({ account: ACCOUNT, now });
  const consoleRole = addRoles(world);
  const operators = world.roles.get('Operators');
  const prod = addRack(world, racks.prod, { region: 'us-east-1', mode: 'API_AND_CONFIG_MAP' });
  addRack(world, racks.staging, { region: 'us-east-1', mode: 'CONFIG_MAP', people: operators ? [operators] : [] });
  addRack(world, racks.eu, { region: 'eu-west-1', mode: 'CONFIG_MAP', people: [consoleRole] });
  for (const role of [consoleRole, operators]) if (role) letIn(prod, role, now());
  return world;
}

function addRoles(world: AwsWorld): FakeRole {
  const consoleRole = world.addRole(`convox-${ORGANISATION}-ConsoleRole-1A2B3C4D5E`, trustOfConvox(), {
    path: '/convox/',
  });
  const boundary = world.addPolicy('ConvoxConsole', allow(['ec2:*', 'eks:*', 's3:*', 'iam:*'], '*'), '/convox/');
  consoleRole.attached.push(boundary.arn);
  const old = world.addRole(`ConvoxRole-${ORGANISATION}`, trustOfConvox(), { path: '/convox/' });
  const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';
  world.policies.set(administrator, { name: 'AdministratorAccess', arn: administrator, document: allow(['*'], '*') });
  old.attached.push(administrator);
  world.addRole('Operators', trust({ AWS: `arn:aws:iam::${ACCOUNT}:root` }));
  return consoleRole;
}

function addRack(
  world: AwsWorld,
  rack: SimulatedRack,
  options: { readonly region: string; readonly mode: FakeCluster['mode']; readonly people?: readonly FakeRole[] },
): FakeCluster {
  const name = rack.shortName;
  const cluster = world.addCluster(name, options.region, options.mode);
  const nodes = world.addRole(`${name}-nodes`, trust({ Service: 'ec2.amazonaws.com' }), {
    path: '/convox/',
    attached: [
      managed(world, 'AmazonEKSWorkerNodePolicy'),
      managed(world, 'AmazonEKS_CNI_Policy'),
      managed(world, 'AmazonEC2ContainerRegistryReadOnly'),
    ],
  });
  const api = world.addRole(`${name}-api`, trust({ Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.eks` }), {
    path: '/convox/',
  });
  api.inline.set('api', {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['ecr:*'], Resource: `arn:aws:ecr:${options.region}:${ACCOUNT}:repository/${name}/*` },
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: `arn:aws:s3:::${name}-storage/*` },
      { Effect: 'Allow', Action: ['logs:*'], Resource: '*' },
    ],
  });
  if (options.mode !== 'CONFIG_MAP') nodesEntry(cluster, nodes, world.now());
  const kube = kubeOf(rack);
  kube.nodeRole = nodes.name;
  kube.nodesHaveEntry = () => cluster.mode !== 'CONFIG_MAP' && cluster.entries.has(nodes.arn);
  kube.setConfigMap('kube-system', 'aws-auth', { mapRoles: mapRoles([nodes], options.people ?? []) });
  kube.clusterRoles.add('eks-console-dashboard-full-access-clusterrole');
  kube.bindings.push({
    name: 'eks-console-dashboard-full-access-binding',
    role: 'eks-console-dashboard-full-access-clusterrole',
    groups: ['eks-console-dashboard-full-access-group'],
  });
  return cluster;
}

/** As EKS writes it when a managed node group is made, and people append to it. */
function mapRoles(nodes: readonly FakeRole[], people: readonly FakeRole[]): string {
  const ofNodes = nodes.map(
    ({ name }) =>
      `- groups:\n  - system:bootstrappers\n  - system:nodes\n  rolearn: arn:aws:iam::${ACCOUNT}:role/${name}\n  username: system:node:{{EC2PrivateDNSName}}\n`,
  );
  const ofPeople = people.map(({ name }) => {
    const username = name.includes('ConsoleRole') ? 'convox-console' : name.toLowerCase();
    return `- rolearn: arn:aws:iam::${ACCOUNT}:role/${name}\n  username: ${username}\n  groups:\n  - system:masters\n`;
  });
  return [...ofNodes, ...ofPeople].join('');
}

function letIn(cluster: FakeCluster, { arn }: FakeRole, createdAt: number): void {
  const policies = new Map([[ADMIN_POLICY, { type: 'cluster', namespaces: [] }]]);
  cluster.entries.set(arn, { principalArn: arn, type: 'STANDARD', username: arn, groups: [], policies, createdAt });
}

function nodesEntry(cluster: FakeCluster, { arn }: FakeRole, createdAt: number): void {
  const username = 'system:node:{{EC2PrivateDNSName}}';
  const groups = ['system:nodes'];
  cluster.entries.set(arn, { principalArn: arn, type: 'EC2_LINUX', username, groups, policies: new Map(), createdAt });
}

function managed(world: AwsWorld, name: string): string {
  const arn = `arn:aws:iam::aws:policy/${name}`;
  world.policies.set(arn, { name, arn, document: allow(['ec2:Describe*', 'ecr:GetAuthorizationToken'], '*') });
  return arn;
}

function trustOfConvox(): object {
  return trust({ AWS: CONVOX_ACCOUNT }, { StringEquals: { 'sts:ExternalId': ORGANISATION } });
}

function trust(principal: object, condition?: object): object {
  const statement = { Effect: 'Allow', Principal: principal, Action: ['sts:AssumeRole'] };
  return { Version: '2012-10-17', Statement: [condition ? { ...statement, Condition: condition } : statement] };
}

function allow(actions: readonly string[], resource: string): object {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: resource }] };
}

/**
 * What terraform does at AWS when it is run by the console (convox-api.md 9.4): with `eks_access_entries` the mode is switched,
 * whoever runs it and the nodes get their entries. Without a way into the cluster it fails before that.
 */
export function applyParameters(
  world: AwsWorld,
  update: { readonly cluster: string; readonly region: string; readonly parameters: Readonly<Record<string, string>> },
): void {
  const cluster = world.clusters.get(`${update.region}/${update.cluster}`);
  if (!cluster || update.parameters.eks_access_entries !== 'true') return;
  if (cluster.mode === 'CONFIG_MAP') cluster.mode = 'API_AND_CONFIG_MAP';
  const nodes = world.roles.get(`${update.cluster}-nodes`);
  if (nodes && !cluster.entries.has(nodes.arn)) nodesEntry(cluster, nodes, world.now());
  const role = [...world.roles.values()].find(({ name }) => name.includes('-ConsoleRole-'));
  if (role && !cluster.entries.has(role.arn)) letIn(cluster, role, world.now());
}
