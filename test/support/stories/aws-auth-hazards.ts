import type { AwsAuthDamageKind } from '../../../src/domain/aws-auth-damage.ts';
import { ACCOUNT, CONSOLE_ROLE, CONSOLE_ROLE_WITH_PATH, roleEntry } from '../guide-samples.ts';
import type { GuideStage } from './guide-stage.ts';
import type { HazardStory } from './hazard-story.ts';

const roles = (edit: (text: string) => string) => (stage: GuideStage) => {
  const before = stage.awsAuth('staging').mapRoles ?? '';
  const after = edit(before);
  if (after === before) throw new Error('aws-auth was not spoiled');
  stage.setAwsAuth('staging', { ...stage.awsAuth('staging'), mapRoles: after });
};

const added = (entry: string) => roles((text) => `${text}${entry}`);

type Damage = Omit<HazardStory, 'step' | 'hazard'>;
const SOUND = 'aws-auth-sound';

/** Only a person can say what was meant. */
const byPerson = (spoil: HazardStory['spoil'], words: RegExp, next: RegExp): Damage => ({
  spoil,
  word: 'blocked',
  words,
  next,
});
/** There is one way only that it can have been meant: the repair is offered, and everything behind waits. */
const repairable = (spoil: HazardStory['spoil'], words: RegExp): Damage => ({
  spoil,
  word: 'to do',
  words,
  isOpen: true,
});
/** Nobody is locked out by it: told, and not in the way. */
const told = (spoil: HazardStory['spoil'], words: RegExp): Damage => ({ spoil, word: 'ok', words, isOpen: true });

/** Every kind of damage (convox-api.md 9.2); the compiler misses a new one here. */
const DAMAGE: Readonly<Record<AwsAuthDamageKind, Damage>> = {
  unparsable: byPerson(added('- rolearn: [unclosed\n'), /mapRoles cannot be read/, /Correct the line by hand/),
  'lost-groups-line': repairable(
    roles((text) => text.replace(/( {2}username: operators\n) {2}groups:\n/, '$1')),
    /has lost its "groups:" line/,
  ),
  'wrong-indent': byPerson(
    roles((text) => text.replace(/^ {2}rolearn: /m, '    rolearn: ')),
    /is indented as part of the group above it/,
    /Indent it like "groups:"/,
  ),
  tabs: repairable(
    roles((text) => text.replace('  username: operators', '\tusername: operators')),
    /tab/i,
  ),
  'wrong-type': byPerson(
    added(roleEntry('Deployers').replace(/groups:\n.*\n/, 'groups: system:masters\n')),
    /groups has the wrong type/,
    /Write the groups as a list/,
  ),
  'repeated-key': byPerson(
    added(`${roleEntry('Deployers')}  username: twice\n`),
    /has a key twice: username/,
    /Decide which one is meant/,
  ),
  'missing-arn': byPerson(added('- username: nobody\n  groups:\n  - view\n'), /has no rolearn/, /Give it its rolearn/),
  'unreadable-arn': byPerson(
    added(roleEntry('x').replace(/rolearn: .*/, 'rolearn: Deployers')),
    /It matches nobody/,
    /Write the whole ARN/,
  ),
  'path-in-role-arn': repairable(added(roleEntry('convox/Deployers')), /has the path in the role's ARN/),
  'assumed-role-arn': repairable(
    added(roleEntry('x').replace(`iam::${ACCOUNT}:role/x`, `sts::${ACCOUNT}:assumed-role/Deployers/ann`)),
    /names a session/,
  ),
  'wrong-list': byPerson(added(roleEntry('x').replace(':role/x', ':user/ann')), /is a user/, /Move it to mapUsers/),
  'no-groups': told(added(`- rolearn: arn:aws:iam::${ACCOUNT}:role/Readers\n  username: readers\n`), /names no group/),
  'duplicate-entry': byPerson(
    added(roleEntry('Operators', ['view'])),
    /map the same ARN differently/,
    /Make one entry of them/,
  ),
  'missing-node-role': repairable(
    roles((text) => text.slice(text.indexOf('- rolearn:'))),
    /The node role staging-nodes is not mapped/,
  ),
  'node-role-groups': repairable(
    roles((text) => text.replace('  - system:nodes\n', '')),
    /The node role staging-nodes lacks system:nodes/,
  ),
  'wrong-account': told(added(roleEntry('x').replace(ACCOUNT, '999999999999')), /is of account 999999999999/),
};

const entries = (stage: GuideStage) => {
  const cluster = stage.cluster('us-east-1/staging');
  cluster.mode = 'API_AND_CONFIG_MAP';
  return cluster.entries;
};
const entry = (principalArn: string, type: string) => ({
  principalArn,
  type,
  username: principalArn,
  groups: [],
  policies: new Map(),
  createdAt: 0,
});

export const AWS_AUTH_HAZARDS: readonly HazardStory[] = [
  ...Object.entries(DAMAGE).map(([hazard, damage]): HazardStory => ({ step: SOUND, hazard, ...damage })),
  {
    step: SOUND,
    hazard: 'no aws-auth',
    spoil: (stage) => stage.kube('staging').configMaps.delete('kube-system/aws-auth'),
    word: 'blocked',
    words: /has no ConfigMap kube-system\/aws-auth/,
    next: /restore it from a copy/,
  },
  {
    step: 'aws-auth-mapping',
    hazard: 'mapped with fewer rights',
    spoil: added(roleEntry('x', ['view']).replace(/arn:aws\S*/, CONSOLE_ROLE)),
    word: 'to do',
    words: /has no entry in aws-auth that makes it an administrator/,
    isOpen: true,
  },
  {
    step: 'nodes',
    hazard: 'a node is not ready',
    spoil: roles((text) => text.slice(text.indexOf('- rolearn:'))),
    word: 'under way',
    words: /3 of 3 nodes are not ready/,
    next: /Look at aws-auth/,
    isOpen: true,
  },
  {
    step: 'access-entry',
    hazard: 'replace-entry',
    spoil: (stage) => entries(stage).set(CONSOLE_ROLE_WITH_PATH, entry(CONSOLE_ROLE_WITH_PATH, 'EC2_LINUX')),
    word: 'blocked',
    words: /of a type for nodes/,
    next: /Delete that entry by hand/,
  },
  {
    step: 'access-entry',
    hazard: 'associate-policy',
    spoil: (stage) => entries(stage).set(CONSOLE_ROLE_WITH_PATH, entry(CONSOLE_ROLE_WITH_PATH, 'STANDARD')),
    word: 'to do',
    words: /lacks the admin policy/,
    isOpen: true,
  },
];
