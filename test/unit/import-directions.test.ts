import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/** The living table: what each folder of src may import (besides itself). An arrow may only point down this list. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  main: [
    'ui',
    'cli',
    'resources',
    'actions',
    'guides',
    'live',
    'access',
    'targets',
    'protocol',
    'domain',
    'platform',
    'simulator',
  ],
  ui: ['resources', 'actions', 'guides', 'live', 'access', 'targets', 'protocol', 'domain', 'platform'],
  cli: ['resources', 'actions', 'guides', 'live', 'access', 'targets', 'protocol', 'domain', 'platform'],
  resources: ['live', 'access', 'targets', 'protocol', 'domain'],
  // A step of a guide is confirmed, counted and proven as an action is.
  guides: ['actions', 'live', 'access', 'targets', 'protocol', 'domain'],
  actions: ['live', 'access', 'targets', 'protocol', 'domain'],
  live: ['access', 'targets', 'protocol', 'domain', 'platform'],
  access: ['targets', 'protocol', 'domain'],
  targets: ['protocol', 'domain', 'platform'],
  protocol: ['domain', 'platform'],
  platform: ['domain'],
  domain: [],
  simulator: [],
};

/** Node's own modules: adapters only. `ui` may name stream types. */
const MAY_USE_NODE = new Set(['main', 'cli', 'live', 'targets', 'protocol', 'platform', 'simulator']);
const MAY_USE_INK = new Set(['ui']);
/** Nobody may start another program but through these packages' own files: rackdeck never wraps a binary. */
const NEVER = [/^node:child_process$/, /^child_process$/];

interface Import {
  readonly file: string;
  readonly layer: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly lazy: boolean;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

function layerOf(path: string): string {
  const [first = ''] = relative(SRC, path).split(/[\\/]/);
  return first.replace(/\.tsx?$/, '');
}

const STATIC = /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const base = { file: relative(SRC, file), layer: layerOf(file) };
  const found: Import[] = [];
  for (const match of text.matchAll(STATIC)) {
    found.push({ ...base, specifier: match[2] ?? '', typeOnly: match[1] !== undefined, lazy: false });
  }
  for (const match of text.matchAll(DYNAMIC)) {
    found.push({ ...base, specifier: match[1] ?? '', typeOnly: false, lazy: true });
  }
  return found;
}

const IMPORTS = sourceFiles(SRC).flatMap(importsOf);

function targetLayer(found: Import): string | undefined {
  if (!found.specifier.startsWith('.')) return undefined;
  return layerOf(resolve(dirname(join(SRC, found.file)), found.specifier));
}

function list(imports: readonly Import[]): string[] {
  return imports.map(({ file, specifier }) => `${file} imports ${specifier}`);
}

describe('import directions', () => {
  it('reads the tree at all', () => {
    expect(IMPORTS.length).toBeGreaterThan(200);
    expect(IMPORTS.some((found) => found.lazy)).toBe(true);
    expect(new Set(IMPORTS.map((found) => found.layer)).size).toBeGreaterThan(8);
  });

  it('every folder is in the table', () => {
    const unknown = [...new Set(IMPORTS.map((found) => found.layer))].filter((layer) => !(layer in MAY_IMPORT));
    expect(unknown).toEqual([]);
  });

  it('arrows only point down', () => {
    const wrong = IMPORTS.filter((found) => {
      const target = targetLayer(found);
      return target !== undefined && target !== found.layer && !MAY_IMPORT[found.layer]?.includes(target);
    });
    expect(list(wrong)).toEqual([]);
  });

  it('the simulator is loaded lazily, by main alone', () => {
    const users = IMPORTS.filter((found) => found.layer !== 'simulator' && targetLayer(found) === 'simulator');
    expect(list(users.filter((found) => found.layer !== 'main' || !(found.lazy || found.typeOnly)))).toEqual([]);
  });

  it('Ink and React live in ui alone', () => {
    const wrong = IMPORTS.filter((found) => /^(ink|react|ink-table|@inkjs\/ui)(\/|$)/.test(found.specifier));
    expect(list(wrong.filter((found) => !MAY_USE_INK.has(found.layer)))).toEqual([]);
  });

  it("Node's own modules stay at the edges", () => {
    const wrong = IMPORTS.filter(
      (found) => found.specifier.startsWith('node:') && !MAY_USE_NODE.has(found.layer) && !found.typeOnly,
    );
    expect(list(wrong)).toEqual([]);
  });

  it('no file starts another program', () => {
    expect(list(IMPORTS.filter((found) => NEVER.some((never) => never.test(found.specifier))))).toEqual([]);
  });

  it('relative imports name their file with its ending', () => {
    const wrong = IMPORTS.filter((found) => found.specifier.startsWith('.') && !/\.tsx?$/.test(found.specifier));
    expect(list(wrong)).toEqual([]);
  });

  it('only the launcher may end the process', () => {
    const files = sourceFiles(SRC).filter((file) => /\bprocess\.exit\(/.test(readFileSync(file, 'utf8')));
    const allowed = new Set([join('simulator', 'serve.ts')]);
    expect(files.map((file) => relative(SRC, file)).filter((file) => !allowed.has(file))).toEqual([]);
  });
});
