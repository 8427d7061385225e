import { describe, expect, it } from 'vitest';
import { compileLogQuery } from '../../../src/domain/log-query.ts';
import { LOG_BINDINGS, QUICK_SINCE } from '../../../src/ui/log/log-bindings.ts';
import { LogLens } from '../../../src/ui/log/log-lens.ts';
import { handlesCommand, type LogEvent, reduceLog } from '../../../src/ui/log/log-reducer.ts';
import {
  initialLogState,
  type LogEffect,
  type LogViewState,
  type LogWorld,
} from '../../../src/ui/log/log-view-state.ts';
import { LogFollowDouble } from './log-follow-double.ts';

/** Ten rows; every line one row tall, but those that say how many. */
function stage(count: number, message = (n: number) => `line ${n}`) {
  const ring = new LogFollowDouble(1_000);
  ring.push(...Array.from({ length: count }, (_, n) => message(n)));
  const lens = new LogLens(ring);
  const world: LogWorld = {
    get first() {
      return ring.first;
    },
    get end() {
      return ring.end;
    },
    ended: false,
    shown: (settings) => lens.shown(settings),
    hits: (state) => lens.hits(state, state.search),
    items: (state) => {
      const shown = lens.shown(state);
      const tall = (id: number) => Number(/tall (\d+)/.exec(ring.line(id)?.message ?? '')?.[1] ?? 1);
      return {
        size: shown.size,
        idAt: (index) => shown.idAt(index),
        indexAtOrAfter: (id) => shown.indexAtOrAfter(id),
        rowsOf: (id) => (state.wrap ? tall(id) : 1),
      };
    },
    writer: (id) => ring.line(id)?.process,
  };
  const effects: LogEffect[] = [];
  let state = initialLogState({ sinceMs: 60_000, prefix: true });
  const send = (...events: (LogEvent | string)[]): LogViewState => {
    for (const event of events) {
      const step = reduceLog(state, typeof event === 'string' ? { kind: 'command', id: `log.${event}` } : event, world);
      state = step.state;
      effects.push(...step.effects);
    }
    return state;
  };
  send({ kind: 'resize', rows: 10, columns: 80 });
  return { ring, world, send, effects };
}

const search = (text: string): LogEvent => ({ kind: 'search', query: compileLogQuery(text) });
const filter = (text: string): LogEvent => ({ kind: 'filter', query: compileLogQuery(text) });

