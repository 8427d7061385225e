import { mappingArn, readArn } from './aws-arn.ts';
import type { AwsAuthEntry } from './aws-auth-map.ts';
import { isNodeList, isNodeMap, type ListItem, type ListText, tabbedLine } from './aws-auth-text.ts';
import { brokenEntry } from './aws-auth-unparsable.ts';
import type { ManifestMap } from './manifest-tree.ts';
import { safeText } from './safe-text.ts';

/** Mistakes in `aws-auth` that lock people or nodes out (convox-api.md 9.2). */
export type AwsAuthDamageKind =
  | 'unparsable' // no YAML: the whole list is rejected
  | 'lost-groups-line' // `- system:masters` directly under username
  | 'wrong-indent' // keys after the groups indented as part of the last group
  | 'tabs'
  | 'wrong-type' // an entry, a name or a group that is no text, no list, no map
  | 'repeated-key'
  | 'missing-arn'
  | 'unreadable-arn'
  | 'path-in-role-arn' // silently no match
  | 'assumed-role-arn'
  | 'wrong-list' // a user among the roles or the other way round
  | 'no-groups'
  | 'duplicate-entry'
  | 'missing-node-role'
  | 'node-role-groups' // node role without system:nodes or system:bootstrappers
  | 'wrong-account';

export interface AwsAuthDamage {
  readonly kind: AwsAuthDamageKind;
  readonly section: 'mapRoles' | 'mapUsers' | 'mapAccounts' | 'configmap';
  /** Of the entry in its list, from 0. */
  readonly index: number | undefined;
  /** In the section's text, from 1. */
  readonly line: number | undefined;
  readonly severity: 'critical' | 'warning' | 'info';
  readonly what: string;
  readonly why: string;
  readonly repair: string;
}

/** What is known about the cluster; what is left out is not judged. */
export interface AwsAuthSurroundings {
  /** ARN of the rack's node role (`<name>-nodes`), with or without its path. */
  readonly nodeRole?: string | undefined;
  /** The nodes have an access entry of their own: a missing mapping does not cut them off. */
  readonly nodesHaveEntry?: boolean | undefined;
  readonly account?: string | undefined;
}

export const NODE_GROUPS: readonly string[] = ['system:bootstrappers', 'system:nodes'];

type Section = 'mapRoles' | 'mapUsers' | 'mapAccounts';

/** What is wrong with a section as a text, before any entry is looked at. */
export function textDamage(section: Section, text: string, list: ListText): readonly AwsAuthDamage[] {
  const tab = tabbedLine(text);
  const found: AwsAuthDamage[] = [];
  const base = { section, index: undefined } as const;
  if (tab !== undefined) {
    found.push({
      ...base,
      kind: 'tabs',
      line: tab,
      severity: 'critical',
      what: `Line ${tab} of ${section} is indented with a tab.`,
      why: 'YAML allows spaces only: the authenticator rejects the whole list.',
      repair: 'Replace the tabs at the beginning of lines by spaces, as many as the lines around have.',
    });
  }
  if (list.kind !== 'unreadable') return found;
  const broken = section === 'mapAccounts' ? undefined : brokenEntry(text);
  if (broken) {
    found.push({ ...base, ...broken, severity: 'critical' });
  } else if (tab === undefined) {
    found.push({
      ...base,
      kind: 'unparsable',
      line: list.line,
      severity: 'critical',
      what: `${section} cannot be read. ${list.reason}`,
      why: 'The authenticator rejects the whole list: none of its entries may log in.',
      repair: 'Correct the line by hand, or restore aws-auth from a saved copy.',
    });
  }
  return found;
}

/** What is wrong with one item; `entry` is undefined where it is no mapping at all. */
export function entryDamage(
  section: 'mapRoles' | 'mapUsers',
  item: ListItem,
  index: number,
  entry: AwsAuthEntry | undefined,
): readonly AwsAuthDamage[] {
  const base = { section, index, line: item.line } as const;
  const at = `Entry ${index + 1} of ${section} (line ${item.line})`;
  const found: AwsAuthDamage[] = [];
  if (item.repeatedKeys.length > 0) {
    found.push({
      ...base,
      kind: 'repeated-key',
      severity: 'critical',
      what: `${at} has a key twice: ${safeText(item.repeatedKeys.join(', '), 80)}.`,
      why: 'Only one of the two counts, and which one depends on the reader.',
      repair: 'Decide which one is meant and remove the other.',
    });
  }
  if (!entry) return [...found, shapeDamage(section, item, at, base)];
  const folded = entry.username === undefined ? undefined : /\s-\s+(\S.*)$/.exec(entry.username)?.[1];
  if (folded !== undefined && entry.groups.length === 0) {
    found.push({
      ...base,
      kind: 'lost-groups-line',
      severity: 'critical',
      what: `${at} has lost its "groups:" line: the group is read as part of the name.`,
      why: 'It logs in with a wrong name and without any group, so it may do nothing.',
      repair: 'Put a line "groups:" before the list of groups, indented like "username:".',
    });
  } else if (entry.groups.length === 0) {
    found.push({
      ...base,
      kind: 'no-groups',
      severity: 'info',
      what: `${at} names no group.`,
      why: 'It has only the rights that are bound to its name.',
      repair: 'Add its groups, where it should have more.',
    });
  }
  return [...found, ...arnDamage(section, entry, at, base)];
}

