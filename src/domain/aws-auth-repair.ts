import { mappingArn, readArn } from './aws-arn.ts';
import { type AwsAuthEdit, nodeMapping, removeAt, upsertMapping } from './aws-auth-append.ts';
import { editSection } from './aws-auth-edit.ts';
import {
  type AwsAuthDamage,
  type AwsAuthData,
  type AwsAuthSection,
  type AwsAuthSurroundings,
  readAwsAuth,
} from './aws-auth-map.ts';
import { contentLines, isName, isPlainItem } from './aws-auth-unparsable.ts';
import { diffLines } from './line-diff.ts';

/**
 * Proposes the text that repairs one piece of damage, where there is one way only that it can have been meant
 * (convox-api.md 9.2). Refused, with what to do by hand, where there is more than one. What is proposed was read back: this
 * damage is gone, none was added, and every line that the repair does not concern stands as it did.
 */
export function repairAwsAuth(data: AwsAuthData, damage: AwsAuthDamage, around: AwsAuthSurroundings = {}): AwsAuthEdit {
  const edit = proposal(data, damage, around);
  if (edit?.kind !== 'changed') return edit ?? byHand(damage);
  return repairTrouble(data, edit.data, damage, around).length === 0 ? edit : byHand(damage);
}

/** Why a repaired text must not be written; `[]` where it may. The counterpart of `writeTrouble` for text nobody could read. */
export function repairTrouble(
  before: AwsAuthData,
  after: AwsAuthData,
  damage: AwsAuthDamage,
  around: AwsAuthSurroundings = {},
): readonly string[] {
  const old = readAwsAuth(before, around);
  const fresh = readAwsAuth(after, around);
  const trouble: string[] = [];
  const stands = fresh.damage.filter(({ kind, section }) => kind === damage.kind && section === damage.section).length;
  const stood = old.damage.filter(({ kind, section }) => kind === damage.kind && section === damage.section).length;
  if (stands >= stood) trouble.push('The damage would still be there.');
  // What could not be read before hides what else is wrong in it: only damage elsewhere counts as new then.
  const wasReadable = old.writable;
  const worse = fresh.damage.filter(({ severity }) => severity === 'critical').length;
  const was = old.damage.filter(({ severity }) => severity === 'critical').length;
  if (wasReadable && worse > was - (damage.severity === 'critical' ? 1 : 0))
    trouble.push('Other damage would be added.');
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (key !== damage.section && before[key] !== after[key]) trouble.push('Another part of aws-auth would change.');
  }
  const lost = diffLines((before[damage.section] ?? '').split('\n'), (after[damage.section] ?? '').split('\n'));
  if (lost.filter(({ op }) => op === 'removed').length > allowedLines(damage, before)) {
    trouble.push('More lines would change than the repair concerns.');
  }
  return trouble;
}

function allowedLines(damage: AwsAuthDamage, before: AwsAuthData): number {
  const text = before[damage.section] ?? '';
  if (damage.kind === 'tabs') return text.split('\n').filter((line) => /^ *(?:- *)*\t/.test(line)).length;
  if (damage.kind === 'lost-groups-line') return 1;
  return 12;
}

function proposal(data: AwsAuthData, damage: AwsAuthDamage, around: AwsAuthSurroundings): AwsAuthEdit | undefined {
  const { section, index } = damage;
  if (section !== 'mapRoles' && section !== 'mapUsers') return undefined;
  const text = data[section] ?? '';
  switch (damage.kind) {
    case 'tabs':
      return repaired(data, section, withoutTabs(text), 'Tabs at the beginning of lines become spaces.');
    case 'lost-groups-line':
      return repaired(data, section, withGroupsLine(text), 'The line "groups:" is put back.');
    case 'path-in-role-arn':
    case 'assumed-role-arn':
      return index === undefined ? undefined : withPlainArn(data, section, index, around);
    case 'duplicate-entry':
      // Of two that differ, a person has to say which one is meant.
      return damage.severity === 'info' && index !== undefined ? removeAt(data, section, index) : undefined;
    case 'missing-node-role':
    case 'node-role-groups':
      return around.nodeRole === undefined ? undefined : upsertMapping(data, nodeMapping(around.nodeRole), around);
    default:
      return undefined;
  }
}

function repaired(
  data: AwsAuthData,
  section: AwsAuthSection,
  text: string | undefined,
  why: string,
): AwsAuthEdit | undefined {
  if (text === undefined) return undefined;
  return { kind: 'changed', change: 'repaired', data: { ...data, [section]: text }, kept: 'text', section, why };
}

/** The narrowest width of a tab with which the text can be read again. */
function withoutTabs(text: string): string | undefined {
  for (const width of [2, 4, 8, 1]) {
    const spaces = text.replace(/^[ ]*(?:-[ ]*)*\t[-\t ]*/gm, (lead) => lead.replaceAll('\t', ' '.repeat(width)));
    // A tab behind a dash separates only: one space is what it stands for.
    const separated = text.replace(/^([ ]*-)\t+/gm, '$1 ').replace(/^[ \t]+$/gm, '');
    for (const candidate of [spaces, separated]) {
      if (readAwsAuth({ mapRoles: candidate }).writable) return candidate;
    }
  }
  return undefined;
}

/** Puts `groups:` before the first list item that stands directly under a name or an ARN. */
function withGroupsLine(text: string): string | undefined {
  const content = contentLines(text);
  const at = content.findIndex((line, index) => {
    const next = content[index + 1];
    return next !== undefined && isName(line.text) && isPlainItem(next.text);
  });
  const above = content[at];
  const item = content[at + 1];
  if (at < 0 || !above || !item) return undefined;
  const lines = text.split('\n');
  const column = above.indent + (/^-\s+/.exec(above.text)?.[0].length ?? 0);
  if (item.indent < column) return undefined;
  const end = (lines[item.number - 1] ?? '').endsWith('\r') ? '\r' : '';
  return [
    ...lines.slice(0, item.number - 1),
    `${' '.repeat(column)}groups:${end}`,
    ...lines.slice(item.number - 1),
  ].join('\n');
}

function withPlainArn(
  data: AwsAuthData,
  section: AwsAuthSection,
  index: number,
  around: AwsAuthSurroundings,
): AwsAuthEdit | undefined {
  const map = readAwsAuth(data, around);
  if (!map.writable) return undefined;
  const entries = section === 'mapRoles' ? map.roles : map.users;
  const entry = entries.find((one) => one.index === index);
  const read = entry && readArn(entry.arn);
  if (!entry || read?.kind !== 'arn') return undefined;
  const arn = mappingArn(read.principal);
  if (entries.some((other) => other.index !== index && other.arn.trim().toLowerCase() === arn.toLowerCase()))
    return undefined;
  const text = data[section] ?? '';
  const why = `The ARN becomes ${arn}.`;
  // The ARN alone is replaced where it stands once; quotes, comments and order of the entry stay.
  if (text.split(entry.arn).length === 2)
    return repaired(
      data,
      section,
      text.replace(entry.arn, () => arn),
      why,
    );
  const edit = editSection(text, { kind: 'replace', index, changes: new Map([['rolearn', arn]]) });
  return (
    edit && {
      kind: 'changed',
      change: 'repaired',
      data: { ...data, [section]: edit.text },
      kept: edit.kept,
      section,
      why,
    }
  );
}

function byHand(damage: AwsAuthDamage): AwsAuthEdit {
  return {
    kind: 'refused',
    why: 'There is more than one way to mend this, or none that can be proven.',
    next: damage.repair,
  };
}