describe('moving through a log', () => {
  it.each<[string, readonly string[], { cursor: number; top: number; follow: boolean }]>([
    ['follows at first', [], { cursor: 99, top: 90, follow: true }],
    ['down while following stays', ['down'], { cursor: 99, top: 90, follow: true }],
    ['page down while following stays', ['page-down', 'half-down'], { cursor: 99, top: 90, follow: true }],
    ['up pauses', ['up'], { cursor: 98, top: 90, follow: false }],
    ['up past the window scrolls', Array(12).fill('up'), { cursor: 87, top: 87, follow: false }],
    ['pause keeps the place', ['pause'], { cursor: 99, top: 90, follow: false }],
    ['pause twice follows again', ['up', 'pause'], { cursor: 99, top: 90, follow: true }],
    ['half a page up', ['half-up'], { cursor: 94, top: 85, follow: false }],
    ['a page up and down again', ['page-up', 'page-down'], { cursor: 99, top: 90, follow: false }],
    ['the first line', ['top'], { cursor: 0, top: 0, follow: false }],
    ['up at the first line stays', ['top', 'up', 'half-up'], { cursor: 0, top: 0, follow: false }],
    ['half a page down from the top', ['top', 'half-down'], { cursor: 5, top: 5, follow: false }],
    ['G follows', ['top', 'bottom'], { cursor: 99, top: 90, follow: true }],
    ['f follows', ['top', 'follow'], { cursor: 99, top: 90, follow: true }],
    ['at the end the cursor goes on alone', ['up', 'up', 'up', 'half-down'], { cursor: 99, top: 90, follow: false }],
  ])('%s', (_, keys, expected) => {
    const { send } = stage(100);
    const { cursor, top, follow } = send(...keys);
    expect({ cursor, top: top.id, follow }).toEqual(expected);
  });

  it('scrolls through a line that is taller than the window, row by row, instead of over it', () => {
    const { send } = stage(30, (n) => (n === 5 ? 'tall 25' : `line ${n}`));
    send('top', ...Array(5).fill('down'));
    expect(send()).toMatchObject({ cursor: 5, top: { id: 0, row: 0 } });
    expect(send(...Array(20).fill('down'))).toMatchObject({ cursor: 5, top: { id: 5, row: 15 } });
    expect(send('down')).toMatchObject({ cursor: 6, top: { id: 5, row: 16 } });
    expect(send('up', 'up')).toMatchObject({ cursor: 5, top: { id: 5, row: 15 } });
  });

  it('keeps the place while lines arrive, and moves on only when they fall off the ring', () => {
    const { ring, send } = stage(900);
    send('top', 'half-down');
    ring.push(...Array(100).fill('more'));
    expect(send({ kind: 'lines' })).toMatchObject({ cursor: 5, top: { id: 5, row: 0 } });
    ring.push(...Array(50).fill('more'));
    expect(send({ kind: 'lines' })).toMatchObject({ cursor: 50, top: { id: 50, row: 0 }, follow: false });
  });

  it('has a cursor in the window after every change of size', () => {
    const { send } = stage(100);
    send('half-up');
    expect(send({ kind: 'resize', rows: 3, columns: 80 })).toMatchObject({ cursor: 94, top: { id: 92 } });
    expect(send({ kind: 'resize', rows: 200, columns: 80 })).toMatchObject({ cursor: 94, top: { id: 0 } });
  });

  it('has nothing to do in an empty log', () => {
    const { send, effects, world } = stage(0);
    for (const { id } of LOG_BINDINGS)
      if (!/since|search|filter|save-all|export|jump|top-values|processes|fields|new-error/.test(id))
        send(id.replace('log.', ''));
    expect(effects).toEqual([]);
    expect(send()).toMatchObject({ marks: [], top: { id: world.end, row: 0 } });
  });
});

describe('searching a log', () => {
  const hitsAt = (n: number) => (n % 25 === 7 ? `hit ${n}` : `line ${n}`);

  it.each<[string, readonly (LogEvent | string)[], number]>([
    ['following, the newest hit is found first', [search('hit')], 82],
    ['else the first from the cursor on', ['top', search('hit')], 7],
    ['on the cursor counts', ['top', search('hit'), search('hit')], 7],
    ['past the end it starts over', ['top', search('hit'), 'next', 'next', 'next', 'next'], 7],
    ['backwards', [search('hit'), 'previous'], 57],
    ['backwards over the first', ['top', 'previous', search('hit'), 'previous'], 82],
    ['from the last hit on, the first is found', ['top', search('line 99'), search('hit')], 7],
  ])('%s', (_, events, cursor) => {
    expect(stage(100, hitsAt).send(...events)).toMatchObject({ cursor, follow: false });
  });

  it('puts the hit in the middle with its context', () => {
    expect(stage(100, hitsAt).send('top', search('hit'), 'next')).toMatchObject({ cursor: 32, top: { id: 28 } });
  });

  it('finds hits that arrive later, and forgets those that fell off', () => {
    const { ring, send, world } = stage(100, hitsAt);
    const state = send(search('hit'));
    expect(world.hits(state)?.size).toBe(4);
    ring.push(...Array(990).fill('hit again'));
    expect(world.hits(send({ kind: 'lines' }))?.size).toBe(990);
  });

  it('says that nothing was found and stays', () => {
    const state = stage(100).send(search('absent'));
    expect(state).toMatchObject({ follow: true, cursor: 99 });
    expect(state.message?.text).toBe("No line has 'absent'");
    expect(stage(100).send('next').message?.text).toContain('/ searches');
  });

  it('searches the lines that the filter shows, no others', () => {
    const { send, world } = stage(100, (n) => `${n % 2 ? 'odd' : 'even'} ${n % 10 === 4 || n % 10 === 5 ? 'hit' : ''}`);
    expect(world.hits(send(filter('odd'), search('hit')))?.size).toBe(10);
    expect(world.hits(send(filter('even')))?.size).toBe(10);
    expect(world.hits(send({ kind: 'filter', query: undefined }))?.size).toBe(20);
  });
});

