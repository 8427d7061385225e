import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readArn } from '../../../src/domain/aws-arn.ts';
import { appendMapping } from '../../../src/domain/aws-auth-append.ts';
import {
  VIEWER_GROUP,
  viewerEntry,
  viewerMapping,
  viewerMappingLines,
  viewerPolicy,
  viewingNeeds,
} from '../../../src/domain/eks-console-viewing.ts';
import { readPolicy } from '../../../src/domain/iam-policy.ts';

function principal(text: string) {
  const read = readArn(text);
  if (read.kind !== 'arn') throw new Error(read.reason);
  return read.principal;
}

describe('EKS console viewing', () => {
  it.each([
    ['3.6.4', false],
    ['3.5.9', false],
    ['3.6.5', true],
    ['3.24.7', true],
    ['dev', true],
  ])('rack %s has the role: %s', (version, hasRole) => {
    const needs = viewingNeeds(version);
    expect(needs?.hasRole).toBe(hasRole);
    expect(needs?.manifest === '').toBe(hasRole);
  });

  it('a v2 rack has no cluster', () => {
    expect(viewingNeeds('20240101000000')).toBeUndefined();
  });

  it('the manifest is a role that only reads, no secrets, and a binding of the group to it', () => {
    const [role, binding] = parseAllDocuments(viewingNeeds('3.6.4')?.manifest ?? '').map((document) => document.toJS());
    expect(role).toMatchObject({ kind: 'ClusterRole' });
    expect(binding).toMatchObject({ kind: 'ClusterRoleBinding', subjects: [{ kind: 'Group', name: VIEWER_GROUP }] });
    expect(binding.roleRef.name).toBe(role.metadata.name);
    for (const rule of role.rules) expect(rule.verbs).toEqual(['get', 'list']);
    expect(role.rules.flatMap((rule: { resources: string[] }) => rule.resources)).not.toContain('secrets');
  });

  it('the policy is complete JSON of the right account and partition', () => {
    const read = readPolicy(viewerPolicy('123456789012', 'aws-us-gov'));
    expect(read).toMatchObject({
      kind: 'policy',
      statements: [{ resources: ['*'] }, { resources: ['arn:aws-us-gov:ssm:*:123456789012:parameter/*'] }],
    });
    expect(read.kind === 'policy' && read.statements[0]?.actions).toContain('eks:AccessKubernetesApi');
  });

  it('maps roles and users, in aws-auth without and on the entry with the path', () => {
    const role = principal('arn:aws:iam::123456789012:role/team/viewer');
    const user = principal('arn:aws:iam::123456789012:user/me');
    expect(parse(viewerMappingLines(role).join('\n'))).toHaveProperty('mapRoles');
    expect(viewerMappingLines(role).join('\n')).toContain('role/viewer');
    expect(viewerEntry(role).principalArn).toContain('role/team/viewer');
    expect(viewerMappingLines(user)[0]).toBe('mapUsers: |');
    expect(appendMapping({}, viewerMapping(user))).toMatchObject({ kind: 'changed', section: 'mapUsers' });
  });
});
