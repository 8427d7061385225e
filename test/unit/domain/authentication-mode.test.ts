import { describe, expect, it } from 'vitest';
import { type AccessEntry, adminPolicyArn } from '../../../src/domain/access-entries.ts';
import {
  type AuthenticationMode,
  adminRoute,
  everybodyAfterwards,
  everybodyCanEnter,
  mayDeleteAwsAuth,
  mayGoApiOnly,
  modeChange,
  modeFacts,
  readMode,
} from '../../../src/domain/authentication-mode.ts';
import { readAwsAuth } from '../../../src/domain/aws-auth-map.ts';

const ROLE = 'arn:aws:iam::123456789012:role/';
const MAP = readAwsAuth({
  mapRoles: `- {rolearn: "${ROLE}nodes", groups: ["system:bootstrappers", "system:nodes"]}\n- {rolearn: "${ROLE}admin", groups: ["system:masters"]}\n`,
});
const POLICY = { policyArn: adminPolicyArn('aws'), scope: 'cluster', namespaces: [] } as const;
const NODES: AccessEntry = {
  principalArn: `${ROLE}convox/nodes`,
  type: 'EC2_LINUX',
  username: undefined,
  kubernetesGroups: [],
  policies: [],
};
const ADMIN: AccessEntry = { ...NODES, principalArn: `${ROLE}convox/admin`, type: 'STANDARD', policies: [POLICY] };

describe('modes', () => {
  it.each<[AuthenticationMode, AuthenticationMode, string]>([
    ['CONFIG_MAP', 'API_AND_CONFIG_MAP', 'attention'],
    ['CONFIG_MAP', 'API', 'attention'],
    ['API_AND_CONFIG_MAP', 'API', 'attention'],
    ['API_AND_CONFIG_MAP', 'API_AND_CONFIG_MAP', 'ok'],
    ['API_AND_CONFIG_MAP', 'CONFIG_MAP', 'refused'],
    ['API', 'API_AND_CONFIG_MAP', 'refused'],
    ['API', 'CONFIG_MAP', 'refused'],
  ])('%s -> %s: %s', (from, to, state) => {
    expect(modeChange(from, to).state).toBe(state);
  });

  it('are never guessed, and know what they read', () => {
    expect([readMode('API'), readMode('api'), readMode(undefined)]).toEqual(['API', undefined, undefined]);
    expect(modeFacts('API_AND_CONFIG_MAP')).toEqual({
      mode: 'API_AND_CONFIG_MAP',
      readsConfigMap: true,
      readsEntries: true,
      next: ['API'],
    });
    expect(modeFacts('API')).toMatchObject({ readsConfigMap: false, next: [] });
  });
});

describe('deleting aws-auth and API only', () => {
  const all = { mode: 'API_AND_CONFIG_MAP', map: MAP, entries: [NODES, ADMIN] } as const;
  it.each([
    ['all covered', all, 'attention', 'attention'],
    ['one missing', { ...all, entries: [ADMIN] }, 'refused', 'refused'],
    ['CONFIG_MAP', { ...all, mode: 'CONFIG_MAP' as const }, 'refused', 'refused'],
    ['API', { ...all, mode: 'API' as const }, 'attention', 'ok'],
    ['mode unknown', { ...all, mode: undefined }, 'unknown', 'unknown'],
    ['entries unknown', { ...all, entries: undefined }, 'unknown', 'unknown'],
    ['aws-auth unknown', { ...all, map: undefined }, 'unknown', 'unknown'],
    ['aws-auth damaged', { ...all, map: readAwsAuth({ mapRoles: '- {' }) }, 'refused', 'refused'],
    ['whole accounts', { ...all, map: readAwsAuth({ mapAccounts: '- "123456789012"' }) }, 'refused', 'refused'],
    ['no admin at all', { ...all, map: readAwsAuth({}), entries: [NODES] }, 'refused', 'refused'],
  ])('%s', (_name, facts, remove, apiOnly) => {
    expect([mayDeleteAwsAuth(facts).state, mayGoApiOnly(facts).state]).toEqual([remove, apiOnly]);
  });

  it('names who would be locked out', () => {
    expect(mayDeleteAwsAuth({ ...all, entries: [ADMIN] }).evidence).toEqual([`${ROLE}nodes: It has no access entry.`]);
  });
});

