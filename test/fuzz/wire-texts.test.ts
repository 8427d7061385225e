import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_TEXT } from '../../src/domain/safe-text.ts';
import type { Reader } from '../../src/protocol/schemas/reader.ts';
import { ShapeMismatch } from '../../src/protocol/schemas/shape-mismatch.ts';
import { FLOODS, hostileText, textProblem } from './hostile.ts';

const FOLDER = new URL('../../src/protocol/schemas/', import.meta.url);
// What AWS answers comes through its SDK's own reader, not over our wire; its texts are held in aws-client.test.ts.
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.ts') && file !== 'aws.ts');
/** Every word of the schemas that could be a member's name: an answer that holds them all fills every field. */
const NAMES = [
  ...new Set(
    FILES.flatMap((file) => readFileSync(new URL(file, FOLDER), 'utf8').match(/[a-zA-Z][\w-]*(?=['"]?\s*:)/g) ?? []),
  ),
].filter((name) => name !== '__proto__');

/** Kept as they came, on purpose: sent back or edited byte for byte, never printed as they are. */
const VERBATIM: ReadonlyMap<string, RegExp> = new Map([
  ['readRelease', /\.env$/],
  ['readReleases', /\.env$/],
  ['readEnv', /=>/],
  ['readEnvChanged', /=>/],
  // Sent back as they came; what is shown of them passes domain/aws-auth-map.ts.
  ['readConfigMap', /./],
  ['readKeyPair', /\.privateKey$/],
  ['readLoginStart', /./],
  ['readGatewaySession', /\.token$/],
]);

const readers: (readonly [name: string, reader: Reader<unknown>])[] = [];
for (const file of FILES) {
  const module: Record<string, unknown> = await import(new URL(file, FOLDER).href);
  for (const [name, value] of Object.entries(module)) {
    if (!/^read[A-Z]/.test(name)) continue;
    const reader = isReader(value) ? value : typeof value === 'function' ? value(0) : undefined;
    if (isReader(reader)) readers.push([name, reader]);
  }
}

function isReader(value: unknown): value is Reader<unknown> {
  return typeof value === 'object' && value !== null && 'read' in value && typeof value.read === 'function';
}

/** Which kind of value the reader wants where; a text everywhere else. Learnt from what it complains about. */
type Plan = ReadonlyMap<string, string>;

function answer(plan: Plan, text: () => string, path: readonly string[] = []): unknown {
  const kind = plan.get(path.join('/')) ?? plan.get(general(plan, path).join('/')) ?? 'a string';
  if (kind === 'a list') return [answer(plan, text, [...path, '0'])];
  if (kind === 'an object') {
    const own = plan.has([...general(plan, path), '*'].join('/')) ? ['any', text()] : NAMES;
    const names = [...own, text(), '__proto__', 'constructor'];
    return Object.fromEntries(names.map((name) => [name, answer(plan, text, [...path, name])]));
  }
  if (kind === 'a number' || kind === 'a whole number') return 7;
  return kind === 'true or false' ? true : text();
}

/** The path with `*` for members of objects that choose their own names. */
function general(plan: Plan, path: readonly string[]): readonly string[] {
  const result: string[] = [];
  for (const segment of path) result.push(plan.has([...result, '*'].join('/')) ? '*' : segment);
  return result;
}

function learn(reader: Reader<unknown>): Plan {
  const plan = new Map<string, string>();
  for (let round = 0; round < 500; round += 1) {
    try {
      reader.read(answer(plan, () => '2026-01-01T00:00:00Z'));
      return plan;
    } catch (error) {
      if (!(error instanceof ShapeMismatch)) throw error;
      const kind = /^expected (.*), got /.exec(error.problem)?.[1] ?? '';
      const path = general(plan, segments(error.at));
      plan.set(path.join('/'), kind);
      const parent = path.slice(0, -1);
      const alike = [...plan].filter(
        ([known, its]) => its === kind && known.replace(/(?:^|\/)[^/]*$/, '') === parent.join('/'),
      );
      if (path.length > 0 && alike.length > 12) plan.set([...parent, '*'].join('/'), kind);
    }
  }
  throw new Error(`no answer suits: ${JSON.stringify([...plan]).slice(0, 500)}`);
}

/** `a[3]["b-c"].d` in its parts. */
function segments(at: string): readonly string[] {
  return [...at.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|\.?([A-Za-z_$][\w$-]*)/g)].map(
    ([, quoted, index, name]) => quoted ?? index ?? name ?? '',
  );
}

/** Every text of a noun with its place. */
function* texts(value: unknown, path = ''): Generator<readonly [path: string, text: string]> {
  if (typeof value === 'string') yield [path, value];
  else if (value instanceof Map) {
    for (const [key, each] of value) {
      yield [`${path}{key}`, String(key)];
      yield* texts(each, `${path}=>`);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      yield [`${path}{key}`, key];
      yield* texts(each, `${path}.${key}`);
    }
  }
}

const BLOCK = /\.(?:manifest|message|notes|logs|previousLogs|value)$/;
const MAX_BLOCK = 1_048_576 * 2;

function problems(name: string, noun: unknown): readonly string[] {
  const verbatim = VERBATIM.get(name);
  return [...texts(noun)].flatMap(([path, text]) => {
    if (verbatim?.test(path)) return [];
    const isBlock = BLOCK.test(path);
    if (text.length > (isBlock ? MAX_BLOCK : MAX_TEXT)) return [`${path} is ${text.length} long`];
    const problem = textProblem(text, isBlock);
    return problem === undefined ? [] : [`${path} ${problem}`];
  });
}

describe.each(readers)('%s', (name, reader) => {
  const plan = learn(reader);

  it('lets no control character through in any field, nor a name that reaches a prototype', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 1, maxLength: 8 }), (pool) => {
        let next = 0;
        const noun = reader.read(JSON.parse(JSON.stringify(answer(plan, () => pool[next++ % pool.length] ?? ''))));
        expect(problems(name, noun)).toEqual([]);
      }),
      { numRuns: 5 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('keeps every field bounded', () => {
    const flood = FLOODS[readers.findIndex(([other]) => other === name) % FLOODS.length] ?? '';
    // One megabyte at a time: all fields share the text, as they do in memory.
    expect(problems(name, reader.read(answer(plan, () => flood)))).toEqual([]);
  });
});

it('knows every reader of the wire', () => {
  expect(readers.length).toBeGreaterThan(35);
  expect(NAMES.length).toBeGreaterThan(100);
});
