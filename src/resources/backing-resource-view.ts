import type { BackingResource } from '../domain/backing-resource.ts';
import { maskUrl } from '../domain/mask-url.ts';
import { type ShownParameter, shownParameters } from '../domain/parameter.ts';
import type { Severity } from '../domain/severity.ts';
import { name, status, text } from './columns.ts';
import type { Resource } from './define-resource.ts';

/** Status words of a resource (convox-api.md 4.3): its own, those of a database service, those of a v2 stack. */
const SEVERITY: ReadonlyMap<string, Severity> = new Map([
  ['running', 'ok'],
  ['available', 'ok'],
  ['external', 'ok'],
  ['pending', 'warning'],
  ['creating', 'info'],
  ['modifying', 'info'],
  ['updating', 'info'],
  ['backing-up', 'info'],
  ['maintenance', 'info'],
  ['deleting', 'warning'],
  ['rollback', 'warning'],
  ['stopped', 'critical'],
  ['storage-full', 'critical'],
  ['failed', 'critical'],
]);

/** A resource without what opens it: neither its URL nor its parameters carry a secret any more. */
export interface ShownResource {
  readonly name: string;
  readonly type: string;
  readonly status: string;
  readonly url: string;
  readonly parameters: readonly ShownParameter[];
}

export function shownResource({ name, type, status, url, parameters }: BackingResource): ShownResource {
  return { name, type, status: status ?? '', url: maskUrl(url), parameters: shownParameters(parameters) };
}

function severityOf(resource: ShownResource): Severity {
  return SEVERITY.get(resource.status) ?? 'unknown';
}

/** What the resources of an app and those of a rack have in common. */
export const BACKING_RESOURCE_VIEW = {
  pace: 10,
  key: (resource) => resource.name,
  columns: [
    name('NAME', (resource) => resource.name, { min: 8 }),
    text('TYPE', (resource) => resource.type, { priority: 1 }),
    status('STATUS', (resource) => resource.status, severityOf),
    text('URL', (resource) => resource.url, { grow: true, priority: 2 }),
  ],
  sort: ['name', 'asc'],
  severity: severityOf,
  subject: ({ name }, at) => ({ id: name, app: at.app }),
  open: { enter: { to: 'describe', label: 'describe', place: (_resource, at) => at } },
  describe: (resource) => [
    ['Name', resource.name],
    ['Type', resource.type],
    ['Status', resource.status === '' ? 'unknown' : resource.status],
    ['URL', resource.url],
    ...resource.parameters.map((parameter) => [parameter.name, parameter.value] as const),
  ],
} as const satisfies Partial<Resource<ShownResource>>;
