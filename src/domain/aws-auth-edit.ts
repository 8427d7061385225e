import { isMap, parseDocument } from 'yaml';
import {
  isNodeList,
  isNodeMap,
  isSequence,
  type ListItem,
  type ListText,
  readListText,
  sameValue,
  yamlOptions,
} from './aws-auth-text.ts';
import type { ManifestMap, ManifestNode } from './manifest-tree.ts';

/** One change to the list in `mapRoles` or `mapUsers`. */
export type SectionEdit =
  | { readonly kind: 'append'; readonly entry: ManifestMap }
  | { readonly kind: 'remove'; readonly index: number }
  /** Sets keys of one entry; its other keys stay. */
  | { readonly kind: 'replace'; readonly index: number; readonly changes: ManifestMap };

export interface Edited {
  readonly text: string;
  /** Whether the characters of all other entries, comments and quotes are as they were, or only what they mean. */
  readonly kept: 'text' | 'meaning';
}

/**
 * Applies one change to the text of a section. Ways that keep the text come first; each outcome is parsed again and must hold
 * exactly the old entries and the change, else the next way is tried. Undefined where none keeps everything.
 */
export function editSection(text: string, edit: SectionEdit): Edited | undefined {
  const list = readListText(text);
  if (list.kind === 'unreadable') return undefined;
  const old = list.kind === 'list' ? list.items.map(({ value }) => value) : [];
  const wanted = expected(old, edit);
  if (!wanted) return undefined;
  for (const candidate of spliced(text, list, edit)) {
    if (holds(candidate, wanted)) return { text: candidate, kept: 'text' };
  }
  const written = rewritten(text, edit);
  return written !== undefined && holds(written, wanted) ? { text: written, kept: 'meaning' } : undefined;
}

function expected(old: readonly ManifestNode[], edit: SectionEdit): readonly ManifestNode[] | undefined {
  if (edit.kind === 'append') return [...old, edit.entry];
  const item = old[edit.index];
  if (item === undefined) return undefined;
  if (edit.kind === 'remove') return old.filter((_, index) => index !== edit.index);
  if (!isNodeMap(item)) return undefined;
  const fresh = new Map([...item, ...edit.changes]);
  return old.map((value, index) => (index === edit.index ? fresh : value));
}

/** Read back, as the authenticator will, and compared in full. */
function holds(text: string, wanted: readonly ManifestNode[]): boolean {
  const list = readListText(text);
  if (list.kind === 'unreadable') return false;
  const items = list.kind === 'list' ? list.items : [];
  if (items.some(({ repeatedKeys }) => repeatedKeys.length > 0)) return false;
  return sameValue(
    items.map(({ value }) => value),
    wanted,
  );
}

function spliced(text: string, list: ListText, edit: SectionEdit): readonly string[] {
  if (list.kind === 'unreadable') return [];
  const newline = /\r\n/.test(text) ? '\r\n' : '\n';
  if (list.kind === 'empty') return edit.kind === 'append' ? intoEmpty(text, list.range, edit.entry, newline) : [];
  if (edit.kind === 'append') {
    if (list.style === 'flow') return [...list.items.slice(-1)].map((last) => intoFlow(text, last, edit.entry));
    const lines = renderedEntry(edit.entry, ' '.repeat(list.indent), nesting(text));
    return [`${text}${text === '' || text.endsWith('\n') ? '' : newline}${lines.join(newline)}${newline}`];
  }
  const item = list.items[edit.index];
  if (!item) return [];
  if (list.style === 'flow') return edit.kind === 'remove' ? withoutFlowItem(text, list.items, edit.index) : [];
  const [start, end] = itemLines(text, item);
  if (edit.kind === 'remove') return [text.slice(0, start) + text.slice(end)];
  if (!isNodeMap(item.value)) return [];
  const fresh = new Map([...item.value, ...edit.changes]);
  const lines = renderedEntry(fresh, ' '.repeat(list.indent), nesting(text));
  const close = text.slice(start, end).endsWith('\n') ? newline : '';
  return isPlainEntry(fresh) ? [`${text.slice(0, start)}${lines.join(newline)}${close}${text.slice(end)}`] : [];
}

/** An entry that {@link renderedEntry} can write: texts and lists of texts. */
function isPlainEntry(entry: ManifestMap): boolean {
  return [...entry.values()].every(
    (value) =>
      typeof value === 'string' ||
      (isNodeList(value) && value.length > 0 && value.every((item) => typeof item === 'string')),
  );
}

