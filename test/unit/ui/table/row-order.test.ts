import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inPreviousOrder, orderKey, sortRows, startsDescending } from '../../../../src/ui/table/row-order.ts';
import type { TableRow } from '../../../../src/ui/table/table-row.ts';
import { column, row } from './column.ts';

const keys = (rows: readonly TableRow[]): string[] => rows.map((each) => each.key);

describe('sorting rows', () => {
  const name = [column('name')];

  it('orders names as people do: numbers by value, case aside', () => {
    const rows = ['web-10', 'Web-2', 'api', 'web-1'].map((value) => row(value, [value]));
    expect(keys(sortRows(rows, name, { column: 'name', descending: false }))).toEqual([
      'api',
      'web-1',
      'Web-2',
      'web-10',
    ]);
  });

  it('puts the unknown last in both directions', () => {
    const rows = [row('a', [null]), row('b', [2]), row('c', ['']), row('d', [1])];
    const columns = [column('cpu', 'cpu')];
    expect(keys(sortRows(rows, columns, { column: 'cpu', descending: false }))).toEqual(['d', 'b', 'a', 'c']);
    expect(keys(sortRows(rows, columns, { column: 'cpu', descending: true }))).toEqual(['b', 'd', 'a', 'c']);
  });

  it('orders status by how bad it is', () => {
    const rows = [
      row('a', ['running'], ['good']),
      row('b', ['crashed'], ['critical']),
      row('c', ['pending'], ['notice']),
    ];
    const columns = [column('status', 'status')];
    expect(keys(sortRows(rows, columns, { column: 'status', descending: true }))).toEqual(['b', 'c', 'a']);
  });

  it('settles ties by key, whatever order the rack answered in', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e', 'f'], { minLength: 6, maxLength: 6 }), (order) => {
        const rows = order.map((key) => row(key, [1]));
        expect(keys(sortRows(rows, [column('n', 'number')], { column: 'n', descending: true }))).toEqual([...'abcdef']);
      }),
    );
  });

  it('leaves the rack`s own order for a column that does not exist', () => {
    const rows = [row('b', [1]), row('a', [2])];
    expect(keys(sortRows(rows, name, { column: 'gone', descending: false }))).toEqual(['b', 'a']);
  });

  it('gives the same result from any starting order', () => {
    const cells = fc.uniqueArray(fc.tuple(fc.string({ maxLength: 5 }), fc.option(fc.integer({ min: 0, max: 5 }))), {
      selector: ([key]) => orderKey(key),
      maxLength: 20,
    });
    fc.assert(
      fc.property(cells, fc.boolean(), (pairs, descending) => {
        const rows = pairs.map(([key, value]) => row(key, [value]));
        const columns = [column('n', 'number')];
        const once = sortRows(rows, columns, { column: 'n', descending });
        const again = sortRows(inPreviousOrder([...rows].reverse(), once), columns, { column: 'n', descending });
        expect(keys(again)).toEqual(keys(once));
      }),
    );
  });

  it('starts with the worst, newest and largest, words from A', () => {
    expect(startsDescending(column('x', 'text'))).toBe(false);
    for (const type of ['status', 'cpu', 'time', 'number'] as const)
      expect(startsDescending(column('x', type))).toBe(true);
  });
});

describe('previous order', () => {
  it('keeps what stayed, appends what is new, drops what is gone', () => {
    const before = [row('c', [1]), row('a', [1]), row('b', [1])];
    const now = [row('a', [2]), row('d', [2]), row('c', [2])];
    expect(keys(inPreviousOrder(now, before))).toEqual(['c', 'a', 'd']);
  });
});
