import { type IamPrincipal, readArn } from './aws-arn.ts';
import { type AwsAuthDamage, type AwsAuthSurroundings, entryDamage, textDamage } from './aws-auth-damage.ts';
import { mapDamage } from './aws-auth-map-damage.ts';
import { isNodeList, isNodeMap, type ListItem, readListText } from './aws-auth-text.ts';
import type { ManifestMap, ManifestNode } from './manifest-tree.ts';

export type { AwsAuthDamage, AwsAuthDamageKind, AwsAuthSurroundings } from './aws-auth-damage.ts';

/** `data` of the ConfigMap `kube-system/aws-auth`: every value is text (convox-api.md 9.2). */
export type AwsAuthData = Readonly<Record<string, string>>;

export type AwsAuthSection = 'mapRoles' | 'mapUsers';

/** One mapping of an IAM role or user to a name and groups in the cluster. Texts are as written: not safe to print. */
export interface AwsAuthEntry {
  readonly section: AwsAuthSection;
  /** Place in its list, from 0. */
  readonly index: number;
  /** Line in the section's text, from 1. */
  readonly line: number;
  readonly arn: string;
  readonly principal: IamPrincipal | undefined;
  readonly username: string | undefined;
  readonly groups: readonly string[];
  /** Keys besides arn, username and groups. */
  readonly otherKeys: readonly string[];
}

export interface AwsAuthMap {
  readonly data: AwsAuthData;
  readonly roles: readonly AwsAuthEntry[];
  readonly users: readonly AwsAuthEntry[];
  /** Accounts all of whose users may log in. */
  readonly accounts: readonly string[];
  /** Worst first. */
  readonly damage: readonly AwsAuthDamage[];
  /** All of it was understood: only then may anything be written. */
  readonly writable: boolean;
}

export const ARN_KEY: Readonly<Record<AwsAuthSection, 'rolearn' | 'userarn'>> = {
  mapRoles: 'rolearn',
  mapUsers: 'userarn',
};

/**
 * Reads the ConfigMap's `data` as it came from Kubernetes (undefined where it has none) and finds what is broken in it;
 * never throws, whatever it holds.
 */
export function readAwsAuth(input: unknown, around: AwsAuthSurroundings = {}): AwsAuthMap {
  const { data, strange } = textsOf(input);
  const damage: AwsAuthDamage[] = strange.map((key) => ({
    kind: 'wrong-type',
    section: 'configmap',
    index: undefined,
    line: undefined,
    severity: 'critical',
    what: key === '' ? 'The data of aws-auth is no set of texts.' : `${key} is no text.`,
    why: 'The values of a ConfigMap are texts; anything else was not written by Kubernetes.',
    repair: 'Restore aws-auth from a saved copy.',
  }));
  const roles = entriesOf(data, 'mapRoles', damage);
  const users = entriesOf(data, 'mapUsers', damage);
  const accounts = accountsOf(data, damage);
  damage.push(...mapDamage({ roles: roles ?? [], users: users ?? [], rolesKnown: roles !== undefined }, around));
  return {
    data,
    roles: roles ?? [],
    users: users ?? [],
    accounts,
    damage: damage.sort((one, other) => RANK[one.severity] - RANK[other.severity]),
    writable: damage.every(({ kind }) => !BLOCKING.has(kind)),
  };
}

const RANK = { critical: 0, warning: 1, info: 2 } as const;

/** After these nobody can say what the authenticator makes of the list. */
const BLOCKING: ReadonlySet<string> = new Set([
  'unparsable',
  'lost-groups-line',
  'wrong-indent',
  'tabs',
  'wrong-type',
  'repeated-key',
]);

function textsOf(input: unknown): { data: AwsAuthData; strange: readonly string[] } {
  if (input === undefined || input === null) return { data: {}, strange: [] };
  if (typeof input !== 'object' || Array.isArray(input)) return { data: {}, strange: [''] };
  const entries: readonly (readonly [string, unknown])[] = Object.entries(input);
  const texts = entries.flatMap(([key, value]) => (typeof value === 'string' ? [[key, value] as const] : []));
  return {
    data: Object.fromEntries(texts),
    strange: entries.filter(([, value]) => typeof value !== 'string').map(([key]) => key),
  };
}

/** Undefined where the section could not be read. */
function entriesOf(
  data: AwsAuthData,
  section: AwsAuthSection,
  damage: AwsAuthDamage[],
): readonly AwsAuthEntry[] | undefined {
  const text = data[section] ?? '';
  const list = readListText(text);
  damage.push(...textDamage(section, text, list));
  if (list.kind === 'unreadable') return undefined;
  if (list.kind === 'empty') return [];
  return list.items.flatMap((item, index) => {
    const entry = entryOf(section, item, index);
    damage.push(...entryDamage(section, item, index, entry));
    return entry ?? [];
  });
}

function entryOf(section: AwsAuthSection, item: ListItem, index: number): AwsAuthEntry | undefined {
  if (!isNodeMap(item.value)) return undefined;
  const arn = item.value.get(ARN_KEY[section]);
  const username = item.value.get('username');
  if (typeof arn !== 'string' || !isText(username) || !isTextList(item.value.get('groups'))) return undefined;
  const read = readArn(arn);
  return {
    section,
    index,
    line: item.line,
    arn,
    principal: read.kind === 'arn' ? read.principal : undefined,
    username: typeof username === 'string' ? username : undefined,
    groups: groupsOf(item.value),
    otherKeys: [...item.value.keys()].filter((key) => ![ARN_KEY[section], 'username', 'groups'].includes(key)),
  };
}

function groupsOf(value: ManifestMap): readonly string[] {
  const groups = value.get('groups');
  return isNodeList(groups) ? groups.filter((group) => typeof group === 'string') : [];
}

function isText(node: ManifestNode | undefined): boolean {
  return node === undefined || node === null || typeof node === 'string';
}

function isTextList(node: ManifestNode | undefined): boolean {
  return node === undefined || node === null || (isNodeList(node) && node.every((item) => typeof item === 'string'));
}

function accountsOf(data: AwsAuthData, damage: AwsAuthDamage[]): readonly string[] {
  const text = data.mapAccounts ?? '';
  const list = readListText(text);
  damage.push(...textDamage('mapAccounts', text, list));
  if (list.kind !== 'list') return [];
  return list.items.flatMap(({ value, line }, index) => {
    if (typeof value === 'string' && /^\d{12}$/.test(value)) return value;
    damage.push({
      kind: 'wrong-type',
      section: 'mapAccounts',
      index,
      line,
      severity: 'warning',
      what: 'An account is not written as text of twelve digits.',
      why: 'Without quotes it is a number, which the authenticator does not take.',
      repair: 'Put the account id in quotes: - "123456789012".',
    });
    return [];
  });
}
