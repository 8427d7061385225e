import { mappingArn, readArn, wrongHome } from './aws-arn.ts';
import { type Edited, editSection, renderedEntry } from './aws-auth-edit.ts';
import {
  ARN_KEY,
  type AwsAuthData,
  type AwsAuthEntry,
  type AwsAuthSection,
  type AwsAuthSurroundings,
  readAwsAuth,
} from './aws-auth-map.ts';
import type { ManifestNode } from './manifest-tree.ts';

/** Who shall be mapped to what; the ARN in any spelling that `readArn` takes. */
export interface WantedMapping {
  readonly arn: string;
  readonly username: string;
  readonly groups: readonly string[];
}

export type AwsAuthEdit =
  | { readonly kind: 'unchanged'; readonly why: string }
  | {
      readonly kind: 'changed';
      readonly change: 'appended' | 'corrected' | 'removed' | 'repaired';
      readonly data: AwsAuthData;
      /** `text`: every character of the other entries stands as it did; `meaning`: written anew, means the same. */
      readonly kept: 'text' | 'meaning';
      readonly section: AwsAuthSection;
      readonly why: string;
    }
  | { readonly kind: 'refused'; readonly why: string; readonly next: string };

/** What ConsoleRole is mapped to (convox-api.md 9.2). */
export function consoleMapping(arn: string): WantedMapping {
  return { arn, username: 'convox-console', groups: ['system:masters'] };
}

/** Name and groups that make a node of an instance (convox-api.md 9.2: written by EKS itself). */
export function nodeMapping(arn: string): WantedMapping {
  return {
    arn,
    username: 'system:node:{{EC2PrivateDNSName}}',
    groups: ['system:bootstrappers', 'system:nodes'],
  };
}

/**
 * Appends a role to `mapRoles` or a user to `mapUsers`, without touching any other entry (convox-api.md 9.2): nothing is
 * written into text that was not understood in full, and the outcome was read back and compared before it is returned.
 * An existing mapping of the same principal is never changed by this: with other rights it is refused.
 */
export function appendMapping(data: AwsAuthData, wanted: WantedMapping, around: AwsAuthSurroundings = {}): AwsAuthEdit {
  const plan = planOf(data, wanted, around);
  if ('kind' in plan) return plan;
  if (plan.existing.length > 0) {
    return refused(
      `The same ${plan.section === 'mapRoles' ? 'role' : 'user'} is mapped already, but not like this.`,
      'Correct the existing entry instead of adding a second one: of two only the last would count.',
    );
  }
  return append(data, plan);
}

/**
 * As {@link appendMapping}, but an existing mapping of the same principal is corrected: its ARN is written as the authenticator
 * takes it, missing groups are added, its other groups, name and keys stay. Several entries of one principal are refused.
 */
export function upsertMapping(data: AwsAuthData, wanted: WantedMapping, around: AwsAuthSurroundings = {}): AwsAuthEdit {
  const plan = planOf(data, wanted, around);
  if ('kind' in plan) return plan;
  const [entry, second] = plan.existing;
  if (!entry) return append(data, plan);
  if (second) {
    return refused(
      'The same principal is mapped more than once.',
      'Remove the duplicate entries first: it is not clear which one is meant.',
    );
  }
  const groups = [...entry.groups, ...wanted.groups.filter((group) => !entry.groups.includes(group))];
  const username = entry.username ?? wanted.username;
  const edit = editSection(data[plan.section] ?? '', {
    kind: 'replace',
    index: entry.index,
    changes: new Map<string, ManifestNode>([
      [ARN_KEY[plan.section], plan.arn],
      ['username', username],
      ['groups', groups],
    ]),
  });
  return changed(data, plan.section, 'corrected', edit, 'The existing entry of the same principal is corrected.');
}

interface Plan {
  readonly section: AwsAuthSection;
  readonly arn: string;
  readonly wanted: WantedMapping;
  /** Entries of the same principal, in whatever spelling. */
  readonly existing: readonly AwsAuthEntry[];
}

function planOf(data: AwsAuthData, wanted: WantedMapping, around: AwsAuthSurroundings): Plan | AwsAuthEdit {
  const read = readArn(wanted.arn);
  if (read.kind === 'invalid') return refused(read.reason, 'Give the whole ARN of the role or user.');
  const text = textTrouble(wanted);
  if (text !== undefined) return refused(text, 'Give a name and groups of printable characters.');
  const home =
    around.account === undefined ? undefined : { account: around.account, partition: read.principal.partition };
  const foreign = home && wrongHome(read.principal, home);
  if (foreign !== undefined) return refused(foreign, 'Look for the role in the account of the cluster.');
  const map = readAwsAuth(data, around);
  if (!map.writable)
    return refused(
      blockingWhat(map.damage.map(({ what }) => what)),
      'Repair aws-auth first: nothing is added to text that cannot be read for sure.',
    );
  const section: AwsAuthSection = read.principal.kind === 'role' ? 'mapRoles' : 'mapUsers';
  const arn = mappingArn(read.principal);
  const entries = section === 'mapRoles' ? map.roles : map.users;
  const existing = entries.filter(
    ({ principal }) => principal && mappingArn(principal).toLowerCase() === arn.toLowerCase(),
  );
  const [only] = existing;
  if (existing.length === 1 && only && isAsWanted(only, arn, wanted)) {
    return { kind: 'unchanged', why: 'It is mapped like this already.' };
  }
  return { section, arn, wanted, existing };
}

