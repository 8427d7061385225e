import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moveCursor, placeWindow } from '../../../../src/ui/table/table-window.ts';

describe('table window', () => {
  it('keeps the cursor on its screen line when its row moves', () => {
    const previous = { cursor: 12, top: 10 };
    expect(placeWindow({ length: 100, height: 5, found: 40, previous })).toEqual({ cursor: 40, top: 38 });
  });

  it('stays where it is while nothing moved', () => {
    const previous = { cursor: 12, top: 10 };
    expect(placeWindow({ length: 100, height: 5, found: 12, previous })).toEqual(previous);
  });

  it('gives the cursor to the next row when its own is gone', () => {
    expect(placeWindow({ length: 20, height: 5, found: undefined, previous: { cursor: 7, top: 4 } })).toEqual({
      cursor: 7,
      top: 4,
    });
    expect(placeWindow({ length: 5, height: 5, found: undefined, previous: { cursor: 7, top: 4 } })).toEqual({
      cursor: 4,
      top: 0,
    });
  });

  it('has no cursor in an empty list', () => {
    expect(placeWindow({ length: 0, height: 5, found: undefined, previous: { cursor: 3, top: 1 } })).toEqual({
      cursor: -1,
      top: 0,
    });
    expect(moveCursor({ cursor: -1, top: 0 }, 1, 0, 5)).toEqual({ cursor: -1, top: 0 });
  });

  it('scrolls no further than it must', () => {
    expect(moveCursor({ cursor: 4, top: 0 }, 5, 20, 5)).toEqual({ cursor: 5, top: 1 });
    expect(moveCursor({ cursor: 5, top: 1 }, 4, 20, 5)).toEqual({ cursor: 4, top: 1 });
    expect(moveCursor({ cursor: 5, top: 1 }, 0, 20, 5)).toEqual({ cursor: 0, top: 0 });
  });

  it('always shows the cursor and never a gap below the last row', () => {
    const number = fc.integer({ min: 0, max: 50 });
    fc.assert(
      fc.property(
        number,
        fc.integer({ min: 1, max: 20 }),
        fc.option(number),
        number,
        number,
        (length, height, at, cursor, top) => {
          const found = at !== null && at < length ? at : undefined;
          const window = placeWindow({ length, height, found, previous: { cursor, top } });
          if (length === 0) return;
          expect(window.cursor).toBeGreaterThanOrEqual(window.top);
          expect(window.cursor).toBeLessThan(window.top + height);
          expect(window.top).toBeLessThanOrEqual(Math.max(0, length - height));
          if (found !== undefined) expect(window.cursor).toBe(found);
        },
      ),
    );
  });
});
