import { parse } from 'yaml';

/** One service as a convox.yml declares it. Units: millicores, MiB. */
export interface ServiceSpec {
  readonly name: string;
  readonly port?: number;
  readonly command?: string;
  readonly internal?: boolean;
  readonly agent?: boolean;
  readonly count: number;
  readonly cpu: number;
  readonly memory: number;
  /** Autoscaling target percentages. */
  readonly targetCpu?: number;
  readonly targetMemory?: number;
  readonly maxCount?: number;
  readonly environment?: readonly string[];
  readonly resources?: readonly string[];
}

export interface Manifest {
  readonly services: readonly ServiceSpec[];
  /** Resource name to type (`postgres`, `redis`, ...). */
  readonly resources: Readonly<Record<string, string>>;
}

const EMPTY: Manifest = { services: [], resources: {} };
const parsed = new Map<string, Manifest>();
const written = new WeakMap<Manifest, string>();

/** As YAML. What was written is known without reading it again: a demo world begins with some thirty builds of a dozen files. */
export function manifestText(manifest: Manifest): string {
  const known = written.get(manifest);
  if (known !== undefined) return known;
  const text = write(manifest);
  written.set(manifest, text);
  remember(text, manifest);
  return text;
}

function write(manifest: Manifest): string {
  const resources = Object.entries(manifest.resources).map(([name, type]) => [name, { type }]);
  const services = manifest.services.map((service) => [service.name, serviceBody(service)]);
  const body: Record<string, unknown> = {};
  if (resources.length > 0) body.resources = Object.fromEntries(resources);
  body.services = Object.fromEntries(services);
  return `${yamlLines(body, '').join('\n')}\n`;
}

/** What means something else than itself without quotes is quoted. */
const PLAIN = /^(?:[A-Za-z_./][\w./=-]*(?: [\w./=-]+)*|\d+-\d+)$/;
const WORDS = new Set(['true', 'false', 'null', 'yes', 'no', 'on', 'off', 'y', 'n', '.inf', '.nan']);

/**
 * Maps, lists of words, words and numbers: all that a manifest of the demo has. A whole YAML writer takes as long for the demo's
 * files as the rest of its start.
 */
function yamlLines(map: object, indent: string): string[] {
  return Object.entries(map).flatMap(([key, value]: [string, unknown]) => {
    if (Array.isArray(value)) return [`${indent}${word(key)}:`, ...value.map((item) => `${indent}  - ${word(item)}`)];
    if (typeof value === 'object' && value !== null)
      return [`${indent}${word(key)}:`, ...yamlLines(value, `${indent}  `)];
    return [`${indent}${word(key)}: ${word(value)}`];
  });
}

function word(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  return PLAIN.test(value) && !WORDS.has(value.toLowerCase()) ? value : JSON.stringify(value);
}

function serviceBody(service: ServiceSpec): Record<string, unknown> {
  const body: Record<string, unknown> = { build: '.' };
  if (service.agent === true) body.agent = true;
  if (service.command !== undefined) body.command = service.command;
  if (service.environment !== undefined) body.environment = [...service.environment];
  if (service.internal === true) body.internal = true;
  if (service.port !== undefined) body.port = service.port;
  if (service.resources !== undefined) body.resources = [...service.resources];
  const scale: Record<string, unknown> = {
    count: service.maxCount === undefined ? service.count : `${service.count}-${service.maxCount}`,
    cpu: service.cpu,
    memory: service.memory,
  };
  const targets: Record<string, number> = {};
  if (service.targetCpu !== undefined) targets.cpu = service.targetCpu;
  if (service.targetMemory !== undefined) targets.memory = service.targetMemory;
  if (Object.keys(targets).length > 0) scale.targets = targets;
  body.scale = scale;
  return body;
}

/** Reads a convox.yml leniently: what it does not understand it leaves at the default, as it is not a validator. */
export function parseManifest(text: string): Manifest {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const manifest = readManifest(text);
  remember(text, manifest);
  return manifest;
}

function remember(text: string, manifest: Manifest): void {
  if (parsed.size > 500) parsed.clear();
  parsed.set(text, manifest);
}

/** {@link parseManifest} without its memory. */
export function readManifest(text: string): Manifest {
  const body = text.trim() === '' ? undefined : record(safeParse(text));
  if (body === undefined) return EMPTY;
  const services = Object.entries(record(body.services) ?? {}).map(([name, value]) =>
    readService(name, record(value) ?? {}),
  );
  const resources = Object.entries(record(body.resources) ?? {}).map(([name, value]) => [
    name,
    String(record(value)?.type ?? 'postgres'),
  ]);
  return { services, resources: Object.fromEntries(resources) };
}

function readService(name: string, body: Record<string, unknown>): ServiceSpec {
  const scale = record(body.scale) ?? {};
  const [low, high] = String(scale.count ?? 1)
    .split('-')
    .map(Number);
  const targets = record(scale.targets) ?? {};
  return {
    name,
    count: low !== undefined && Number.isInteger(low) ? low : 1,
    cpu: number(scale.cpu) ?? 250,
    memory: number(scale.memory) ?? 512,
    ...(high !== undefined && Number.isInteger(high) ? { maxCount: high } : {}),
    ...optional('port', number(body.port)),
    ...optional('command', typeof body.command === 'string' ? body.command : undefined),
    ...optional('internal', body.internal === true ? true : undefined),
    ...optional('agent', body.agent === true ? true : undefined),
    ...optional('targetCpu', number(targets.cpu)),
    ...optional('targetMemory', number(targets.memory)),
    ...optional('environment', Array.isArray(body.environment) ? body.environment.map(String) : undefined),
    ...optional('resources', Array.isArray(body.resources) ? body.resources.map(String) : undefined),
  };
}

function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

function safeParse(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
