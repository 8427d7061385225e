import { ACCOUNT, roleEntry } from '../guide-samples.ts';
import { ACCESS_ENTRIES, KARPENTER } from './access-hazards.ts';
import { AWS_AUTH_HAZARDS } from './aws-auth-hazards.ts';
import type { GuideStage } from './guide-stage.ts';
import type { HazardStory, HazardVisit } from './hazard-story.ts';
import { INTEGRATION_HAZARDS, REVIEW_HAZARDS } from './review-hazards.ts';

const nothing = (): void => undefined;
const STRANGER = 'arn:aws:iam::999999999999:role/Stranger';
const CLUSTER_ROLE = 'eks-console-dashboard-full-access-clusterrole';

const expired: HazardStory = {
  step: 'aws-login',
  hazard: 'expired credentials',
  spoil: ({ aws }) => Object.assign(aws, { expired: true }),
  word: 'unknown',
  words: /expired/,
  next: /\S/,
};

/** With these every guide about a cluster begins. */
const cluster = (key: 'us-east-1/staging' | 'eu-west-1/eu'): readonly HazardStory[] => [
  expired,
  {
    step: 'cluster',
    hazard: 'a missing permission',
    spoil: ({ aws }) => aws.denied.add('eks:DescribeCluster'),
    word: 'unknown',
    words: /not authorized/,
    next: /\S/,
  },
  {
    step: 'cluster',
    hazard: 'no such cluster',
    spoil: ({ aws }) => aws.clusters.delete(key),
    word: 'unknown',
    words: /No cluster/i,
    next: /\S/,
  },
  {
    step: 'cluster',
    hazard: 'being changed',
    spoil: (stage) => Object.assign(stage.cluster(key), { status: 'UPDATING' }),
    word: 'under way',
    words: /is updating: wait until it is active/,
  },
  {
    step: 'cluster',
    hazard: 'not active',
    spoil: (stage) => Object.assign(stage.cluster(key), { status: 'FAILED' }),
    word: 'blocked',
    words: /is FAILED, not ACTIVE/,
    next: /Look at the cluster in the AWS console/,
  },
  {
    step: 'cluster',
    hazard: 'another account',
    spoil: (stage) =>
      stage.aws.clusters.set(key, {
        ...stage.cluster(key),
        arn: stage.cluster(key).arn.replace(ACCOUNT, '999999999999'),
      }),
    word: 'blocked',
    words: /belongs to account 999999999999/,
    next: /AWS_PROFILE/,
  },
  {
    step: 'cluster',
    hazard: 'an unknown mode',
    spoil: (stage) => Object.assign(stage.cluster(key), { mode: 'NEW_MODE' }),
    word: 'blocked',
    words: /mode that this program does not know/,
    next: /Update this program/,
  },
];

function dropRoles({ aws }: GuideStage): void {
  for (const name of [...aws.roles.keys()]) if (/Convox|Console/.test(name)) aws.roles.delete(name);
}

const CONSOLE_ROLE: readonly HazardStory[] = [
  ...cluster('us-east-1/staging'),
  {
    step: 'console-role',
    hazard: 'no role',
    spoil: dropRoles,
    word: 'unknown',
    words: /No role of the console was found/,
    next: /--set role=/,
  },
  {
    step: 'console-role',
    hazard: 'two roles',
    spoil: ({ aws }) => aws.addRole('convox-99-ConsoleRole-ZZZZ', {}, { path: '/convox/' }),
    word: 'unknown',
    words: /more than one role/,
    next: /--set role=/,
  },
  {
    step: 'console-role',
    hazard: 'a role of another account',
    spoil: nothing,
    value: ['ConsoleRole', 4, STRANGER],
    word: 'unknown',
    words: /999999999999/,
    next: /Copy the ARN/,
  },
  {
    step: 'console-role',
    hazard: 'a user',
    spoil: nothing,
    value: ['ConsoleRole', 4, `arn:aws:iam::${ACCOUNT}:user/ann`],
    word: 'unknown',
    words: /This is a user/,
    next: /Copy the ARN/,
  },
  ...AWS_AUTH_HAZARDS,
];