function isAsWanted(entry: AwsAuthEntry, arn: string, wanted: WantedMapping): boolean {
  return (
    entry.arn.trim().toLowerCase() === arn.toLowerCase() &&
    entry.username !== undefined &&
    wanted.groups.every((group) => entry.groups.includes(group))
  );
}

function append(data: AwsAuthData, plan: Plan): AwsAuthEdit {
  const entry = new Map<string, ManifestNode>([
    [ARN_KEY[plan.section], plan.arn],
    ['username', plan.wanted.username],
    ['groups', [...plan.wanted.groups]],
  ]);
  const edit = editSection(data[plan.section] ?? '', { kind: 'append', entry });
  return changed(data, plan.section, 'appended', edit, 'One entry is added at the end; all others stay as they are.');
}

/** Takes one entry out; the others stay. The counterpart of {@link appendMapping} for undo. */
export function removeMapping(data: AwsAuthData, arn: string): AwsAuthEdit {
  const read = readArn(arn);
  if (read.kind === 'invalid') return refused(read.reason, 'Give the whole ARN of the role or user.');
  const map = readAwsAuth(data);
  if (!map.writable) return refused(blockingWhat(map.damage.map(({ what }) => what)), 'Repair aws-auth first.');
  const section: AwsAuthSection = read.principal.kind === 'role' ? 'mapRoles' : 'mapUsers';
  const key = mappingArn(read.principal).toLowerCase();
  const entries = (section === 'mapRoles' ? map.roles : map.users).filter(
    (entry) => entry.arn.trim().toLowerCase() === key,
  );
  const [entry, second] = entries;
  if (!entry) return { kind: 'unchanged', why: 'It is not mapped.' };
  if (second)
    return refused('It is mapped more than once.', 'Remove the entry that is meant by its place in the list.');
  if (entry.groups.some((group) => group === 'system:nodes' || group === 'system:bootstrappers')) {
    return refused('This is the role of nodes: without it they go NotReady.', 'Leave it in place.');
  }
  return removeAt(data, section, entry.index);
}

/** Takes the entry at a place in its list out (for one of two duplicates). */
export function removeAt(data: AwsAuthData, section: AwsAuthSection, index: number): AwsAuthEdit {
  const edit = editSection(data[section] ?? '', { kind: 'remove', index });
  return changed(data, section, 'removed', edit, 'One entry is taken out; all others stay as they are.');
}

function changed(
  data: AwsAuthData,
  section: AwsAuthSection,
  change: 'appended' | 'corrected' | 'removed',
  edit: Edited | undefined,
  why: string,
): AwsAuthEdit {
  if (!edit) {
    return refused(
      'No way was found to write this without changing other entries.',
      'Edit the ConfigMap by hand, or restore a simpler form of it.',
    );
  }
  return { kind: 'changed', change, data: { ...data, [section]: edit.text }, kept: edit.kept, section, why };
}

/** The lines that an appended entry will have, for a person to read or to paste. */
export function mappingLines(wanted: WantedMapping): readonly string[] {
  const read = readArn(wanted.arn);
  if (read.kind === 'invalid') return [];
  const section = read.principal.kind === 'role' ? 'mapRoles' : 'mapUsers';
  return renderedEntry(
    new Map<string, ManifestNode>([
      [ARN_KEY[section], mappingArn(read.principal)],
      ['username', wanted.username],
      ['groups', [...wanted.groups]],
    ]),
    '',
    0,
  );
}

function textTrouble(wanted: WantedMapping): string | undefined {
  const texts = [wanted.username, ...wanted.groups];
  if (texts.some((text) => text.trim() === '' || text !== text.trim()))
    return 'A name or group is empty or begins or ends with white space.';
  if (texts.some((text) => /[\p{C}\p{Zl}\p{Zp}]/u.test(text)))
    return 'A name or group has characters that cannot be printed.';
  if (texts.some((text) => text.length > 250)) return 'A name or group is too long.';
  if (wanted.groups.length === 0) return 'No group is given: the mapping would grant nothing.';
  return undefined;
}

function blockingWhat(whats: readonly string[]): string {
  return `aws-auth is damaged. ${whats[0] ?? ''}`.trim();
}

function refused(why: string, next: string): AwsAuthEdit {
  return { kind: 'refused', why, next };
}
