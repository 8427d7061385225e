import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { diffLines } from '../../../src/domain/line-diff.ts';
import { diffManifests, manifestDiffText } from '../../../src/domain/manifest-diff.ts';
import { ownTime } from '../../support/own-time.ts';

const BASE = `environment:
  - RAILS_ENV=production
  - SECRET_KEY_BASE
services:
  web:
    build: .
    command: bundle exec puma
    port: 3000
    scale: {count: 2, cpu: 250, memory: 512}
  worker:
    build: .
    resources: [db, cache]
`;

function changes(after: string, before = BASE) {
  const diff = diffManifests(before, after);
  if (diff.kind !== 'structured') throw new Error(`${diff.kind}: ${JSON.stringify(diff)}`);
  return diff.changes.map(({ path, op, before: was, after: is }) => [path, op, was, is]);
}

describe('diffManifests', () => {
  test.each<[string, (text: string) => string, unknown[]]>([
    ['a value', (text) => text.replace('512', '768'), ['services.web.scale.memory', 'changed', '512', '768']],
    [
      'a service',
      (text) => `${text}  cron:\n    build: ./cron\n`,
      ['services.cron', 'added', undefined, '{build: ./cron}'],
    ],
    ['a key gone', (text) => text.replace('    port: 3000\n', ''), ['services.web.port', 'removed', '3000', undefined]],
    [
      'an item of a list',
      (text) => text.replace('[db, cache]', '[db, cache, mail]'),
      ['services.worker.resources[]', 'added', undefined, 'mail'],
    ],
    [
      'the order of a list',
      (text) => text.replace('[db, cache]', '[cache, db]'),
      ['services.worker.resources', 'reordered', '[db, cache]', '[cache, db]'],
    ],
    [
      'a default of the environment, by its name',
      (text) => text.replace('production', 'staging'),
      ['environment.RAILS_ENV', 'changed', 'production', 'staging'],
    ],
    [
      'a secret default, hidden',
      (text) => text.replace('SECRET_KEY_BASE', 'SECRET_KEY_BASE=hunter2'),
      ['environment.SECRET_KEY_BASE', 'changed', '(hidden)', '(hidden)'],
    ],
    [
      'another kind of value',
      (text) => text.replace('build: .\n    command', 'build: {path: .}\n    command'),
      ['services.web.build', 'changed', '.', '{path: .}'],
    ],
  ])('tells %s', (_name, change, expected) => {
    expect(changes(change(BASE))).toEqual([expected]);
  });

  it.each([
    ['comments', BASE.replace('services:', '# the services\nservices:')],
    ['quotes', BASE.replace('bundle exec puma', '"bundle exec puma"')],
    [
      'order of keys',
      BASE.replace('    build: .\n    command: bundle exec puma\n', '    command: bundle exec puma\n    build: .\n'),
    ],
    ['flow style', BASE.replace('[db, cache]', '\n      - db\n      - cache')],
  ])('does not tell %s', (_name, after) => {
    expect(after).not.toBe(BASE);
    expect(changes(after)).toEqual([]);
  });

  it('hides values by the name of a key, at any depth and in what is added whole', () => {
    const text = (secret: string): string =>
      `services:\n  web:\n    params: {apiToken: ${secret}a, nested: {list: [{password: ${secret}b}]}}\n    command: run --token ${secret}c\n`;
    const all = [diffManifests(text('hunter1'), text('hunter2')), diffManifests('{}', text('hunter2'))];
    expect(JSON.stringify(all)).not.toContain('hunter');
    expect(JSON.stringify(all[0])).toContain('apiToken');
  });

  it('a service that is called like a secret hides nothing', () => {
    const text = (memory: number): string => `services:\n  auth:\n    scale: {memory: ${memory}}\n`;
    expect(changes(text(2), text(1))).toEqual([['services.auth.scale.memory', 'changed', '1', '2']]);
  });

  it('sees through aliases and merge keys', () => {
    const text = (memory: number): string =>
      `x: &base {scale: {memory: ${memory}}}\nservices:\n  web: {<<: *base}\n  api: *base\n`;
    expect(changes(text(2), text(1)).map(([path]) => path)).toEqual([
      'x.scale.memory',
      'services.web.scale.memory',
      'services.api.scale.memory',
    ]);
  });

  it('compares lists of named things by name', () => {
    const before = 'volumes: [{name: a, size: 1}, {name: b, size: 2}]';
    const after = 'volumes: [{name: b, size: 3}, {name: c, size: 2}]';
    expect(changes(after, before)).toEqual([
      ['volumes[b].size', 'changed', '2', '3'],
      ['volumes[c]', 'added', undefined, '{name: c, size: 2}'],
      ['volumes[a]', 'removed', '{name: a, size: 1}', undefined],
    ]);
  });

  it('compares lines where it is no YAML, says why, and hides as well', () => {
    const broken = `services:\n  web: [unclosed\n  password: hunter1\n  private_key: |\n    hunter2\n`;
    const diff = diffManifests(BASE, broken);
    expect(diff).toMatchObject({
      kind: 'lines',
      reason: expect.stringMatching(/newer manifest is no valid YAML \(line \d+\)/),
    });
    expect(JSON.stringify(diff)).not.toContain('hunter');
    if (diff.kind !== 'lines') throw new Error('not lines');
    expect(diff.changes).toContainEqual({ op: 'added', line: 2, text: '  web: [unclosed' });
    expect(diff.changes).toContainEqual({ op: 'removed', line: 7, text: '    command: bundle exec puma' });
  });

  it.each([
    [
      'a bomb of aliases',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((c, i) => `${c}: &${c} [${`*${'abcdefgh'[i]},`.repeat(9)}]`).join('\n')}`,
    ],
    ['very deep flow', '['.repeat(100_000)],
    ['very deep dashes', '- '.repeat(100_000)],
    ['a megabyte', `a: ${'x'.repeat(1_048_576)}`],
    ['many keys', Array.from({ length: 60_000 }, (_, index) => `k${index}: 1`).join('\n')],
    [
      'many merges',
      `a: &a {${Array.from({ length: 5_000 }, (_, i) => `k${i}: 1`).join(', ')}}\nb: {<<: [${'*a,'.repeat(20_000)}]}`,
    ],
    ['an alias of itself', 'a: &a [*a]'],
    ['an unknown alias', 'a: *nope'],
    ['two documents', 'a: 1\n---\nb: 2'],
  ])('survives %s', (_name, hostile) => {
    const started = ownTime();
    const diff = diffManifests(BASE, hostile);
    expect(diff.kind).toBe('lines');
    if (diff.kind === 'lines') expect(diff.reason).toMatch(/^The newer manifest .+\.$/);
    expect(ownTime() - started).toBeLessThan(3_000);
  });

  it('keeps keys that JavaScript gives a meaning', () => {
    expect(changes('__proto__: {a: 1}\nconstructor: 2', '{}')).toEqual([
      ['__proto__', 'added', undefined, '{a: 1}'],
      ['constructor', 'added', undefined, '2'],
    ]);
    expect(({} as { a?: number }).a).toBeUndefined();
  });

  it('never throws; a manifest does not differ from itself, and differs both ways or not at all', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(BASE, 'a: 1', '- b', '{', '&a', '*a', '<<: *a', '\n', '  ', ': ', '!!x'),
    );
    const text = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(diffManifests(a, a)).toEqual({ kind: 'same' });
        const there = diffManifests(a, b);
        const back = diffManifests(b, a);
        expect(there.kind).toBe(back.kind);
        if (there.kind === 'structured' && back.kind === 'structured') {
          expect(there.changes.length).toBe(back.changes.length);
        }
      }),
    );
  });

  test.each([
    [diffManifests(BASE, BASE), ''],
    [diffManifests(BASE, BASE.replace('512', '768')), 'manifest services.web.scale.memory'],
    [diffManifests(BASE, BASE.replace('512', '768').replace('3000', '4000')), '2 manifest changes'],
    [diffManifests(BASE, `${BASE}[\n`), '1 manifest line'],
  ])('in words: %#', (diff, expected) => expect(manifestDiffText(diff)).toBe(expected));
});

describe('diffLines', () => {
  it('turns the one text into the other', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const changes = diffLines(before, after);
        const removed = new Set(changes.flatMap((change) => (change.op === 'removed' ? [change.line] : [])));
        const kept = before.filter((_, index) => !removed.has(index + 1));
        const added = new Map(changes.flatMap((change) => (change.op === 'added' ? [[change.line, change.text]] : [])));
        const rebuilt = after.map((_, index) => added.get(index + 1) ?? kept.shift());
        expect(rebuilt).toEqual(after);
        expect(kept).toEqual([]);
      }),
    );
  });

  it('is the shortest for near texts', () => {
    expect(diffLines([...'abcabba'], [...'cbabac'])).toHaveLength(5);
  });

  it('gives up the shortest for texts far apart, not the answer', () => {
    const before = Array.from({ length: 5_000 }, (_, index) => `old ${index}`);
    const after = Array.from({ length: 5_000 }, (_, index) => `new ${index}`);
    expect(diffLines(before, after)).toHaveLength(10_000);
  });
});
