import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readArn } from '../../../src/domain/aws-arn.ts';
import {
  CONVOX_ACCOUNT,
  findConsoleRole,
  isAdministratorAccess,
  pastedConsoleRole,
  reviewConsoleRole,
} from '../../../src/domain/console-role.ts';
import { createRoleCommands, type RemovalFacts, removalChecklist } from '../../../src/domain/console-role-commands.ts';
import { readPolicy } from '../../../src/domain/iam-policy.ts';

const ACCOUNT = '123456789012';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/`;
const HOME = { account: ACCOUNT, partition: 'aws' };

describe('findConsoleRole', () => {
  const newer = `${ROLE}convox/convox-org1-ConsoleRole-ABC123`;
  const older = `${ROLE}convox/ConvoxRole-org1`;
  const other = `${ROLE}convox/convox-org2-ConsoleRole-XYZ`;
  const nodes = `${ROLE}convox/demo-nodes`;
  it.each<[string, readonly string[], string | undefined, string, string]>([
    ['one', [nodes, newer], undefined, 'found', 'convox-org1-ConsoleRole-ABC123'],
    ['older only', [nodes, older], 'org1', 'found', 'ConvoxRole-org1'],
    ['newer before older', [older, newer], 'ORG1', 'found', 'convox-org1-ConsoleRole-ABC123'],
    ['two organisations', [newer, other], undefined, 'ambiguous', ''],
    ['two organisations, one is meant', [newer, other], 'org2', 'found', 'convox-org2-ConsoleRole-XYZ'],
    ['other organisation only', [other], 'org1', 'none', ''],
    ['none', [nodes, 'nonsense'], undefined, 'none', ''],
  ])('%s', (_name, arns, organization, kind, name) => {
    const search = findConsoleRole(
      arns.map((arn) => ({ arn })),
      organization,
    );
    expect(search.kind).toBe(kind);
    if (search.kind === 'found') expect(search.role.principal.name).toBe(name);
    else expect(search.why).toMatch(/\.$/);
  });
});

describe('pastedConsoleRole', () => {
  it.each([
    [`${ROLE}convox-org1-ConsoleRole-0`, 0],
    [` ${ROLE}convox/convox-org1-ConsoleRole-0`, 2],
    [`${ROLE}something`, 1],
  ])('%s has %i notes', (text, notes) => {
    const pasted = pastedConsoleRole(text, HOME);
    expect(pasted.kind === 'role' && pasted.notes).toHaveLength(notes);
  });

  it.each([
    [`arn:aws:iam::${ACCOUNT}:user/me`, /user/],
    [`arn:aws:iam::999999999999:role/x`, /999999999999/],
    [`arn:aws-cn:iam::${ACCOUNT}:role/x`, /partition/],
    ['x', /no ARN/],
  ])('%s is refused', (text, reason) => {
    const pasted = pastedConsoleRole(text, HOME);
    expect(pasted.kind === 'invalid' && pasted.reason).toMatch(reason);
  });
});

describe('reviewConsoleRole', () => {
  const trust = (principal: unknown, condition: unknown = { StringEquals: { 'sts:ExternalId': 'org1' } }) => ({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: principal,
        Action: 'sts:AssumeRole',
        ...(condition === null ? {} : { Condition: condition }),
      },
    ],
  });
  const review = (
    trustPolicy: unknown,
    attached: readonly { name: string; arn: string }[] | undefined = [
      { name: 'p', arn: `arn:aws:iam::${ACCOUNT}:policy/convox/ConvoxPolicy` },
    ],
  ) => {
    const read = readArn(`${ROLE}convox/convox-org1-ConsoleRole-0`);
    if (read.kind !== 'arn') throw new Error(read.reason);
    const checks = reviewConsoleRole({ principal: read.principal, trustPolicy, attached, organizationId: 'org1' });
    return Object.fromEntries(checks.map(({ id, state }) => [id, state]));
  };
  const good = trust({ AWS: CONVOX_ACCOUNT });

  it.each([
    ['as the console makes it', good, 'ok', 'ok'],
    ['as IAM gives it: URL-encoded', encodeURIComponent(JSON.stringify(good)), 'ok', 'ok'],
    ['account as ARN', trust({ AWS: [`arn:aws:iam::${CONVOX_ACCOUNT}:root`] }), 'ok', 'ok'],
    ['no external id', trust({ AWS: CONVOX_ACCOUNT }, null), 'ok', 'refused'],
    [
      'external id as a pattern',
      trust({ AWS: CONVOX_ACCOUNT }, { StringLike: { 'sts:ExternalId': '*' } }),
      'ok',
      'refused',
    ],
    [
      'external id may be absent',
      trust({ AWS: CONVOX_ACCOUNT }, { StringEqualsIfExists: { 'sts:ExternalId': 'org1' } }),
      'ok',
      'refused',
    ],
    [
      'id of another organisation',
      trust({ AWS: CONVOX_ACCOUNT }, { StringEquals: { 'sts:externalid': 'org2' } }),
      'ok',
      'refused',
    ],
    ['foreign account', trust({ AWS: [CONVOX_ACCOUNT, '999999999999'] }), 'attention', 'ok'],
    ['anybody', trust('*'), 'refused', 'ok'],
    ['only its own account', trust({ AWS: ACCOUNT }, null), 'attention', 'unknown'],
    ['a principal that was deleted', trust({ AWS: ['AIDAEXAMPLE', CONVOX_ACCOUNT] }), 'attention', 'ok'],
    ['unreadable', '%7Bx', 'unknown', 'unknown'],
    ['not known', undefined, 'unknown', 'unknown'],
  ])('%s', (_name, trustPolicy, account, externalId) => {
    expect(review(trustPolicy)).toMatchObject({ 'trust-account': account, 'external-id': externalId, path: 'ok' });
  });

  it.each([
    ['arn:aws:iam::aws:policy/AdministratorAccess', 'attention', true],
    ['arn:aws-cn:iam::aws:policy/AdministratorAccess', 'attention', true],
    [`arn:aws:iam::${ACCOUNT}:policy/AdministratorAccess`, 'ok', false],
  ])('%s', (arn, state, isAdministrator) => {
    expect(review(good, [{ name: 'x', arn }])['attached-policies']).toBe(state);
    expect(isAdministratorAccess(arn)).toBe(isAdministrator);
  });

  it('misses nothing that could not be listed', () => {
    const read = readArn(`arn:aws:sts::${ACCOUNT}:assumed-role/x/y`);
    if (read.kind !== 'arn') throw new Error(read.reason);
    const checks = reviewConsoleRole({
      principal: read.principal,
      trustPolicy: undefined,
      attached: undefined,
      organizationId: undefined,
    });
    expect(checks.map(({ state }) => state)).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
    expect(review(good, [])['attached-policies']).toBe('attention');
  });

  it('takes any document without throwing', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          fc.string(),
          fc.jsonValue().map((value) => ({ Statement: value })),
        ),
        (document) => {
          expect(Object.keys(review(document))).toHaveLength(4);
          if (readPolicy(document).kind === 'unreadable') expect(review(document)['trust-account']).toBe('unknown');
        },
      ),
    );
  });
});

describe('createRoleCommands', () => {
  it('carries the id in name and trust, in single quotes that nothing can leave', () => {
    const commands = createRoleCommands(' org-1 ');
    if (commands.kind !== 'commands') throw new Error(commands.reason);
    expect(commands.lines).toHaveLength(4);
    expect(commands.lines[1]).toContain('ConvoxRole-org-1 --path /convox/');
    const document = /--assume-role-policy-document '(.*)'$/.exec(commands.lines[1] ?? '')?.[1] ?? '';
    const read = readPolicy(document);
    expect(read.kind === 'policy' && read.statements[0]).toMatchObject({
      awsPrincipals: [CONVOX_ACCOUNT],
      conditions: [{ values: ['org-1'] }],
    });
  });

  it.each(['', "x'; rm -rf /", 'a b', '$(id)', '-x'])('refuses %s', (id) => {
    expect(createRoleCommands(id).kind).toBe('invalid');
  });
});

describe('removalChecklist', () => {
  const gone: RemovalFacts = {
    consoleRacks: [],
    role: undefined,
    roleExists: false,
    policyExists: false,
    policyAttachments: 0,
    clusters: [],
    setupUserExists: false,
  };
  const states = (facts: RemovalFacts) =>
    removalChecklist(facts)
      .map(({ state }) => state)
      .join(' ');
  it.each<[string, RemovalFacts, string]>([
    ['all gone', gone, 'ok ok ok ok ok'],
    ['racks need it', { ...gone, consoleRacks: ['acme/x'] }, 'refused ok ok ok ok'],
    ['mapped', { ...gone, clusters: ['x'] }, 'ok attention ok ok ok'],
    [
      'there',
      { ...gone, roleExists: true, policyExists: true, setupUserExists: true },
      'ok ok attention attention attention',
    ],
    [
      'not known',
      {
        ...gone,
        consoleRacks: undefined,
        roleExists: undefined,
        policyExists: undefined,
        clusters: undefined,
        setupUserExists: undefined,
      },
      'unknown unknown unknown unknown unknown',
    ],
  ])('%s', (_name, facts, wanted) => {
    expect(states(facts)).toBe(wanted);
  });

  it('shows commands for plain names only', () => {
    const role = {
      name: 'ConvoxRole-x',
      attachedPolicyArns: [`arn:aws:iam::${ACCOUNT}:policy/convox/ConvoxPolicy`, 'x; y'],
    };
    const evidence = (name: string) =>
      removalChecklist({ ...gone, roleExists: true, role: { ...role, name } })[2]?.evidence;
    expect(evidence('ConvoxRole-x')).toHaveLength(2);
    expect(evidence('$(x)')).toEqual([]);
  });
});
