import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FacetCounts } from '../../../src/domain/facet-counts.ts';

it('counts what a plain count over the lines still kept counts, whatever came and went', () => {
  const line = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2', '3'), { maxKeys: 3 });
  fc.assert(
    fc.property(fc.array(fc.tuple(line, fc.nat(3)), { maxLength: 80 }), (steps) => {
      const counts = new FacetCounts();
      let first = 0;
      const lines: Readonly<Record<string, string>>[] = [];
      for (const [fields, dropped] of steps) {
        counts.begin(lines.length);
        for (const [name, value] of Object.entries(fields)) counts.field(name, value);
        lines.push(fields);
        first = Math.min(lines.length, first + (dropped === 3 ? 2 : 0));
        counts.dropBefore(first);
      }
      const kept = lines.slice(first);
      for (const name of ['a', 'b', 'c']) {
        const having = kept.filter((fields) => name in fields);
        const facet = counts.fields().find((field) => field.name === name);
        expect(facet?.lines ?? 0).toBe(having.length);
        const tally = new Map<string, number>();
        for (const fields of having) tally.set(fields[name] ?? '', (tally.get(fields[name] ?? '') ?? 0) + 1);
        expect(facet?.distinct ?? 0).toBe(tally.size);
        const wanted = [...tally].sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1));
        expect(counts.top(name, 2)).toEqual(wanted.slice(0, 2).map(([text, count]) => ({ text, count })));
      }
    }),
  );
});

it('keeps its figures over a long run of lines', () => {
  const counts = new FacetCounts();
  for (let id = 0; id < 50_000; id += 1) {
    counts.begin(id);
    if (id % 3 > 0) counts.field('kind', id % 3 === 1 ? 'one' : 'two');
    counts.dropBefore(id - 999);
  }
  expect(counts.top('kind', 5)?.reduce((sum, { count }) => sum + count, 0)).toBe(counts.fields()[0]?.lines);
  expect(counts.fields()[0]?.lines).toBeGreaterThanOrEqual(666);
  expect(counts.fields()[0]?.lines).toBeLessThanOrEqual(667);
});

it('counts a field of too many values as a whole, and forgets fields that no line has any more', () => {
  const counts = new FacetCounts({ values: 3, fields: 2 });
  for (let id = 0; id < 10; id += 1) {
    counts.begin(id);
    counts.field('id', String(id));
    counts.field('odd', String(id % 2));
    counts.field('third', 'is one too many');
  }
  expect(counts.fields()).toEqual([
    { name: 'id', lines: 10, distinct: undefined },
    { name: 'odd', lines: 10, distinct: 2 },
  ]);
  expect(counts.top('id', 3)).toBeUndefined();
  counts.dropBefore(8);
  expect(counts.fields().map((field) => field.lines)).toEqual([2, 2]);
  counts.dropBefore(99);
  expect(counts.fields()).toEqual([]);
});
