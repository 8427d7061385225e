import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAwsAuth } from '../../../src/domain/aws-auth-map.ts';
import { repairAwsAuth, repairTrouble } from '../../../src/domain/aws-auth-repair.ts';
import { damaged, document, mishap } from './aws-auth-documents.ts';

const ROLE = 'arn:aws:iam::123456789012:role/';
const NODES = `- groups:
  - system:bootstrappers
  - system:nodes
  rolearn: ${ROLE}demo-nodes
  username: system:node:{{EC2PrivateDNSName}}
`;
const CONSOLE = `- rolearn: ${ROLE}console  # who
  username: "convox-console"
  groups:
  - system:masters
`;
const AROUND = { nodeRole: `${ROLE}convox/demo-nodes` };

describe('repairAwsAuth', () => {
  it.each([
    ['lost groups line', NODES + CONSOLE.replace('  groups:\n', ''), NODES + CONSOLE],
    [
      'lost groups line, deeper',
      NODES + CONSOLE.replace('  groups:\n  -', '    -'),
      NODES + CONSOLE.replace('  - s', '    - s'),
    ],
    [
      'lost groups line, Windows',
      (NODES + CONSOLE.replace('  groups:\n', '')).replaceAll('\n', '\r\n'),
      (NODES + CONSOLE).replaceAll('\n', '\r\n'),
    ],
    ['tab', NODES + CONSOLE.replace('  username', '\tusername'), NODES + CONSOLE],
    ['tab behind the dash', NODES + CONSOLE.replace('- rolearn', '-\trolearn'), NODES + CONSOLE],
    ['path', NODES + CONSOLE.replace('role/', 'role/convox/'), NODES + CONSOLE],
    [
      'session',
      NODES +
        CONSOLE.replace(`${ROLE}console`, `${ROLE.replace('iam', 'sts').replace('role/', 'assumed-role/')}console/me`),
      NODES + CONSOLE,
    ],
    ['same entry twice', NODES + CONSOLE + CONSOLE, NODES + CONSOLE],
    [
      'node role gone',
      CONSOLE,
      `${CONSOLE}- rolearn: ${ROLE}demo-nodes\n  username: system:node:{{EC2PrivateDNSName}}\n  groups:\n  - system:bootstrappers\n  - system:nodes\n`,
    ],
  ])('%s', (_name, mapRoles, wanted) => {
    const [damage] = readAwsAuth({ mapRoles }, AROUND).damage;
    if (!damage) throw new Error('no damage found');
    expect(repairAwsAuth({ mapRoles }, damage, AROUND)).toMatchObject({ kind: 'changed', data: { mapRoles: wanted } });
  });

  it.each([
    ['two different entries of one role', NODES + CONSOLE + CONSOLE.replace('masters', 'viewers')],
    ['no YAML', `${NODES}- {`],
    ['name of the wrong type', NODES + CONSOLE.replace('"convox-console"', '12')],
    ['right and wrong spelling of one role', NODES + CONSOLE + CONSOLE.replace('role/', 'role/convox/')],
  ])('by hand: %s', (_name, mapRoles) => {
    const [damage] = readAwsAuth({ mapRoles }, AROUND).damage;
    if (!damage) throw new Error('no damage found');
    expect(repairAwsAuth({ mapRoles }, damage, AROUND)).toMatchObject({ kind: 'refused', next: damage.repair });
  });

  it('whatever happened to a text: a proposal mends what it says, touches nothing else and adds no damage', () => {
    fc.assert(
      fc.property(document, mishap, ({ text }, accident) => {
        const before = { mapRoles: damaged(text, accident), mapUsers: '' };
        for (const damage of readAwsAuth(before, AROUND).damage) {
          const edit = repairAwsAuth(before, damage, AROUND);
          if (edit.kind !== 'changed') continue;
          expect(repairTrouble(before, edit.data, damage, AROUND)).toEqual([]);
          const old = readAwsAuth(before, AROUND);
          if (old.writable) expect(readAwsAuth(edit.data, AROUND).damage.length).toBeLessThan(old.damage.length);
        }
      }),
      { numRuns: 400 },
    );
  });
});
