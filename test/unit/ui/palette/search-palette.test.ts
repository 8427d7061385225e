import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALLOWED } from '../../../../src/domain/verdict.ts';
import { fuzzyScore } from '../../../../src/ui/palette/fuzzy-match.ts';
import type { PaletteEntry } from '../../../../src/ui/palette/palette-entry.ts';
import { searchPalette } from '../../../../src/ui/palette/search-palette.ts';

const entry = (name: string, aliases: readonly string[] = [], about = ''): PaletteEntry => ({
  kind: 'view',
  name,
  aliases,
  about,
  verdict: ALLOWED,
  target: { go: { view: name } },
});

const entries = [
  entry('board', ['home'], 'every app of every rack'),
  entry('racks', ['r']),
  entry('apps', ['app', 'a']),
  entry('processes', ['ps', 'pods'], 'processes of an app'),
  entry('releases', ['rel'], 'what was promoted'),
  entry('acme/prod'),
  entry('payments'),
];
const found = (query: string): string[] => searchPalette(entries, query).map((each) => each.name);

describe('palette search', () => {
  it.each([
    ['', 'board'],
    ['ps', 'processes'],
    ['proc', 'processes'],
    ['prod', 'acme/prod'],
    ['rel', 'releases'],
    ['a', 'apps'],
    ['r', 'racks'],
    ['pay', 'payments'],
    ['pcs', 'processes'],
    ['promoted', 'releases'],
    ['HOME', 'board'],
  ])('%j finds %s first', (query, name) => expect(found(query)[0]).toBe(name));

  it('finds nothing where nothing fits', () => expect(found('zzz')).toEqual([]));

  it('finds every entry by its whole name', () => {
    for (const each of entries) expect(found(each.name)[0]).toBe(each.name);
  });
});

describe('fuzzy score', () => {
  it('prefers whole to start to word to inside to scattered', () => {
    const scores = ['web', 'web-1', 'my-web', 'cobweb', 'w-e-b'].map((text) => fuzzyScore('web', text) ?? -1);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(new Set(scores).size).toBe(scores.length);
  });

  it('demands all letters in order', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme-ascii', maxLength: 6 }),
        fc.string({ unit: 'grapheme-ascii', maxLength: 12 }),
        (query, text) => {
          const wanted = [...query.toLowerCase()].filter((letter) => letter !== ' ');
          let at = -1;
          const inOrder = wanted.every((letter) => {
            at = text.toLowerCase().indexOf(letter, at + 1);
            return at >= 0;
          });
          if (!inOrder && query.trim() === query) expect(fuzzyScore(query, text)).toBeUndefined();
        },
      ),
    );
  });
});
