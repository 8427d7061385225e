import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutColumns, naturalWidths } from '../../../../src/ui/table/column-layout.ts';
import { column } from './column.ts';

const columns = [
  column('app', 'text', { priority: 2 }),
  column('id', 'text', { priority: 0, min: 12 }),
  column('status', 'status', { priority: 0 }),
  column('node', 'text', { priority: 6 }),
  column('finding', 'text', { grow: true, min: 10, priority: 0 }),
  column('secret', 'text', { inTable: false }),
];
const natural = [8, 20, 10, 16, 40, 99];

const used = (layout: ReturnType<typeof layoutColumns>): number =>
  layout.columns.reduce((sum, each) => sum + each.width, 0) + Math.max(0, layout.columns.length - 1) * layout.gap;

describe('column layout', () => {
  it('gives every column its natural width where there is room, further apart, and never stretches', () => {
    const layout = layoutColumns(columns, natural, 197, 'app');
    expect(layout.columns.map((each) => each.width)).toEqual([8, 20, 10, 16, 40]);
    expect(layout.gap).toBe(4);
    expect(layout.dropped).toEqual([]);
  });

  it('shrinks the growing column first, then drops by priority', () => {
    const squeezed = layoutColumns(columns, natural, 80, 'app');
    expect(squeezed.columns.map((each) => each.column.id)).toEqual(['app', 'id', 'status', 'node', 'finding']);
    expect(squeezed.columns.at(-1)?.width).toBe(18);
    const narrow = layoutColumns(columns, natural, 62, 'app');
    expect(narrow.dropped).toEqual(['NODE']);
    expect(layoutColumns(columns, natural, 50, 'id').dropped).toEqual(['NODE', 'APP']);
  });

  it('keeps the column that the rows are sorted by', () => {
    const sorted = layoutColumns(columns, natural, 62, 'node');
    expect(sorted.columns.map((each) => each.column.id)).toContain('node');
    expect(sorted.dropped).toEqual(['APP']);
  });

  it('cuts a column that may be cut before it drops another, and gives it back what is left', () => {
    const cuttable = [column('id', 'text', { priority: 0 }), column('release', 'text', { least: 9 }), column('mem')];
    const tight = layoutColumns(cuttable, [20, 15, 7], 41, 'id');
    expect(tight.columns.map((each) => each.width)).toEqual([20, 10, 7]);
    expect(tight.dropped).toEqual([]);
    expect(layoutColumns(cuttable, [20, 15, 7], 60, 'id').columns.map((each) => each.width)).toEqual([20, 15, 7]);
    expect(layoutColumns(cuttable, [20, 15, 7], 38, 'id').dropped).toEqual(['MEM']);
  });

  it('does not draw a column that the place tells already, nor call it hidden', () => {
    const layout = layoutColumns(columns, natural, 62, 'id', new Set(['app']));
    expect(layout.columns.map((each) => each.column.id)).toEqual(['id', 'status', 'node', 'finding']);
    expect(layout.dropped).toEqual([]);
  });

  it('cuts what must stay when nothing else helps', () => {
    const layout = layoutColumns(columns, natural, 20, 'id');
    expect(layout.columns.map((each) => each.column.id)).toEqual(['id', 'status', 'finding']);
    expect(used(layout)).toBeLessThanOrEqual(20);
  });

  it('keeps room for the arrow of the sorted column', () => {
    const short = [column('cpu', 'cpu')];
    expect(layoutColumns(short, [2], 40, 'cpu').columns[0]?.width).toBe(4);
    expect(layoutColumns(short, [2], 40, 'other').columns[0]?.width).toBe(3);
  });

  it('drops the right one among equals', () => {
    const equal = [column('a', 'text', { priority: 3 }), column('b', 'text', { priority: 3 })];
    expect(layoutColumns(equal, [10, 10], 15, 'a').dropped).toEqual(['B']);
  });

  it('never exceeds the width', () => {
    const anyColumns = fc.array(
      fc.record({ natural: fc.nat(60), priority: fc.nat(9), grow: fc.boolean(), min: fc.nat(20) }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(anyColumns, fc.integer({ min: 40, max: 300 }), (shapes, width) => {
        const all = shapes.map(({ natural: _natural, ...shape }, at) => column(`c${at}`, 'text', shape));
        const layout = layoutColumns(
          all,
          shapes.map((shape) => shape.natural),
          width,
          'c0',
        );
        expect(used(layout)).toBeLessThanOrEqual(width);
        expect(layout.columns.length + layout.dropped.length).toBe(all.length);
      }),
    );
  });
});

describe('natural widths', () => {
  it('are the widest text of all rows; ages keep room to grow', () => {
    const all = [column('name'), column('age', 'time')];
    expect(naturalWidths(all, [{ widths: [3, 2] }, { widths: [7, 3] }])).toEqual([7, 4]);
  });
});
