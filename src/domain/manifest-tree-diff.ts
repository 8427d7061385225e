import type { ManifestMap, ManifestNode } from './manifest-tree.ts';
import { HIDDEN, isSecretName, withoutSecrets } from './secret-text.ts';

/** One difference of two manifests. */
export interface TreeChange {
  /** `services.web.scale.memory`; an item of a list is `[name]` or `[index]`; `''` is the whole manifest. */
  readonly path: string;
  readonly op: 'added' | 'removed' | 'changed' | 'reordered';
  /** One line of text, maps and lists in short form; undefined where there was nothing. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Its values are hidden because of its name. */
  readonly secret: boolean;
}

/** All differences, in the order of the newer manifest, then what is gone. */
export function diffTrees(before: ManifestNode, after: ManifestNode): readonly TreeChange[] {
  const changes: TreeChange[] = [];
  compare(before, after, { path: '', secret: false, names: false, environment: false }, changes);
  return changes;
}

interface Place {
  readonly path: string;
  readonly secret: boolean;
  /** Its keys are names that people gave: a service called `auth` holds no secret because of that. */
  readonly names: boolean;
  /** A list of `KEY` and `KEY=default` (convox.yml `environment`). */
  readonly environment: boolean;
}

function compare(before: ManifestNode, after: ManifestNode, place: Place, changes: TreeChange[]): void {
  if (isMap(before) && isMap(after)) compareMaps(before, after, place, changes);
  else if (isList(before) && isList(after)) compareLists(before, after, place, changes);
  else if (before !== after) changes.push(changeOf('changed', place, before, after));
}

function compareMaps(before: ManifestMap, after: ManifestMap, place: Place, changes: TreeChange[]): void {
  for (const [key, value] of after) {
    const old = before.get(key);
    const child = childOf(place, key);
    if (old === undefined) changes.push(changeOf('added', child, undefined, value));
    else compare(old, value, child, changes);
  }
  for (const [key, value] of before) {
    if (!after.has(key)) changes.push(changeOf('removed', childOf(place, key), value, undefined));
  }
}

function compareLists(
  before: readonly ManifestNode[],
  after: readonly ManifestNode[],
  place: Place,
  changes: TreeChange[],
): void {
  const left = named(before);
  const right = named(after);
  if (place.environment) compareMaps(environmentMap(before), environmentMap(after), place, changes);
  else if (left && right) compareItems(left, right, place, changes);
  else if (before.every(isScalar) && after.every(isScalar)) compareScalars(before, after, place, changes);
  else compareByIndex(before, after, place, changes);
}

function compareByIndex(
  before: readonly ManifestNode[],
  after: readonly ManifestNode[],
  place: Place,
  changes: TreeChange[],
): void {
  const length = Math.max(before.length, after.length);
  for (let index = 0; index < length; index += 1) {
    const old = before[index];
    const fresh = after[index];
    const item = itemOf(place, String(index));
    if (old === undefined) changes.push(changeOf('added', item, undefined, fresh));
    else if (fresh === undefined) changes.push(changeOf('removed', item, old, undefined));
    else compare(old, fresh, item, changes);
  }
}

function compareItems(before: ManifestMap, after: ManifestMap, place: Place, changes: TreeChange[]): void {
  for (const [name, value] of after) {
    const old = before.get(name);
    if (old === undefined) changes.push(changeOf('added', itemOf(place, name), undefined, value));
    else compare(old, value, itemOf(place, name), changes);
  }
  for (const [name, value] of before) {
    if (!after.has(name)) changes.push(changeOf('removed', itemOf(place, name), value, undefined));
  }
}

/** Lists of words: what came, what went; where only the order differs, that. */
function compareScalars(
  before: readonly ManifestNode[],
  after: readonly ManifestNode[],
  place: Place,
  changes: TreeChange[],
): void {
  const spare = new Map<ManifestNode, number>();
  for (const value of before) spare.set(value, (spare.get(value) ?? 0) + 1);
  const added: ManifestNode[] = [];
  for (const value of after) {
    const count = spare.get(value) ?? 0;
    if (count > 0) spare.set(value, count - 1);
    else added.push(value);
  }
  const removed = [...spare].flatMap(([value, count]) => new Array<ManifestNode>(count).fill(value));
  for (const value of added) changes.push(changeOf('added', itemOf(place, ''), undefined, value));
  for (const value of removed) changes.push(changeOf('removed', itemOf(place, ''), value, undefined));
  if (added.length + removed.length > 0) return;
  if (before.some((value, index) => value !== after[index])) changes.push(changeOf('reordered', place, before, after));
}

