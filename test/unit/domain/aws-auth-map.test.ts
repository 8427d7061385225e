import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAwsAuth } from '../../../src/domain/aws-auth-map.ts';

const NODES = `- groups:
  - system:bootstrappers
  - system:nodes
  rolearn: arn:aws:iam::123456789012:role/demo-nodes
  username: system:node:{{EC2PrivateDNSName}}
`;
const CONSOLE = `- rolearn: arn:aws:iam::123456789012:role/convox-ORG-ConsoleRole-0
  username: convox-console
  groups:
  - system:masters
`;

function kinds(mapRoles: string, around = {}) {
  return readAwsAuth({ mapRoles }, around).damage.map(({ kind }) => kind);
}

describe('readAwsAuth', () => {
  it('reads roles, users and accounts', () => {
    const map = readAwsAuth({
      mapRoles: NODES + CONSOLE,
      mapUsers: '- userarn: arn:aws:iam::123456789012:user/team/me\n  username: me\n  groups: [system:masters]\n',
      mapAccounts: '- "123456789012"\n',
    });
    expect(map.damage).toEqual([]);
    expect(map.writable).toBe(true);
    expect(map.accounts).toEqual(['123456789012']);
    expect(map.roles.map(({ line, groups, username }) => ({ line, groups, username }))).toEqual([
      { line: 1, groups: ['system:bootstrappers', 'system:nodes'], username: 'system:node:{{EC2PrivateDNSName}}' },
      { line: 6, groups: ['system:masters'], username: 'convox-console' },
    ]);
    expect(map.users[0]?.principal?.path).toBe('/team/');
  });

  it.each([
    ['no data at all', undefined],
    ['no keys', {}],
    ['empty text', { mapRoles: '' }],
    ['comment only', { mapRoles: '# nothing yet\n' }],
    ['null', { mapRoles: 'null\n' }],
    ['empty list', { mapRoles: '[]' }],
  ])('%s: readable, without the node role', (_name, data) => {
    const map = readAwsAuth(data);
    expect(map.damage.map(({ kind }) => kind)).toEqual(['missing-node-role']);
    expect(map.writable).toBe(true);
  });

  it.each([
    ['groups line lost, same indent', CONSOLE.replace('  groups:\n', ''), 'lost-groups-line', false],
    ['groups line lost, deeper indent', CONSOLE.replace('  groups:\n  -', '    -'), 'lost-groups-line', false],
    [
      'as published',
      '- groups:\n  - viewers\n    rolearn: arn:aws:iam::123456789012:role/x\n    username: x\n',
      'wrong-indent',
      false,
    ],
    ['tab', CONSOLE.replace('  username', '\tusername'), 'tabs', false],
    ['tab that a kind parser takes', `${CONSOLE}\t\n${CONSOLE.replace('-0', '-1')}`, 'tabs', false],
    ['path', CONSOLE.replace('role/', 'role/convox/'), 'path-in-role-arn', true],
    [
      'session',
      CONSOLE.replace('iam::123456789012:role/', 'sts::123456789012:assumed-role/').replace('-0', '-0/me'),
      'assumed-role-arn',
      true,
    ],
    ['user among roles', CONSOLE.replace(':role/', ':user/'), 'wrong-list', true],
    ['userarn among roles', CONSOLE.replace('rolearn', 'userarn'), 'wrong-list', true],
    ['no arn', '- username: x\n', 'missing-arn', true],
    ['half an arn', CONSOLE.replace('123456789012', '1234'), 'unreadable-arn', true],
    ['name is a number', CONSOLE.replace('convox-console', '12'), 'wrong-type', false],
    ['name is a boolean in YAML 1.1', CONSOLE.replace('convox-console', 'no'), 'wrong-type', false],
    ['groups is a text', CONSOLE.replace('groups:\n  - system:masters', 'groups: system:masters'), 'wrong-type', false],
    ['item is a text', '- hello\n', 'wrong-type', false],
    ['key twice', `${CONSOLE}  username: other\n`, 'repeated-key', false],
    ['no groups', CONSOLE.replace('  groups:\n  - system:masters\n', ''), 'no-groups', true],
    ['same entry twice', CONSOLE + CONSOLE, 'duplicate-entry', true],
    ['no YAML', '- {rolearn: [\n', 'unparsable', false],
    ['a map', 'rolearn: x\n', 'unparsable', false],
    ['wrong type and no arn', '- groups: [[a]]\n', 'wrong-type', false],
    ['an item of nothing', '- \n', 'wrong-type', false],
    ['a line end that only some readers see', CONSOLE.replace('  username', '\r  username'), 'unparsable', false],
    ['a line end of Unicode', CONSOLE.replace('convox-console', 'a\u0085b'), 'unparsable', false],
    ['an anchor', CONSOLE.replace('convox-console', '&a convox-console'), 'unparsable', false],
    ['a tag', CONSOLE.replace('convox-console', '!!str 12'), 'unparsable', false],
    ['a merge key', '- <<: {rolearn: a}\n', 'unparsable', false],
    ['two documents', `${CONSOLE}---\n${CONSOLE}`, 'unparsable', false],
  ])('%s', (_name, text, kind, writable) => {
    const map = readAwsAuth({ mapRoles: NODES + text });
    // What breaks the list as a whole is found in the text alone as well.
    const alone = readAwsAuth({ mapRoles: text });
    expect([...map.damage, ...alone.damage].map((damage) => damage.kind)).toContain(kind);
    expect(alone.writable).toBe(writable);
    for (const damage of map.damage)
      for (const text of [damage.what, damage.why, damage.repair]) expect(text).toMatch(/\.$/);
  });

  it('says which of two different entries counts', () => {
    const [damage] = readAwsAuth({ mapRoles: NODES + CONSOLE + CONSOLE.replace('masters', 'viewers') }).damage;
    expect(damage).toMatchObject({ kind: 'duplicate-entry', severity: 'critical', index: 2, line: 10 });
  });

  it('judges the node role by its ARN where it is known, and by groups where not', () => {
    const nodeRole = 'arn:aws:iam::123456789012:role/convox/demo-nodes';
    expect(kinds(NODES, { nodeRole })).toEqual([]);
    expect(kinds(NODES, { nodeRole: nodeRole.replace('demo', 'other') })).toEqual(['missing-node-role']);
    expect(kinds(NODES.replace('  - system:nodes\n', ''), { nodeRole })).toEqual(['node-role-groups']);
    expect(kinds(NODES.replace('  - system:nodes\n', ''))).toEqual(['node-role-groups']);
    expect(readAwsAuth({}, { nodesHaveEntry: true }).damage[0]?.severity).toBe('warning');
    expect(readAwsAuth({ mapRoles: '- [' }).damage.map(({ kind }) => kind)).toEqual(['unparsable']);
    expect(kinds(NODES, { account: '999999999999' })).toEqual(['wrong-account']);
  });

  it('takes Windows line ends and quoted values', () => {
    const map = readAwsAuth({
      mapRoles: (NODES + CONSOLE.replace('convox-console', '"convox-console"')).replaceAll('\n', '\r\n'),
    });
    expect(map.damage).toEqual([]);
    expect(map.roles[1]?.username).toBe('convox-console');
  });

  it('finds values that are no texts', () => {
    expect(readAwsAuth({ mapRoles: 3 })).toMatchObject({ writable: false });
    expect(readAwsAuth([1])).toMatchObject({ writable: false });
    expect(readAwsAuth({ mapAccounts: '- 123456789012\n' }).damage.map(({ kind }) => kind)).toContain('wrong-type');
  });

  it('never throws', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom(
        '- rolearn: a',
        '  username: b',
        '  groups:',
        '  - c',
        '\t- d',
        '[',
        '&a',
        '*a',
        '---',
        '  <<: *a',
      ),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const map = readAwsAuth({ mapRoles: lines.join('\n') });
        for (const { what } of map.damage) expect(what).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }),
      { numRuns: 500 },
    );
  });
});