describe('everybodyCanEnter', () => {
  it.each([
    ['aws-auth counts', { mode: 'CONFIG_MAP' as const, map: MAP, entries: undefined }, 'ok'],
    [
      'aws-auth is damaged',
      { mode: 'CONFIG_MAP' as const, map: readAwsAuth({ mapRoles: '- {' }), entries: undefined },
      'refused',
    ],
    ['both: without an entry the mapping counts', { mode: 'API_AND_CONFIG_MAP' as const, map: MAP, entries: [] }, 'ok'],
    [
      'both: an empty entry hides the mapping',
      { mode: 'API_AND_CONFIG_MAP' as const, map: MAP, entries: [{ ...ADMIN, policies: [] }] },
      'refused',
    ],
    ['entries only: one is missing', { mode: 'API' as const, map: MAP, entries: [ADMIN] }, 'refused'],
    ['entries only', { mode: 'API' as const, map: MAP, entries: [ADMIN, NODES] }, 'ok'],
    ['entries unknown', { mode: 'API' as const, map: MAP, entries: undefined }, 'unknown'],
  ])('%s', (_name, facts, state) => {
    expect(everybodyCanEnter(facts).state).toBe(state);
  });
});

describe('adminRoute', () => {
  const both = { mode: 'API_AND_CONFIG_MAP', map: MAP, entries: [] as readonly AccessEntry[] } as const;
  it.each([
    ['CONFIG_MAP, not mapped', { ...both, mode: 'CONFIG_MAP' as const }, 'new', 'aws-auth'],
    ['CONFIG_MAP, mapped', { ...both, mode: 'CONFIG_MAP' as const }, 'convox/admin', 'none-needed'],
    ['CONFIG_MAP, not known', { ...both, mode: 'CONFIG_MAP' as const, map: undefined }, 'new', 'unknown'],
    ['both, mapped, no entry', both, 'convox/admin', 'none-needed'],
    ['both, not mapped, no entry', both, 'new', 'create-entry'],
    [
      'both, empty entry hides the mapping',
      { ...both, entries: [{ ...ADMIN, policies: [] }] },
      'admin',
      'associate-policy',
    ],
    ['both, good entry', { ...both, entries: [ADMIN] }, 'admin', 'none-needed'],
    ['both, entry for nodes', { ...both, entries: [NODES] }, 'nodes', 'replace-entry'],
    ['API, mapped only', { ...both, mode: 'API' as const }, 'admin', 'create-entry'],
    ['entries not known', { ...both, entries: undefined }, 'admin', 'unknown'],
    ['mode not known', { ...both, mode: undefined }, 'admin', 'unknown'],
  ])('%s', (_name, facts, role, route) => {
    expect(adminRoute(facts, `${ROLE}${role}`).route).toBe(route);
  });

  it('the last of two mappings counts', () => {
    const twice = readAwsAuth({
      mapRoles: `- {rolearn: "${ROLE}a", groups: ["system:masters"]}\n- {rolearn: "${ROLE}a", groups: [x]}\n`,
    });
    expect(adminRoute({ ...both, map: twice, mode: 'CONFIG_MAP' }, `${ROLE}a`).route).toBe('aws-auth');
  });
});

describe('everybody, once eks_access_entries has made its two entries', () => {
  const who = { caller: `${ROLE}admin`, nodes: `${ROLE}convox/nodes` };
  it.each<
    [string, AuthenticationMode, readonly AccessEntry[], typeof who | { caller: string; nodes: undefined }, string]
  >([
    ['from CONFIG_MAP', 'CONFIG_MAP', [], who, 'ok'],
    ['where the mode was switched before', 'API_AND_CONFIG_MAP', [], who, 'ok'],
    ['nodes not readable: aws-auth still counts for them', 'CONFIG_MAP', [], { ...who, nodes: undefined }, 'ok'],
    [
      'an entry that is there already stays as it is',
      'API_AND_CONFIG_MAP',
      [{ ...ADMIN, policies: [] }],
      who,
      'refused',
    ],
  ])('%s', (_name, mode, entries, made, state) => {
    expect(everybodyAfterwards({ mode, map: MAP, entries }, made).state).toBe(state);
  });

  it('an entry of another kind than the mapping takes rights away', () => {
    const check = everybodyAfterwards({ mode: 'CONFIG_MAP', map: MAP, entries: [] }, { ...who, nodes: `${ROLE}admin` });
    expect(check.state).toBe('refused');
    expect(check.evidence.join()).toContain('admin');
  });

  it('unknown stays unknown', () => {
    expect(everybodyAfterwards({ mode: undefined, map: MAP, entries: [] }, who).state).toBe('unknown');
    expect(everybodyAfterwards({ mode: 'API_AND_CONFIG_MAP', map: MAP, entries: undefined }, who).state).toBe(
      'unknown',
    );
  });
});