const EKS_VIEWING: readonly HazardStory[] = [
  {
    step: 'cluster-role',
    hazard: 'a v2 rack',
    spoil: (stage) => stage.rack('staging').change((rack) => void Object.assign(rack, { version: '20240101000000' })),
    word: 'blocked',
    words: /v2 rack/,
  },
  {
    step: 'cluster-role',
    hazard: 'too old to have it',
    spoil: (stage) => {
      stage.rack('staging').change((rack) => void Object.assign(rack, { version: '3.6.4' }));
      stage.kube('staging').clusterRoles.delete(CLUSTER_ROLE);
    },
    word: 'by hand',
    words: /too old to have made them/,
    next: /Save the manifest/,
  },
  {
    step: 'cluster-role',
    hazard: 'lost',
    spoil: (stage) => stage.kube('staging').clusterRoles.delete(CLUSTER_ROLE),
    word: 'blocked',
    words: /The cluster role is missing/,
    next: /terraform makes it again/,
  },
  {
    step: 'cluster-role',
    hazard: 'not bound',
    spoil: (stage) => Object.assign(stage.kube('staging'), { bindings: [] }),
    word: 'blocked',
    words: /Its binding is missing/,
    next: /terraform makes it again/,
  },
  {
    step: 'aws-auth-sound',
    hazard: 'path-in-role-arn',
    spoil: (stage) =>
      stage.setAwsAuth('staging', { mapRoles: `${stage.awsAuth('staging').mapRoles}${roleEntry('convox/Deployers')}` }),
    word: 'to do',
    words: /has the path in the role's ARN/,
    isOpen: true,
  },
  {
    step: 'mapping',
    hazard: 'a viewer of another account',
    spoil: nothing,
    value: ['who shall view', 4, STRANGER],
    word: 'unknown',
    words: /999999999999/,
    next: /--set principal=/,
  },
  {
    step: 'mapping',
    hazard: 'a path that is not known',
    value: ['who shall view', 4, `arn:aws:sts::${ACCOUNT}:assumed-role/Gone/ann`],
    spoil: (stage) => Object.assign(stage.cluster('us-east-1/staging'), { mode: 'API_AND_CONFIG_MAP' }),
    word: 'blocked',
    words: /The path of the role is not known/,
    next: /full ARN/,
  },
  {
    step: 'iam-policy',
    hazard: 'missing permissions',
    spoil: ({ aws }) => aws.addRole('Viewers', {}),
    value: ['who shall view', 4, `arn:aws:iam::${ACCOUNT}:role/Viewers`],
    word: 'by hand',
    words: /Viewers lacks \d+ permissions/,
    next: /viewer-policy\.json/,
    isOpen: true,
  },
];

export const AWS_HAZARDS: readonly HazardVisit[] = [
  { guide: 'console-role', rack: 'staging', stories: CONSOLE_ROLE },
  { guide: 'eks-viewing', rack: 'staging', stories: [...cluster('us-east-1/staging'), ...EKS_VIEWING] },
  { guide: 'aws-integration', rack: 'staging', stories: [expired, ...INTEGRATION_HAZARDS] },
  { guide: 'iam-review', rack: 'staging', stories: [...cluster('us-east-1/staging'), ...REVIEW_HAZARDS] },
  {
    guide: 'access-entries',
    rack: 'acme/eu',
    stories: [...cluster('eu-west-1/eu'), ...ACCESS_ENTRIES, ...KARPENTER],
  },
  {
    guide: 'access-entries',
    rack: 'staging',
    way: 'terraform',
    stories: [
      {
        step: 'enable',
        hazard: 'terraform keeps it',
        spoil: nothing,
        word: 'by hand',
        words: /terraform on this machine does it/,
        next: /convox rack params set eks_access_entries=true/,
      },
    ],
  },
  {
    guide: 'access-entries',
    rack: 'prod',
    way: 'gateway',
    stories: [
      {
        step: 'matrix',
        hazard: 'nobody here keeps it',
        spoil: nothing,
        word: 'unknown',
        words: /gateway/,
        next: /--set managed=org\/rack/,
      },
    ],
  },
];
