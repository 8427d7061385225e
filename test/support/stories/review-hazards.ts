import type { PermissionRule } from '../../../src/domain/iam-review.ts';
import type { GuideStage } from './guide-stage.ts';
import type { HazardStory } from './hazard-story.ts';

const nothing = (): void => undefined;
const SECRET = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00';
const HEADER = 'User Name,Access Key Id,Secret Access Key';
const ROLE = 'convox-4f6b8a2c-ConsoleRole-1A2B3C4D5E';
const CONVOX = '665986001363';
const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';

/** What may never be on screen. */
export const REVIEW_SECRET = SECRET;

const file = (text: string) => (stage: GuideStage) => stage.home.write('keys.csv', text);
const KEYS = ['credentials.csv', 1, 'keys.csv'] as const;

const roleOf = ({ aws }: GuideStage, name = ROLE) => {
  const role = aws.roles.get(name);
  if (!role) throw new Error(`no role ${name}`);
  return role;
};

const trust = (principal: object, condition?: object) => (stage: GuideStage, name?: string) => {
  const statement = { Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' };
  roleOf(stage, name).trust = {
    Version: '2012-10-17',
    Statement: [condition ? { ...statement, Condition: condition } : statement],
  };
};
const externalId = (id: string) => ({ StringEquals: { 'sts:ExternalId': id } });
const trusts = (principal: object, condition?: object) => (stage: GuideStage) => trust(principal, condition)(stage);

function dropRoles({ aws }: GuideStage): void {
  for (const name of [...aws.roles.keys()]) if (/Convox|Console/.test(name)) aws.roles.delete(name);
}

const credentials = (form: string, text: string, words: RegExp): HazardStory => ({
  step: 'credentials',
  hazard: 'no key that the console can take',
  form,
  spoil: file(text),
  value: KEYS,
  word: 'blocked',
  words,
  next: /Download the file again/,
});

export const INTEGRATION_HAZARDS: readonly HazardStory[] = [
  credentials(
    'two keys',
    `${HEADER}\na,AKIAAAAAAAAAAAAAAAAA,${SECRET}\nb,AKIABBBBBBBBBBBBBBBB,${SECRET}\n`,
    /more than one key/,
  ),
  credentials('no key', `${HEADER}\n`, /no line with a key/),
  credentials('another file', `my notes, with ${SECRET}\nin, them\n`, /does not name the columns/),
  {
    step: 'credentials',
    hazard: 'no such file',
    spoil: nothing,
    value: ['credentials.csv', 1, 'nowhere.csv'],
    word: 'unknown',
    words: /could not be read/,
  },
  {
    step: 'role',
    hazard: 'no role',
    spoil: dropRoles,
    word: 'by hand',
    words: /no role of the integration in this account/,
    next: /--set organization=/,
  },
  {
    step: 'role',
    hazard: 'no role of this organisation',
    spoil: dropRoles,
    value: ['organisation id', 0, '77aa'],
    word: 'by hand',
    words: /--role-name ConvoxRole-77aa --path \/convox\//,
    next: /Run the commands/,
  },
  {
    step: 'role',
    hazard: 'two roles',
    spoil: ({ aws }) => aws.addRole('convox-99-ConsoleRole-ZZZZ', {}, { path: '/convox/' }),
    word: 'unknown',
    words: /not clear which role is meant/,
    next: /--set organization=/,
  },
  {
    step: 'role-review',
    hazard: 'trust-account',
    form: 'anybody',
    spoil: trusts({ AWS: '*' }),
    word: 'blocked',
    words: /The role trusts anybody/,
    next: /Let it trust account 665986001363 only/,
  },
  {
    step: 'role-review',
    hazard: 'trust-account',
    form: 'another account',
    spoil: trusts({ AWS: [CONVOX, '999999999999'] }, externalId('4f6b8a2c')),
    word: 'by hand',
    words: /trusts another account than Convox's: 999999999999/,
    next: /Make sure that this is meant/,
  },
  {
    step: 'role-review',
    hazard: 'trust-account',
    form: 'not Convox',
    spoil: trusts({ AWS: '999999999999' }, externalId('4f6b8a2c')),
    word: 'by hand',
    words: /999999999999/,
    next: /\S/,
  },
  {
    step: 'role-review',
    hazard: 'external-id',
    form: 'none',
    spoil: trusts({ AWS: CONVOX }),
    word: 'blocked',
    words: /asks for no sts:ExternalId/,
    next: /Ask for StringEquals/,
  },
  {
    step: 'role-review',
    hazard: 'external-id',
    form: 'loose',
    spoil: trusts({ AWS: CONVOX }, { StringLike: { 'sts:ExternalId': '*' } }),
    word: 'blocked',
    words: /loosely/,
    next: /Ask for StringEquals/,
  },
  {
    step: 'role-review',
    hazard: 'external-id',
    form: 'of another organisation',
    spoil: trusts({ AWS: CONVOX }, externalId('other')),
    word: 'blocked',
    words: /not the id of the organisation/,
    next: /Compare it/,
  },
  {
    step: 'role-review',
    hazard: 'attached',
    form: 'AdministratorAccess',
    spoil: (stage) => roleOf(stage).attached.push(ADMINISTRATOR),
    word: 'by hand',
    words: /AdministratorAccess/,
    next: /\S/,
  },
  {
    step: 'older-role',
    hazard: 'an older role is left',
    spoil: nothing,
    word: 'by hand',
    words: /ConvoxRole-4f6b8a2c is left beside the newer ConsoleRole/,
    next: /then remove it/,
  },
];

const inline = (statement: object) => (stage: GuideStage) =>
  roleOf(stage, 'staging-api').inline.set('api', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', ...statement }],
  });