/** Lists of maps that each have a name of their own are compared by it; undefined where they have not. */
function named(items: readonly ManifestNode[]): ManifestMap | undefined {
  const byName = new Map<string, ManifestNode>();
  for (const item of items) {
    const name = isMap(item) ? (item.get('name') ?? item.get('id')) : undefined;
    if (typeof name !== 'string' || byName.has(name)) return undefined;
    byName.set(name, item);
  }
  return byName.size > 0 ? byName : undefined;
}

/** `KEY` requires a value, `KEY=default` and `{KEY: default}` have one. */
function environmentMap(items: readonly ManifestNode[]): ManifestMap {
  const result = new Map<string, ManifestNode>();
  for (const item of items) {
    if (isMap(item)) for (const [key, value] of item) result.set(key, value);
    else if (!isList(item)) {
      const text = String(item);
      const at = text.indexOf('=');
      if (at < 0) result.set(text, '(required)');
      else result.set(text.slice(0, at), text.slice(at + 1));
    }
  }
  return result;
}

function childOf(place: Place, key: string): Place {
  const path = place.path === '' ? key : `${place.path}.${key}`;
  return {
    path,
    secret: place.secret || (!place.names && isSecretName(key)),
    names: place.path === '' && NAMED_PARTS.has(key),
    environment: key === 'environment',
  };
}

/** Top-level parts of a convox.yml whose keys are names. */
const NAMED_PARTS: ReadonlySet<string> = new Set(['services', 'resources', 'timers', 'balancers', 'rackResources']);

function itemOf(place: Place, name: string): Place {
  return { ...place, path: `${place.path}[${name}]`, names: false, environment: false };
}

function changeOf(
  op: TreeChange['op'],
  place: Place,
  before: ManifestNode | undefined,
  after: ManifestNode | undefined,
): TreeChange {
  return {
    path: place.path,
    op,
    before: before === undefined ? undefined : shortText(before, place),
    after: after === undefined ? undefined : shortText(after, place),
    secret: place.secret,
  };
}

/** Longest value shown. */
const MAX_SHOWN = 200;

function shortText(node: ManifestNode, place: Place): string {
  const text = nodeText(node, place, { left: MAX_SHOWN });
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 1)}…` : text;
}

/** `{cpu: 250, memory: 512}`; stops early, as the rest would be cut anyway. */
function nodeText(node: ManifestNode, place: Place, room: { left: number }): string {
  if (room.left <= 0) return '…';
  if (isMap(node)) {
    return `{${joined(node, room, ([key, value]) => `${key}: ${nodeText(value, childOf(place, key), room)}`)}}`;
  }
  if (isList(node)) {
    if (place.environment && !place.secret) return nodeText(environmentMap(node), itemOf(place, ''), room);
    return `[${joined(node, room, (item) => nodeText(item, itemOf(place, ''), room))}]`;
  }
  const text = place.secret ? HIDDEN : withoutSecrets(node === null ? 'null' : String(node));
  room.left -= text.length;
  return text.replace(/\s*\n\s*/g, ' ');
}

function joined<T>(items: Iterable<T>, room: { left: number }, text: (item: T) => string): string {
  const parts: string[] = [];
  for (const item of items) {
    if (room.left <= 0) {
      parts.push('…');
      break;
    }
    room.left -= 2;
    parts.push(text(item));
  }
  return parts.join(', ');
}

function isMap(node: ManifestNode | undefined): node is ManifestMap {
  return node instanceof Map;
}

function isList(node: ManifestNode | undefined): node is readonly ManifestNode[] {
  return Array.isArray(node);
}

function isScalar(node: ManifestNode): boolean {
  return !isMap(node) && !isList(node);
}
