import { stringify } from 'yaml';
import { type ManifestMap, type ManifestNode, readManifest } from './manifest-tree.ts';
import { scrubText } from './scrub-text.ts';

/** What of a service says how it runs. Everything else (annotations, defaults of variables, build arguments) may hold anything. */
const SERVICE = new Set([
  'agent',
  'command',
  'deployment',
  'domain',
  'drain',
  'grpcHealthEnabled',
  'health',
  'internal',
  'port',
  'ports',
  'resources',
  'scale',
  'singleton',
  'sticky',
  'termination',
  'timeout',
  'tls',
]);
const TIMER = new Set(['command', 'schedule', 'service', 'concurrency']);

/** A convox.yml with its structure, scale and names of variables, and without any value that could be a secret. */
export function redactManifest(text: string): string {
  if (text.trim() === '') return '';
  const read = readManifest(text);
  if (read.kind === 'unreadable' || !isMap(read.root)) return '';
  const { root } = read;
  const parts: Record<string, unknown> = {};
  const services = section(root, 'services', (service) => ({ ...kept(service, SERVICE), ...environmentOf(service) }));
  const resources = section(root, 'resources', (resource) => kept(resource, new Set(['type'])));
  const timers = section(root, 'timers', (timer) => kept(timer, TIMER));
  const own = environmentOf(root);
  Object.assign(parts, own, resources && { resources }, services && { services }, timers && { timers });
  return Object.keys(parts).length === 0 ? '' : stringify(parts);
}

function section(
  root: ManifestMap,
  name: string,
  redact: (item: ManifestMap) => Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined {
  const items = root.get(name);
  if (!isMap(items)) return undefined;
  return Object.fromEntries([...items].map(([key, item]) => [key, isMap(item) ? redact(item) : {}]));
}

function kept(map: ManifestMap, keys: ReadonlySet<string>): Readonly<Record<string, unknown>> {
  return Object.fromEntries([...map].filter(([key]) => keys.has(key)).map(([key, value]) => [key, plain(value)]));
}

/** Names only: `KEY=default` becomes `KEY`. */
function environmentOf(map: ManifestMap): { readonly environment?: readonly string[] } {
  const environment = map.get('environment');
  if (isMap(environment)) return { environment: [...environment.keys()].filter(isName) };
  if (!Array.isArray(environment)) return {};
  const names = environment.map((item) => String(item).split('=')[0]?.trim() ?? '').filter(isName);
  return { environment: names };
}

const isName = (text: string): boolean => text === '*' || /^[A-Za-z_][\w.-]{0,255}$/.test(text);

function plain(value: ManifestNode): unknown {
  if (isMap(value)) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
  if (Array.isArray(value)) return value.map((item: ManifestNode) => plain(item));
  return typeof value === 'string' ? scrubText(value).text : value;
}

function isMap(value: ManifestNode | undefined): value is ManifestMap {
  return value instanceof Map;
}
