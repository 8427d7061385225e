import { ACCOUNT, CONSOLE_ROLE_WITH_PATH, roleEntry } from '../guide-samples.ts';
import type { GuideStage } from './guide-stage.ts';
import type { HazardStory } from './hazard-story.ts';

const entry = (principalArn: string) => ({
  principalArn,
  type: 'STANDARD',
  username: principalArn,
  groups: [],
  policies: new Map(),
  createdAt: 0,
});

/** As the world stands once the parameter was set. */
function enabled(stage: GuideStage, steps: 'parameter' | 'mode' | 'entries'): void {
  Object.assign(stage.entry().parameters ?? {}, { eks_access_entries: 'true' });
  const { cluster, nodes, caller } = {
    cluster: stage.cluster('eu-west-1/eu'),
    nodes: `arn:aws:iam::${ACCOUNT}:role/convox/eu-nodes`,
    caller: CONSOLE_ROLE_WITH_PATH,
  };
  if (steps === 'parameter') return;
  cluster.mode = 'API_AND_CONFIG_MAP';
  if (steps === 'mode') return;
  const policies = new Map([
    ['arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy', { type: 'cluster', namespaces: [] }],
  ]);
  cluster.entries.set(caller, { ...entry(caller), policies });
  cluster.entries.set(nodes, { ...entry(nodes), type: 'EC2_LINUX', groups: ['system:nodes'] });
}

const operators = `arn:aws:iam::${ACCOUNT}:role/Operators`;
const mapOperators = (stage: GuideStage) =>
  stage.setAwsAuth('acme/eu', {
    ...stage.awsAuth('acme/eu'),
    mapRoles: `${stage.awsAuth('acme/eu').mapRoles}${roleEntry('Operators')}`,
  });

export const ACCESS_ENTRIES: readonly HazardStory[] = [
  {
    step: 'gate',
    hazard: 'too old',
    spoil: (stage) => stage.rack('acme/eu').change((rack) => void Object.assign(rack, { version: '3.24.6' })),
    word: 'blocked',
    words: /3\.24\.7/,
    next: /Update the rack to 3\.24\.7 or later/,
  },
  {
    step: 'matrix',
    hazard: 'neither true nor false',
    spoil: (stage) => Object.assign(stage.entry().parameters ?? {}, { karpenter_auth_mode: 'perhaps' }),
    word: 'blocked',
    words: /neither true nor false/,
  },
  {
    step: 'aws-auth-sound',
    hazard: 'path-in-role-arn',
    spoil: (stage) =>
      stage.setAwsAuth('acme/eu', { mapRoles: `${stage.awsAuth('acme/eu').mapRoles}${roleEntry('convox/Deployers')}` }),
    word: 'to do',
    words: /has the path in the role's ARN/,
    isOpen: true,
  },
  {
    step: 'terraform-caller',
    hazard: 'cannot enter',
    spoil: (stage) =>
      stage.setAwsAuth('acme/eu', {
        mapRoles: (stage.awsAuth('acme/eu').mapRoles ?? '').replace(/- rolearn: \S*ConsoleRole[\s\S]*$/, ''),
      }),
    word: 'blocked',
    words: /cannot enter the cluster: the update would fail/,
    next: /First do the guide console-role/,
  },
  {
    step: 'mode',
    hazard: 'not switched yet',
    spoil: (stage) => enabled(stage, 'parameter'),
    word: 'under way',
    words: /The switch has not happened yet/,
    next: /Look at the update/,
  },
  {
    step: 'entries',
    hazard: 'not made yet',
    spoil: (stage) => enabled(stage, 'mode'),
    word: 'under way',
    words: /Not there yet: an administrator's entry of the console.*the EC2_LINUX entry of the nodes role/,
    next: /Wait for the end of the update/,
  },
  {
    step: 'everybody',
    hazard: 'an entry of less',
    spoil: (stage) => {
      enabled(stage, 'entries');
      mapOperators(stage);
      stage.cluster('eu-west-1/eu').entries.set(operators, entry(operators));
    },
    word: 'blocked',
    words: /1 of 3 principals enter with fewer rights than aws-auth gives them/,
    next: /Correct their access entries/,
  },
  {
    step: 'keep-aws-auth',
    hazard: 'unmapped principals',
    spoil: (stage) => {
      enabled(stage, 'entries');
      mapOperators(stage);
    },
    word: 'ok',
    words: /1 of 3 principals of aws-auth could not enter any more/,
    next: /Give each of them its access entry first/,
    isOpen: true,
  },
  {
    step: 'keep-aws-auth',
    hazard: 'whole accounts',
    spoil: (stage) => {
      enabled(stage, 'entries');
      stage.setAwsAuth('acme/eu', { ...stage.awsAuth('acme/eu'), mapAccounts: `- "${ACCOUNT}"\n` });
    },
    word: 'ok',
    words: /whole accounts/,
    next: /take the accounts out of aws-auth/,
    isOpen: true,
  },
  {
    step: 'downgrade',
    hazard: 'mode API',
    spoil: (stage) => {
      enabled(stage, 'entries');
      stage.cluster('eu-west-1/eu').mode = 'API';
    },
    word: 'ok',
    words: /<- now/,
    isOpen: true,
  },
];

const karpenter = (auth: string, entries: string, now: number, after: number): HazardStory => ({
  step: 'matrix',
  hazard: `row ${now}`,
  spoil: (stage) => {
    Object.assign(stage.entry().parameters ?? {}, { karpenter_auth_mode: auth, eks_access_entries: entries });
    if (auth === 'true' || entries === 'true') stage.cluster('eu-west-1/eu').mode = 'API_AND_CONFIG_MAP';
  },
  word: 'ok',
  words: now === after ? new RegExp(`row ${now} .*<- now`) : new RegExp(`row ${now} .*<- now.*row ${after} .*<- after`),
  isOpen: true,
});

/** Each of the four rows (convox-api.md 9.4), before and after. */
export const KARPENTER: readonly HazardStory[] = [
  karpenter('false', 'false', 1, 3),
  karpenter('true', 'false', 2, 4),
  karpenter('false', 'true', 3, 3),
  karpenter('true', 'true', 4, 4),
];
