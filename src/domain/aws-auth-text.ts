import {
  type Document,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type ParsedNode,
  parseDocument,
  visit,
  type YAMLSeq,
} from 'yaml';
import { type ManifestMap, type ManifestNode, readManifest } from './manifest-tree.ts';

/** One item of a list in `aws-auth`, and where it stands in the text. */
export interface ListItem {
  readonly value: ManifestNode;
  /** Offset of the dash, or of the item's first character in a `[...]` list. */
  readonly start: number;
  /** Offset behind the item's last character (behind its line's end in a block list). */
  readonly end: number;
  /** From 1. */
  readonly line: number;
  /** Keys that stand twice in it: parsers disagree on which one counts. */
  readonly repeatedKeys: readonly string[];
}

/** The text of `mapRoles`, `mapUsers` or `mapAccounts`: YAML in a string (convox-api.md 9.2). */
export type ListText =
  /** Missing, blank, comments only, `null` or `[]`; `range` is what stands for "nothing" and may be replaced. */
  | { readonly kind: 'empty'; readonly range: readonly [number, number] | undefined }
  | {
      readonly kind: 'list';
      readonly style: 'block' | 'flow';
      /** Columns before the dash. */
      readonly indent: number;
      readonly items: readonly ListItem[];
      /** Of the closing bracket in a `[...]` list. */
      readonly close: number | undefined;
    }
  /** `reason` is a whole sentence and quotes nothing. */
  | { readonly kind: 'unreadable'; readonly line: number | undefined; readonly reason: string };

/** A ConfigMap holds at most 1 MiB; a real map of this kind has a few kilobytes. */
const MAX_LENGTH = 256 * 1_024;

/**
 * YAML 1.1, for that is what the cluster's authenticator reads: `username: no` is no text there. Never throws.
 */
export function readListText(text: string): ListText {
  if (text.length > MAX_LENGTH) return unreadable(undefined, 'It is too large to be taken apart.');
  const odd = DISPUTED.exec(text);
  if (odd) {
    const line = lineAt(text, odd.index);
    return unreadable(line, `It has a character on line ${line} that readers of YAML take for different things.`);
  }
  // Bounds depth, aliases and count of nodes before anything else looks at the text.
  const guard = readManifest(text);
  if (guard.kind === 'unreadable') return unreadable(lineIn(guard.reason), `It ${guard.reason}.`);
  try {
    const document = parseDocument(text, yamlOptions());
    const [error] = document.errors;
    if (error)
      return unreadable(lineAt(text, error.pos[0]), `It is no valid YAML (line ${lineAt(text, error.pos[0])}).`);
    if (hasFeatures(document) || /^%/m.test(text)) {
      return unreadable(
        undefined,
        'It uses anchors, tags, directives or keys that are no plain text: readers of YAML differ on those.',
      );
    }
    return listOf(text, document.contents, document.toJS({ mapAsMap: true, maxAliasCount: 200 }));
  } catch {
    return unreadable(undefined, 'It is no YAML that could be taken apart.');
  }
}

// A lone carriage return, NEL and the separators end a line for the authenticator's reader, but not for every other; control
// characters and a byte order mark inside the text it does not take at all.
const DISPUTED =
  /\r(?!\n)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** What no map of this kind needs, and what parsers of YAML 1.1 and 1.2 do not agree on. */
function hasFeatures(document: Document.Parsed): boolean {
  let found = false;
  visit(document, {
    Alias: () => {
      found = true;
      return visit.BREAK;
    },
    Node: (_key, node) => {
      if (node.anchor !== undefined || node.tag !== undefined) found = true;
      return found ? visit.BREAK : undefined;
    },
    Pair: (_key, { key }) => {
      if (!isScalar(key) || typeof key.value !== 'string' || key.value === '<<') found = true;
      return found ? visit.BREAK : undefined;
    },
  });
  return found;
}