type Place = Pick<AwsAuthDamage, 'section' | 'index' | 'line'>;

function shapeDamage(section: 'mapRoles' | 'mapUsers', item: ListItem, at: string, base: Place): AwsAuthDamage {
  const key = section === 'mapRoles' ? 'rolearn' : 'userarn';
  const other = section === 'mapRoles' ? 'userarn' : 'rolearn';
  const value = item.value;
  if (!isNodeMap(value)) {
    return {
      ...base,
      kind: 'wrong-type',
      severity: 'critical',
      what: `${at} is no mapping.`,
      why: `An entry has ${key}, username and groups; the authenticator may reject the whole list.`,
      repair: 'Remove it, or give it the keys of an entry.',
    };
  }
  // Types first: a wrong one may cost the whole list, a missing ARN only the entry.
  const wrong = wronglyTyped(value, key);
  if (wrong === undefined) {
    const swapped = typeof value.get(other) === 'string';
    return {
      ...base,
      kind: swapped ? 'wrong-list' : 'missing-arn',
      severity: 'critical',
      what: `${at} has no ${key}${swapped ? `, but ${other}` : ''}.`,
      why: 'An entry without it matches nobody.',
      repair: swapped
        ? `Move it to ${section === 'mapRoles' ? 'mapUsers' : 'mapRoles'}.`
        : `Give it its ${key}, or remove it.`,
    };
  }
  return {
    ...base,
    kind: 'wrong-type',
    severity: 'critical',
    what: `${at}: ${wrong} has the wrong type.`,
    why: 'ARN and username are texts, groups is a list of texts; the authenticator may reject the whole list.',
    repair: wrong === 'groups' ? 'Write the groups as a list, one line with a dash each.' : 'Put the value in quotes.',
  };
}

/** Which part has a type that it may not have; absent ones and null count as not given. */
function wronglyTyped(value: ManifestMap, key: string): string | undefined {
  const groups = value.get('groups') ?? [];
  if (!isNodeList(groups)) return 'groups';
  if (!groups.every((group) => typeof group === 'string')) return 'a group';
  return [key, 'username'].find((name) => typeof (value.get(name) ?? '') !== 'string');
}

function arnDamage(
  section: 'mapRoles' | 'mapUsers',
  entry: AwsAuthEntry,
  at: string,
  base: Place,
): readonly AwsAuthDamage[] {
  const read = readArn(entry.arn);
  if (read.kind === 'invalid') {
    return [
      {
        ...base,
        kind: 'unreadable-arn',
        severity: 'critical',
        what: `${at}: ${read.reason}`,
        why: 'It matches nobody.',
        repair: 'Write the whole ARN, for example arn:aws:iam::123456789012:role/name.',
      },
    ];
  }
  const { principal } = read;
  if ((principal.kind === 'role') !== (section === 'mapRoles')) {
    return [
      {
        ...base,
        kind: 'wrong-list',
        severity: 'critical',
        what: `${at} is a ${principal.kind}.`,
        why: `mapRoles is for roles and mapUsers for users: here it matches nobody.`,
        repair: `Move it to ${principal.kind === 'role' ? 'mapRoles' : 'mapUsers'}.`,
      },
    ];
  }
  if (principal.kind === 'user' || mappingArn(principal) === entry.arn.trim()) return [];
  const isSession = principal.session !== undefined;
  return [
    {
      ...base,
      kind: isSession ? 'assumed-role-arn' : 'path-in-role-arn',
      severity: 'critical',
      what: isSession
        ? `${at} names a session (assumed-role) instead of the role.`
        : `${at} has the path in the role's ARN.`,
      why: 'The authenticator compares with the ARN of the role without its path: the entry silently matches nobody.',
      repair: `Write ${mappingArn(principal)}.`,
    },
  ];
}
