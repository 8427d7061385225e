import { type ManifestMap, type ManifestNode, readManifest } from './manifest-tree.ts';

/** What a manifest (convox.yml) declares, as far as a promote concerns it. */
export interface ManifestParts {
  readonly services: readonly ManifestServicePart[];
  readonly resources: readonly string[];
  /** Variables without a default that no resource provides: a rack refuses to promote without them. Sorted. */
  readonly requiredEnv: readonly string[];
}

export interface ManifestServicePart {
  readonly name: string;
  /** Lower end of `scale.count`; undefined where the manifest does not say. */
  readonly count: number | undefined;
}

/** Undefined where the manifest cannot be taken apart; never throws. */
export function manifestParts(text: string): ManifestParts | undefined {
  if (text.trim() === '') return undefined;
  const read = readManifest(text);
  if (read.kind === 'unreadable' || !isMap(read.root)) return undefined;
  const services = [...mapOf(read.root.get('services'))];
  const resources = [...mapOf(read.root.get('resources')).keys()];
  const required = new Set<string>(variables(read.root.get('environment')));
  for (const [, service] of services) for (const key of variables(mapOf(service).get('environment'))) required.add(key);
  return {
    services: services.map(([name, service]) => ({ name, count: countOf(mapOf(service).get('scale')) })),
    resources,
    requiredEnv: [...required].filter((key) => !isProvided(key, resources)).sort(),
  };
}

export interface ManifestLosses {
  readonly services: readonly string[];
  readonly resources: readonly string[];
}

/** What is in `before` and not in `after`; nothing where either cannot be taken apart. */
export function manifestLosses(before: string, after: string): ManifestLosses {
  const old = manifestParts(before);
  const fresh = manifestParts(after);
  if (!old || !fresh) return { services: [], resources: [] };
  const kept = new Set(fresh.services.map(({ name }) => name));
  return {
    services: old.services.map(({ name }) => name).filter((name) => !kept.has(name)),
    resources: old.resources.filter((name) => !fresh.resources.includes(name)),
  };
}

/** `KEY` and `KEY=default` in a list, `KEY: default` in a map; `*` stands for all and requires none. */
function variables(node: ManifestNode | undefined): string[] {
  if (!Array.isArray(node)) return [];
  return (node as readonly ManifestNode[]).flatMap((item) =>
    typeof item === 'string' && item !== '*' && !item.includes('=') ? [item] : [],
  );
}

/** A resource `main-db` gives its services `MAIN_DB_URL`, `MAIN_DB_HOST` and the like. */
function isProvided(key: string, resources: readonly string[]): boolean {
  return resources.some((name) => key.startsWith(`${name.toUpperCase().replace(/-/g, '_')}_`));
}

/** `scale: 2`, `scale: {count: 2}`, `scale: {count: 1-3}`. */
function countOf(scale: ManifestNode | undefined): number | undefined {
  const count = isMap(scale) ? scale.get('count') : scale;
  const text = typeof count === 'number' || typeof count === 'string' ? String(count) : '';
  const match = /^(\d{1,6})(?:\s*-\s*\d{1,6})?$/.exec(text.trim());
  return match ? Number(match[1]) : undefined;
}

function mapOf(node: ManifestNode | undefined): ManifestMap {
  return isMap(node) ? node : new Map<string, ManifestNode>();
}

function isMap(node: ManifestNode | undefined): node is ManifestMap {
  return node instanceof Map;
}
