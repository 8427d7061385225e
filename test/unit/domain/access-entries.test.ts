import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AccessEntry,
  adminPolicyArn,
  coverage,
  grantsNothing,
  isClusterAdmin,
  unmapped,
  wantedEntry,
} from '../../../src/domain/access-entries.ts';
import { arnKey, readArn } from '../../../src/domain/aws-arn.ts';
import { readAwsAuth } from '../../../src/domain/aws-auth-map.ts';
import { entries as writtenEntries } from './aws-auth-documents.ts';

const ROLE = 'arn:aws:iam::123456789012:role/';
const ADMIN = { policyArn: adminPolicyArn('aws'), scope: 'cluster', namespaces: [] } as const;

function entry(arn: string, changes: Partial<AccessEntry> = {}): AccessEntry {
  return { principalArn: arn, type: 'STANDARD', username: undefined, kubernetesGroups: [], policies: [], ...changes };
}

function mapping(groups: readonly string[], username: string | undefined = 'me', arn = `${ROLE}x`) {
  const read = readArn(arn);
  return { username, groups, principal: read.kind === 'arn' ? read.principal : undefined };
}

describe('wantedEntry', () => {
  it.each([
    ['masters', mapping(['system:masters']), { type: 'STANDARD', admin: true, kubernetesGroups: [], username: 'me' }],
    ['masters and others', mapping(['system:masters', 'a']), { admin: true, kubernetesGroups: ['a'] }],
    ['others', mapping(['a', 'b', 'system:authenticated']), { admin: false, kubernetesGroups: ['a', 'b'] }],
    [
      'nodes',
      mapping(['system:nodes', 'system:bootstrappers']),
      { type: 'EC2_LINUX', admin: false, username: undefined },
    ],
    ['windows', mapping(['system:nodes', 'system:bootstrappers', 'eks:kube-proxy-windows']), { type: 'EC2_WINDOWS' }],
    ['fargate', mapping(['system:nodes', 'system:bootstrappers', 'system:node-proxier']), { type: 'FARGATE_LINUX' }],
    ['admin with a reserved name', mapping(['system:masters'], 'system:boss'), { admin: true, username: undefined }],
  ])('%s', (_name, given, wanted) => {
    expect(wantedEntry(given)).toMatchObject({ kind: 'entry', ...wanted });
  });

  it.each([
    ['group with system:', mapping(['system:kube-scheduler']), /system:/],
    ['reserved name without admin', mapping(['a'], 'eks:x'), /name/],
    ['nodes that are more', mapping(['system:nodes', 'a']), /nodes/],
    ['user as node', mapping(['system:nodes'], 'me', 'arn:aws:iam::123456789012:user/x'), /user/],
    ['unreadable ARN', mapping(['a'], 'me', 'x'), /cannot be read/],
    ['nothing at all', { ...mapping([]), username: undefined }, /grants nothing/],
  ])('impossible: %s', (_name, given, why) => {
    const wanted = wantedEntry(given);
    expect(wanted.kind === 'none' && wanted.why).toMatch(why);
  });
});

describe('coverage', () => {
  const map = readAwsAuth({
    mapRoles: `- {rolearn: "${ROLE}nodes", username: nodes, groups: ["system:bootstrappers", "system:nodes"]}
- {rolearn: "${ROLE}admin", username: boss, groups: ["system:masters"]}
- {rolearn: "${ROLE}dev", username: dev, groups: ["devs"]}
`,
  });
  const states = (...list: readonly AccessEntry[]) => coverage(map, list).map(({ state }) => state);
  const nodes = entry(`${ROLE}convox/nodes`, { type: 'EC2_LINUX' });
  const admin = entry(`${ROLE}convox/admin`, { policies: [ADMIN] });
  const dev = entry(`${ROLE}dev`, { kubernetesGroups: ['devs'], username: 'dev' });

  it('entries with a path cover mappings without', () => {
    expect(states(nodes, admin, dev)).toEqual(['covered', 'covered', 'covered']);
    expect(unmapped(coverage(map, [nodes, admin, dev]))).toEqual([]);
  });

  it.each([
    ['none', [], ['missing', 'missing', 'missing']],
    ['nodes as STANDARD', [{ ...nodes, type: 'STANDARD' }, admin, dev], ['weaker', 'covered', 'covered']],
    [
      'admin in a namespace only',
      [nodes, { ...admin, policies: [{ ...ADMIN, scope: 'namespace' as const }] }, dev],
      ['covered', 'weaker', 'covered'],
    ],
    ['admin without policy', [nodes, { ...admin, policies: [] }, dev], ['covered', 'weaker', 'covered']],
    ['group lost', [nodes, admin, { ...dev, kubernetesGroups: [] }], ['covered', 'covered', 'weaker']],
    ['name changed', [nodes, admin, { ...dev, username: 'other' }], ['covered', 'covered', 'weaker']],
    [
      'more than before',
      [nodes, admin, { ...dev, policies: [ADMIN], kubernetesGroups: [] }],
      ['covered', 'covered', 'covered'],
    ],
    [
      'another account',
      [nodes, admin, { ...dev, principalArn: dev.principalArn.replace('1234', '9999') }],
      ['covered', 'covered', 'missing'],
    ],
  ])('%s', (_name, list, wanted) => {
    expect(states(...list)).toEqual(wanted);
  });

  it('knows admins and entries that hide a mapping', () => {
    expect([admin, dev, nodes].map(isClusterAdmin)).toEqual([true, false, false]);
    expect([admin, dev, nodes, entry(ROLE)].map(grantsNothing)).toEqual([false, false, false, true]);
  });

  it('creating exactly the wanted entries covers everything that is possible; taking one away is noticed', () => {
    fc.assert(
      fc.property(writtenEntries, fc.nat(), (list, pick) => {
        const text = JSON.stringify(list.map(({ arn, username, groups }) => ({ rolearn: arn, username, groups })));
        const read = readAwsAuth({ mapRoles: text });
        const made = coverage(read, []).flatMap(({ mapping: { arn }, wanted }) =>
          wanted.kind === 'none'
            ? []
            : [
                entry(arn, {
                  type: wanted.type,
                  username: wanted.username,
                  kubernetesGroups: wanted.kubernetesGroups,
                  policies: wanted.admin ? [ADMIN] : [],
                }),
              ],
        );
        expect(coverage(read, made).every(({ state }) => state === 'covered' || state === 'impossible')).toBe(true);
        const gone = made[made.length === 0 ? 0 : pick % made.length];
        if (!gone) return;
        const left = coverage(
          read,
          made.filter((one) => one !== gone),
        );
        expect(left.filter(({ state }) => state === 'missing').map(({ mapping: { arn } }) => arnKey(arn))).toEqual([
          arnKey(gone.principalArn),
        ]);
      }),
      { numRuns: 200 },
    );
  });
});