/** Every rule of the review; the compiler misses a new one here. */
const RULES: Readonly<Record<PermissionRule, Omit<HazardStory, 'hazard'>>> = {
  'administrator-access': {
    step: 'administrator-access',
    spoil: (stage) => roleOf(stage, 'staging-api').attached.push(ADMINISTRATOR),
    word: 'blocked',
    words: /staging-api \(AdministratorAccess\)/,
    next: /\S/,
  },
  'all-actions-of-a-service': {
    step: 'administrator-access',
    spoil: nothing,
    word: 'by hand',
    words: /everything on everything of logs:\*/,
    next: /Name the actions and resources/,
  },
  'inverted-statement': {
    step: 'administrator-access',
    spoil: inline({ NotAction: 'iam:*', Resource: 'arn:aws:s3:::staging-storage/*' }),
    word: 'by hand',
    words: /allows everything but a list/,
    next: /Name what is needed instead/,
  },
  'unprefixed-resources': {
    step: 'prefixed-resources',
    spoil: inline({ Action: 's3:DeleteObject', Resource: 'arn:aws:s3:::prod-storage/*' }),
    word: 'by hand',
    words: /1 resource does not begin with the name of the rack/,
    next: /Narrow it/,
  },
  'missing-external-id': {
    step: 'trust',
    spoil: (stage) => trust({ AWS: '999999999999' })(stage, 'staging-api'),
    word: 'by hand',
    words: /trusts another account without a fixed sts:ExternalId/,
    next: /Ask for StringEquals/,
  },
  'open-trust': {
    step: 'trust',
    spoil: (stage) => trust({ AWS: '*' })(stage, 'staging-api'),
    word: 'blocked',
    words: /Anybody with an AWS account may assume this role/,
    next: /Name the account that may/,
  },
  unreadable: {
    step: 'readable',
    spoil: ({ aws }) => aws.denied.add('iam:GetRolePolicy'),
    word: 'unknown',
    words: /staging-api/,
    next: /\S/,
  },
};

export const REVIEW_HAZARDS: readonly HazardStory[] = [
  {
    step: 'roles',
    hazard: 'no role to review',
    spoil: ({ aws }) => {
      for (const name of ['staging-nodes', 'staging-api']) aws.roles.delete(name);
    },
    word: 'unknown',
    words: /No role under \/convox\/ begins with staging-/,
    next: /Check the name of the cluster/,
  },
  ...Object.entries(RULES).map(([hazard, story]): HazardStory => ({ hazard, ...story })),
];
