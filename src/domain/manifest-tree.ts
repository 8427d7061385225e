import { type Document, isAlias, parseDocument, visit } from 'yaml';

/** A manifest as plain data. Maps keep any key a server may send, `__proto__` included. */
export type ManifestNode = string | number | boolean | null | readonly ManifestNode[] | ManifestMap;
export interface ManifestMap extends ReadonlyMap<string, ManifestNode> {}

export type ReadManifest =
  | { readonly kind: 'tree'; readonly root: ManifestNode }
  /** `reason` follows "The manifest ...": `is 4 MB of text: too large to take apart`. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** A convox.yml has some kilobytes. */
const MAX_LENGTH = 512 * 1_024;
const MAX_ALIASES = 200;
/** Nodes after aliases are resolved: what a chain of aliases of aliases would blow up. */
const MAX_NODES = 50_000;
const MAX_DEPTH = 60;

/** Reads a manifest; never throws and never runs away, whatever the text holds. */
export function readManifest(text: string): ReadManifest {
  if (text.length > MAX_LENGTH) {
    return unreadable(`is too large to take apart (${Math.round(text.length / 1_024)} KiB)`);
  }
  if (nestsTooDeep(text)) return unreadable(`nests deeper than ${MAX_DEPTH} levels`);
  try {
    // Duplicate keys are not looked for: the check is quadratic, and a rack takes the last one.
    const document = parseDocument(text, { merge: true, uniqueKeys: false, prettyErrors: false, logLevel: 'error' });
    const [error] = document.errors;
    // The parser's message would quote the text, secrets included.
    if (error) return unreadable(`is no valid YAML (line ${lineAt(text, error.pos[0])})`);
    if (hasManyAliases(document)) return unreadable(`has more than ${MAX_ALIASES} YAML aliases`);
    const plain: unknown = document.toJS({ mapAsMap: true, maxAliasCount: MAX_ALIASES });
    return { kind: 'tree', root: toNode(plain, 0, { nodes: 0 }) };
  } catch (error) {
    return unreadable(error instanceof TooMuch ? error.message : 'is no YAML that could be taken apart');
  }
}

class TooMuch extends Error {}

function unreadable(reason: string): ReadManifest {
  return { kind: 'unreadable', reason };
}

/** The parser descends once a bracket or dash: what is deeper than any manifest is not shown to it. */
function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) depth += 1;
    else if ((code === 0x5d || code === 0x7d) && depth > 0) depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return /(?:[-?:] {1,8}){60}/.test(text);
}

function lineAt(text: string, position: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < position; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

function hasManyAliases(document: Document): boolean {
  let count = 0;
  visit(document, (_key, node) => {
    if (isAlias(node)) count += 1;
    return count > MAX_ALIASES ? visit.BREAK : undefined;
  });
  return count > MAX_ALIASES;
}

/** Plain data of the parser, narrowed; counts every node anew that an alias repeats. */
function toNode(value: unknown, depth: number, budget: { nodes: number }): ManifestNode {
  budget.nodes += 1;
  if (budget.nodes > MAX_NODES) throw new TooMuch(`has more than ${MAX_NODES} values`);
  if (depth > MAX_DEPTH) throw new TooMuch(`nests deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) return value.map((item) => toNode(item, depth + 1, budget));
  if (value instanceof Map) {
    const entries = [...value].map(([key, item]) => [keyText(key), toNode(item, depth + 1, budget)] as const);
    return new Map(entries);
  }
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  // `.nan` would differ from itself.
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  return value === null || value === undefined ? null : String(value);
}

/** Keys that are themselves maps or lists mean nothing to a rack. */
function keyText(key: unknown): string {
  return typeof key === 'object' && key !== null ? '(complex key)' : String(key);
}