describe('filter, marks and effects', () => {
  it('keeps context between 0 and 5 and tells where it makes sense', () => {
    const { send } = stage(100);
    expect(send('context-more')).toMatchObject({ context: 0, message: { text: expect.stringContaining('& filters') } });
    send(filter('line'));
    expect(send(...Array(9).fill('context-more')).context).toBe(5);
    expect(send(...Array(9).fill('context-less')).context).toBe(0);
  });

  it('leaves the search first, then the filter, then lets the shell go back', () => {
    const { send } = stage(100);
    const back: LogEvent = { kind: 'command', id: 'app.back' };
    expect(handlesCommand(send(filter('line'), search('9')), 'app.back')).toBe(true);
    expect(send(back)).toMatchObject({ search: undefined, filter: { text: 'line' } });
    expect(send(back)).toMatchObject({ search: undefined, filter: undefined });
    expect(handlesCommand(send(), 'app.back')).toBe(false);
  });

  it('walks through the marks, forgets those that fell off', () => {
    const { ring, send } = stage(1_000);
    send('top', 'mark', 'down', 'down', 'mark', 'bottom', 'up', 'mark');
    expect(send().marks).toEqual([0, 2, 998]);
    expect(['next-mark', 'next-mark', 'next-mark', 'next-mark'].map((key) => send(key).cursor)).toEqual([0, 2, 998, 0]);
    ring.push('one more');
    expect(send('next-mark').cursor).toBe(2);
    expect(send('mark').marks).toEqual([998]);
  });

  it('clears the view, counts on, and shows again', () => {
    const { ring, send, world } = stage(100);
    expect(world.shown(send('clear')).size).toBe(0);
    ring.push('fresh');
    expect(send({ kind: 'lines' })).toMatchObject({ cursor: 100, top: { id: 100 } });
    expect(world.shown(send('unclear')).size).toBe(101);
  });

  it('re-opens from another point: what was paused, marked or cleared is gone', () => {
    const { send, effects } = stage(100);
    const state = send('up', 'mark', 'clear', 'since-1h');
    expect(effects).toEqual([{ kind: 'reopen', sinceMs: 3_600_000 }]);
    expect(state).toMatchObject({ follow: true, marks: [], clearedBefore: 0, sinceMs: 3_600_000 });
  });

  it.each([
    ['search', { kind: 'ask', what: 'search', initial: '' }],
    ['since', { kind: 'ask', what: 'since', initial: '' }],
    ['open', { kind: 'open-line', sequence: 99 }],
    ['copy', { kind: 'copy-line', sequence: 99 }],
    ['copy-visible', { kind: 'copy-screen' }],
    ['save', { kind: 'export', request: { what: 'visible', format: 'text', gzip: false } }],
    ['save-all', { kind: 'export', request: { what: 'all', format: 'text', gzip: false } }],
  ])('%s wants its effect', (key, effect) => {
    const { send, effects } = stage(100);
    send(key);
    expect(effects).toEqual([effect]);
  });

  it('scrolls sideways only where lines are not wrapped', () => {
    const { send } = stage(10);
    expect(send('right')).toMatchObject({ left: 0, message: { text: expect.stringContaining('w switches') } });
    expect(send('wrap', 'right', 'right', 'left')).toMatchObject({ wrap: false, left: 20 });
    expect(send('wrap')).toMatchObject({ wrap: true, left: 0 });
  });

  it('has a meaning for every key of its table, and no key twice', () => {
    const keys = LOG_BINDINGS.flatMap((binding) => binding.keys);
    expect(new Set(keys).size).toBe(keys.length);
    const state = initialLogState({ sinceMs: 1, prefix: true });
    for (const { id } of LOG_BINDINGS) expect(handlesCommand(state, id), id).toBe(true);
    for (const id of Object.keys(QUICK_SINCE)) expect(LOG_BINDINGS.map((binding) => binding.id)).toContain(id);
  });
});
