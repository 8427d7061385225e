import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  currentLocation,
  goBack,
  goForward,
  type History,
  MAX_HISTORY,
  openLocation,
  replaceLocation,
  startHistory,
} from '../../../../src/ui/navigation/history.ts';
import { locationOf } from '../../../../src/ui/navigation/location.ts';

const board = locationOf({ view: 'board' });
const shop = locationOf({ view: 'processes', rack: 'prod', place: { app: 'shop' } });
const blog = locationOf({ view: 'processes', rack: 'prod', place: { app: 'blog' } });

describe('history', () => {
  it('goes back and forward and restores everything', () => {
    let history: History = replaceLocation(startHistory(board), {
      ...board,
      filter: 'status:crashed',
      cursorKey: 'prod/shop',
      window: { cursor: 7, top: 3 },
      marks: new Set(['a']),
      sort: { column: 'cpu', descending: true },
    });
    const left = currentLocation(history);
    history = openLocation(history, shop);
    expect(currentLocation(history).view).toBe('processes');
    history = goBack(history) ?? history;
    expect(currentLocation(history)).toBe(left);
    history = goForward(history) ?? history;
    expect(currentLocation(history)).toBe(shop);
  });

  it('has an end on both sides', () => {
    expect(goBack(startHistory(board))).toBeUndefined();
    expect(goForward(startHistory(board))).toBeUndefined();
  });

  it('forgets what lay ahead when another way is taken', () => {
    const back = goBack(openLocation(startHistory(board), shop)) ?? startHistory(board);
    expect(openLocation(back, blog).entries.map((entry) => entry.place.app)).toEqual([undefined, 'blog']);
  });

  it('opening the place one stands in only takes its filter over', () => {
    const history = openLocation(startHistory(shop), { ...shop, filter: 'service:web', givenFilter: 'service:web' });
    expect(history.entries).toHaveLength(1);
    expect(currentLocation(history).filter).toBe('service:web');
  });

  it('stays within its bounds whatever is pressed', () => {
    const steps = fc.array(fc.constantFrom('open shop', 'open blog', 'back', 'forward'), { maxLength: 300 });
    fc.assert(
      fc.property(steps, (all) => {
        let history = startHistory(board);
        for (const step of all) {
          if (step === 'back') history = goBack(history) ?? history;
          else if (step === 'forward') history = goForward(history) ?? history;
          else history = openLocation(history, step === 'open shop' ? shop : blog);
          expect(history.entries.length).toBeLessThanOrEqual(MAX_HISTORY);
          expect(currentLocation(history)).toBeDefined();
        }
      }),
    );
  });
});
