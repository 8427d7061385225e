import { mappingArn, principalKey, readArn } from './aws-arn.ts';
import { type AwsAuthDamage, type AwsAuthSurroundings, NODE_GROUPS } from './aws-auth-damage.ts';
import type { AwsAuthEntry } from './aws-auth-map.ts';
import { safeText } from './safe-text.ts';

export interface ReadEntries {
  readonly roles: readonly AwsAuthEntry[];
  readonly users: readonly AwsAuthEntry[];
  /** False where mapRoles could not be read: what is missing from it is not known then. */
  readonly rolesKnown: boolean;
}

/** What is wrong with the map as a whole: duplicates, the node role, foreign accounts (convox-api.md 9.2). */
export function mapDamage(entries: ReadEntries, around: AwsAuthSurroundings): readonly AwsAuthDamage[] {
  return [
    ...duplicates(entries.roles),
    ...duplicates(entries.users),
    ...(entries.rolesKnown ? nodeRoleDamage(entries.roles, around) : []),
    ...[...entries.roles, ...entries.users].flatMap((entry) => foreignAccount(entry, around.account)),
  ];
}

function duplicates(entries: readonly AwsAuthEntry[]): readonly AwsAuthDamage[] {
  const seen = new Map<string, AwsAuthEntry>();
  const found: AwsAuthDamage[] = [];
  for (const entry of entries) {
    // Only what the authenticator sees as the same: an entry with a path in its ARN matches nobody and hides nobody.
    const key = entry.arn.trim().toLowerCase();
    const first = seen.get(key);
    seen.set(key, entry);
    if (!first) continue;
    const same = sameRights(first, entry);
    found.push({
      kind: 'duplicate-entry',
      section: entry.section,
      index: entry.index,
      line: entry.line,
      severity: same ? 'info' : 'critical',
      what: `Entries ${first.index + 1} and ${entry.index + 1} of ${entry.section} map the same ARN${same ? '' : ' differently'}.`,
      why: same ? 'One of them is enough.' : 'Only the last one counts: what the first one grants is lost.',
      repair: same ? 'Remove one of them.' : 'Make one entry of them, with the groups of both that are meant.',
    });
  }
  return found;
}

function sameRights(one: AwsAuthEntry, other: AwsAuthEntry): boolean {
  return one.username === other.username && [...one.groups].sort().join('\n') === [...other.groups].sort().join('\n');
}

function nodeRoleDamage(roles: readonly AwsAuthEntry[], around: AwsAuthSurroundings): readonly AwsAuthDamage[] {
  const base = { section: 'mapRoles', severity: around.nodesHaveEntry === true ? 'warning' : 'critical' } as const;
  const why =
    around.nodesHaveEntry === true
      ? 'The nodes still enter through their access entry, but nothing is left to fall back on.'
      : 'Without it nodes cannot join or stay: they go NotReady.';
  const wanted = around.nodeRole === undefined ? undefined : readArn(around.nodeRole);
  if (wanted?.kind === 'arn') {
    const key = principalKey(wanted.principal);
    const entry = roles.find(({ arn }) => arn.trim().toLowerCase() === key);
    if (entry && NODE_GROUPS.every((group) => entry.groups.includes(group))) return [];
    const repair = `Map ${mappingArn(wanted.principal)} as system:node:{{EC2PrivateDNSName}} with the groups ${NODE_GROUPS.join(' and ')}.`;
    const what = entry
      ? `The node role ${wanted.principal.name} lacks ${missingGroups(entry).join(' and ')}.`
      : `The node role ${wanted.principal.name} is not mapped.`;
    const kind = entry ? 'node-role-groups' : 'missing-node-role';
    return [{ ...base, kind, index: entry?.index, line: entry?.line, what, why, repair }];
  }
  const partial = roles.filter((entry) => entry.groups.some((group) => NODE_GROUPS.includes(group)));
  const whole = partial.some((entry) => missingGroups(entry).length === 0);
  const lacking = partial.filter((entry) => missingGroups(entry).length > 0);
  if (!whole && partial.length === 0) {
    const repair = 'Map the role of the node groups with the groups system:bootstrappers and system:nodes.';
    return [
      {
        ...base,
        kind: 'missing-node-role',
        index: undefined,
        line: undefined,
        what: 'No node role is mapped.',
        why,
        repair,
      },
    ];
  }
  return lacking.map((entry) => ({
    ...base,
    kind: 'node-role-groups' as const,
    index: entry.index,
    line: entry.line,
    what: `Node role ${safeText(entry.principal?.name ?? entry.arn, 100)} lacks ${missingGroups(entry).join(' and ')}.`,
    why,
    repair: `Add ${missingGroups(entry).join(' and ')} to its groups.`,
  }));
}

function missingGroups(entry: AwsAuthEntry): readonly string[] {
  return NODE_GROUPS.filter((group) => !entry.groups.includes(group));
}

function foreignAccount(entry: AwsAuthEntry, account: string | undefined): readonly AwsAuthDamage[] {
  if (account === undefined || !entry.principal || entry.principal.account === account) return [];
  return [
    {
      kind: 'wrong-account',
      section: entry.section,
      index: entry.index,
      line: entry.line,
      severity: 'info',
      what: `Entry ${entry.index + 1} of ${entry.section} is of account ${entry.principal.account}, the cluster of ${account}.`,
      why: 'That is possible, but it is also how a pasted example looks.',
      repair: 'Remove it, unless people of that account should get in.',
    },
  ];
}