/** How this file and its editors parse: the tokens are kept, so that every item can be found in the text again. */
export function yamlOptions() {
  return {
    version: '1.1',
    keepSourceTokens: true,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  } as const;
}

function listOf(text: string, contents: ParsedNode | null, plain: unknown): ListText {
  if (contents === null) return { kind: 'empty', range: undefined };
  if (isScalar(contents) && contents.value === null) {
    return { kind: 'empty', range: [contents.range[0], contents.range[1]] };
  }
  if (!isSeq(contents)) return unreadable(1, 'It is not a list: every entry begins with a dash.');
  const token = contents.srcToken;
  const [start, end] = contents.range ?? [0, 0];
  if (contents.items.length === 0) return { kind: 'empty', range: [start, end] };
  const values: readonly unknown[] = Array.isArray(plain) ? plain : [];
  const dashes = token?.type === 'block-seq' ? dashesOf(token.items) : [];
  const items = contents.items.map((item, index) => itemOf(text, item, dashes[index], values[index]));
  if (token?.type === 'block-seq') {
    return { kind: 'list', style: 'block', indent: token.indent, items, close: undefined };
  }
  return { kind: 'list', style: 'flow', indent: 0, items, close: end - 1 };
}

interface TokenItem {
  readonly start: readonly { readonly type: string; readonly offset: number }[];
}

function dashesOf(items: readonly TokenItem[]): readonly number[] {
  return items.flatMap(({ start }) => start.find(({ type }) => type === 'seq-item-ind')?.offset ?? []);
}

function itemOf(text: string, item: unknown, dash: number | undefined, plain: unknown): ListItem {
  const range = isScalar(item) || isCollection(item) ? item.range : undefined;
  const start = dash ?? range?.[0] ?? 0;
  return {
    value: toNode(plain, 0),
    start,
    end: range?.[1] ?? start,
    line: lineAt(text, start),
    repeatedKeys: isMap(item) ? repeated(item.items.map(({ key }) => (isScalar(key) ? String(key.value) : ''))) : [],
  };
}

function repeated(keys: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return [...new Set(keys.filter((key) => seen.size === seen.add(key).size))];
}

/** Plain data of the parser, narrowed; depth and number of nodes were bounded by the first look at the text. */
function toNode(value: unknown, depth: number): ManifestNode {
  if (depth > 100) return null;
  if (Array.isArray(value)) return value.map((item) => toNode(item, depth + 1));
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [String(key), toNode(item, depth + 1)]));
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  return value === null || value === undefined ? null : String(value);
}

/** Same meaning: order of keys and way of writing do not count. */
export function sameValue(one: ManifestNode, other: ManifestNode): boolean {
  if (isNodeMap(one) && isNodeMap(other)) {
    if (one.size !== other.size) return false;
    for (const [key, value] of one) {
      const match = other.get(key);
      if (match === undefined || !sameValue(value, match)) return false;
    }
    return true;
  }
  if (isNodeList(one) && isNodeList(other)) {
    return one.length === other.length && one.every((item, index) => sameValue(item, other[index] ?? null));
  }
  return one === other;
}

export function isNodeMap(node: ManifestNode | undefined): node is ManifestMap {
  return node instanceof Map;
}

export function isNodeList(node: ManifestNode | undefined): node is readonly ManifestNode[] {
  return Array.isArray(node);
}

export function isSequence(node: unknown): node is YAMLSeq {
  return isSeq(node);
}

/** Line of an offset, from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** First line that is indented with a tab, from 1: the authenticator rejects the whole list because of one. */
export function tabbedLine(text: string): number | undefined {
  const match = /^[ ]*(?:-[ ]*)*\t/m.exec(text);
  return match ? lineAt(text, match.index) : undefined;
}

function lineIn(reason: string): number | undefined {
  const line = /\(line (\d+)\)/.exec(reason)?.[1];
  return line === undefined ? undefined : Number(line);
}

function unreadable(line: number | undefined, reason: string): ListText {
  return { kind: 'unreadable', line, reason };
}
