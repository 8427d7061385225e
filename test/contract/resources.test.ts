import { describe, expect, it } from 'vitest';
import type { AnyResource } from '../../src/resources/define-resource.ts';
import { findResource, RESOURCES } from '../../src/resources/index.ts';
import { SHELL_BINDINGS } from '../../src/ui/keys/key-table.ts';

/** Screens that are no resource but may be opened from one. */
const SCREENS = new Set(['diff', 'logs', 'previous-logs', 'describe', 'raw']);
/** Keys that stand for a view wherever a resource has them; of the rest of the key table a resource takes none. */
const MEANT_FOR_LINKS: Readonly<Record<string, readonly string[] | undefined>> = {
  enter: undefined,
  l: undefined,
  w: ['findings', 'why'],
  e: ['env'],
  m: ['metrics'],
  t: ['timeline'],
};
const RESERVED = new Set(
  SHELL_BINDINGS.filter(({ context }) => context === 'table' || context === 'global')
    .flatMap(({ keys }) => keys)
    .filter((key) => !Object.hasOwn(MEANT_FOR_LINKS, key)),
);

const PERMISSION = /^(convox|gateway):[a-z_]+:[a-z]+$/;
const ROUTE = /^GET (\/api\/v1)?\/[a-z{}/-]*$/;

describe.each(RESOURCES.map((resource) => [resource.id, resource] as const))('resource %s', (_id, resource) => {
  it('has a name that a person and a script can type', () => {
    expect(resource.id).toMatch(/^[a-z][a-z-]*$/);
    expect(findResource(resource.id)).toBe(resource);
    for (const alias of resource.aliases) expect(findResource(alias)).toBe(resource);
  });

  it('says what it is and what to do when it is empty', () => {
    expect(resource.title).toMatch(/^[A-Z]/);
    expect(resource.about.length).toBeGreaterThan(20);
    expect(resource.empty).toMatch(/\.$/);
  });

  it('names its permission and route', () => {
    expect(resource.needs).toMatch(PERMISSION);
    expect(resource.route).toMatch(ROUTE);
  });

  it('asks at its leisure where each question leaves a trace', () => {
    // The gateway writes an audit row about every look at its audit log (gateway.md 7.4).
    if (resource.route === 'GET /api/v1/audit-logs') expect(resource.refresh).toBe('manual');
    if (resource.refresh === 'manual') expect(resource.pace).toBeUndefined();
    expect(resource.pace ?? 1).toBeGreaterThanOrEqual(1);
    expect(resource.pace ?? 1).toBeLessThanOrEqual(10);
  });

  it('has distinct column ids and headers', () => {
    const ids = resource.columns.map((column) => column.id);
    expect(new Set(ids).size).toBe(ids.length);
    const headers = resource.columns.filter((column) => column.inTable !== false).map((column) => column.header);
    expect(new Set(headers).size).toBe(headers.length);
  });

  it('sorts by a column that exists', () => {
    expect(resource.columns.map((column) => column.id)).toContain(resource.sort[0]);
  });

  it('fits 80 cells with the columns it never drops', () => {
    const kept = resource.columns.filter((column) => column.inTable !== false && (column.priority ?? 1) === 0);
    const width = kept.reduce((sum, column) => sum + Math.max(column.min ?? 0, column.header.length) + 2, 2);
    expect(kept.length).toBeGreaterThan(0);
    expect(width).toBeLessThanOrEqual(80);
    expect(resource.columns.filter((column) => column.grow).length).toBeLessThanOrEqual(1);
  });

  it('opens only what exists, with keys that nobody else uses', () => {
    for (const [key, link] of Object.entries(resource.open)) {
      expect(RESERVED.has(key), `${key} of ${resource.id}`).toBe(false);
      expect(MEANT_FOR_LINKS[key] ?? [link.to], `${key} of ${resource.id}`).toContain(link.to);
      expect(SCREENS.has(link.to) || findResource(link.to) !== undefined, `${resource.id} ${key} -> ${link.to}`).toBe(
        true,
      );
      expect(link.label).not.toBe('');
    }
    expect(Object.keys(resource.open)).toContain('enter');
  });

  it('stands in for a silent rack where it shows many', () => {
    expect(resource.failed !== undefined).toBe(resource.scope === 'deck');
    if (resource.scope === 'deck') expect(linksWithoutRack(resource)).toEqual([]);
  });
});

function linksWithoutRack(resource: AnyResource): string[] {
  return Object.entries(resource.open)
    .filter(([, link]) => link.rack === undefined)
    .map(([key]) => key);
}

describe('the registry', () => {
  it('gives no two views the same name', () => {
    const names = RESOURCES.flatMap((resource) => [resource.id, ...resource.aliases]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('finds by any letter case and refuses the rest', () => {
    expect(findResource('APPS')?.id).toBe('apps');
    expect(findResource('nonsense')).toBeUndefined();
  });
});