function intoEmpty(
  text: string,
  range: readonly [number, number] | undefined,
  entry: ManifestMap,
  newline: string,
): readonly string[] {
  const lines = renderedEntry(entry, '', 0).join(newline);
  if (range) {
    const behind = text.slice(range[1]);
    return [`${text.slice(0, range[0])}${lines}${behind === '' ? newline : behind}`];
  }
  return [`${text}${text === '' || text.endsWith('\n') ? '' : newline}${lines}${newline}`];
}

function intoFlow(text: string, last: ListItem, entry: ManifestMap): string {
  return `${text.slice(0, last.end)}, ${flowEntry(entry)}${text.slice(last.end)}`;
}

function withoutFlowItem(text: string, items: readonly ListItem[], index: number): readonly string[] {
  const item = items[index];
  const before = items[index - 1];
  const after = items[index + 1];
  if (!item) return [];
  const start = before ? before.end : item.start;
  const end = before ? item.end : (after?.start ?? item.end);
  return [text.slice(0, start) + text.slice(end)];
}

/** From the beginning of the dash's line to behind the last line that holds something of the item. */
function itemLines(text: string, item: ListItem): readonly [number, number] {
  const start = text.lastIndexOf('\n', item.start - 1) + 1;
  const last = item.start + text.slice(item.start, item.end).trimEnd().length;
  const end = text.indexOf('\n', last);
  return [start, end < 0 ? text.length : end + 1];
}

/** Columns that the text indents a list below its key with: 0 as EKS writes it, or more as people do. */
function nesting(text: string): number {
  const match = /^([ ]*)(-[ ]+)?groups:[ ]*\r?\n([ ]*)-[ ]/m.exec(text);
  if (!match) return 0;
  const key = (match[1] ?? '').length + (match[2] ?? '').length;
  return Math.min(8, Math.max(0, (match[3] ?? '').length - key));
}

/** Lines of one entry; `nested` is how much further its lists are indented than their keys. */
export function renderedEntry(entry: ManifestMap, indent: string, nested: number): readonly string[] {
  const lines: string[] = [];
  for (const [key, value] of entry) {
    const lead = `${indent}${lines.length === 0 ? '- ' : '  '}`;
    if (isNodeList(value)) {
      lines.push(`${lead}${plainText(key)}:`);
      for (const item of value) lines.push(`${indent}  ${' '.repeat(nested)}- ${plainText(String(item))}`);
    } else {
      lines.push(`${lead}${plainText(key)}: ${plainText(String(value))}`);
    }
  }
  return lines;
}

function flowEntry(entry: ManifestMap): string {
  const parts = [...entry].map(([key, value]) => {
    const shown = isNodeList(value)
      ? `[${value.map((item) => JSON.stringify(item)).join(', ')}]`
      : JSON.stringify(value);
    return `${JSON.stringify(key)}: ${shown}`;
  });
  return `{${parts.join(', ')}}`;
}

const NO_TEXT = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/** Without quotes where no reader of YAML takes it for anything but text. */
function plainText(text: string): string {
  const isPlain = /^[A-Za-z][\w./:@+=,{}-]*$/.test(text) && !text.endsWith(':') && !NO_TEXT.test(text);
  return isPlain ? text : JSON.stringify(text);
}

/** The parser's own way of changing a document: keeps comments and meaning, but may set line breaks and indents anew. */
function rewritten(text: string, edit: SectionEdit): string | undefined {
  try {
    const document = parseDocument(text, yamlOptions());
    const root: unknown = document.contents;
    if (!isSequence(root)) return undefined;
    if (edit.kind === 'append') root.add(document.createNode(plainOf(edit.entry)));
    else if (edit.kind === 'remove') root.delete(edit.index);
    else {
      const item: unknown = root.get(edit.index, true);
      if (!isMap<unknown, unknown>(item)) return undefined;
      for (const [key, value] of edit.changes) item.set(key, document.createNode(plainOf(value)));
    }
    return document.toString({ lineWidth: 0 });
  } catch {
    return undefined;
  }
}

function plainOf(node: ManifestNode): unknown {
  // No Map: in YAML 1.1 that would be written as an ordered map, with a tag.
  if (isNodeMap(node)) return Object.fromEntries([...node].map(([key, value]) => [key, plainOf(value)]));
  return isNodeList(node) ? node.map(plainOf) : node;
}
