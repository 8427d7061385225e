import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_FILTER } from '../../../../src/resources/filter/filter-term.ts';
import { parseFilter } from '../../../../src/resources/filter/parse-filter.ts';
import { sameRow } from '../../../../src/ui/table/same-row.ts';
import { TableModel, type TableQuery } from '../../../../src/ui/table/table-model.ts';
import { column, row } from './column.ts';

const columns = [column('name'), column('cpu', 'cpu'), column('started', 'time', { header: 'AGE' })];
const NOW = 1_000_000;
const rows = [
  row('web-1', ['web-1', 0.2, NOW - 5_000], ['good']),
  row('web-2', ['web-2', 1.5, NOW - 90_000], ['critical']),
  row('worker', ['worker', 0.9, NOW - 10_000], ['good']),
];

const base: TableQuery = {
  columns,
  rows,
  filter: NO_FILTER,
  sort: { column: 'cpu', descending: true },
  unhealthyOnly: false,
  now: NOW,
};

const keys = (model: TableModel, change: Partial<TableQuery> = {}): string[] =>
  model.query({ ...base, ...change }).rows.map((each) => each.key);

describe('table model', () => {
  it('sorts, filters and counts', () => {
    const model = new TableModel();
    expect(keys(model)).toEqual(['web-2', 'worker', 'web-1']);
    expect(keys(model, { filter: parseFilter('web', columns) })).toEqual(['web-2', 'web-1']);
    expect(keys(model, { filter: parseFilter('cpu>500m', columns) })).toEqual(['web-2', 'worker']);
    expect(keys(model, { unhealthyOnly: true })).toEqual(['web-2']);
    expect(model.query({ ...base, unhealthyOnly: true }).total).toBe(3);
  });

  it('finds a row by its key', () => {
    const result = new TableModel().query(base);
    expect(result.indexOf('worker')).toBe(1);
    expect(result.indexOf('gone')).toBeUndefined();
  });

  it('hands back the same result while nothing changed', () => {
    const model = new TableModel();
    const filter = parseFilter('web', columns);
    expect(model.query({ ...base, filter })).toBe(model.query({ ...base, filter }));
  });

  it('looks at ages again when a second has passed', () => {
    const model = new TableModel();
    const filter = parseFilter('age<8s', columns);
    expect(keys(model, { filter })).toEqual(['web-1']);
    expect(keys(model, { filter, now: NOW + 4_000 })).toEqual([]);
  });

  it('typing on, deleting and changing find what a fresh start finds', () => {
    const texts = fc.array(
      fc.constantFrom('w', 'we', 'web', '!web', 'cpu>0.5', 'web cpu>1', 'worker', '/we/', '/o/', ''),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(texts, (steps) => {
        const model = new TableModel();
        for (const text of steps) {
          const filter = parseFilter(text, columns);
          expect(keys(model, { filter })).toEqual(keys(new TableModel(), { filter }));
        }
      }),
    );
  });

  it('a refresh keeps the order of the sort', () => {
    const model = new TableModel();
    keys(model);
    const fresh = [row('new', ['new', 1, NOW], ['good']), ...rows.slice(1)];
    expect(keys(model, { rows: fresh })).toEqual(['web-2', 'new', 'worker']);
  });
});

describe('same row', () => {
  it.each([
    [{ a: 1, b: [1, { c: 'x' }] }, { a: 1, b: [1, { c: 'x' }] }, true],
    [{ a: 1 }, { a: 2 }, false],
    [{ a: undefined }, {}, false],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [[1, 2], [1, 2, 3], false],
    [null, {}, false],
    [new Map(), new Map(), false],
  ])('%j and %j: %s', (a, b, expected) => expect(sameRow(a, b)).toBe(expected));

  it('takes the same object for the same, however deep', () => {
    const deep = new Map([[1, 2]]);
    expect(sameRow({ deep }, { deep })).toBe(true);
  });
});
