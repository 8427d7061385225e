import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogLevel, LogLine } from '../../../src/domain/log-line.ts';
import { compileLogQuery } from '../../../src/domain/log-query.ts';
import { type LensSettings, LogLens } from '../../../src/ui/log/log-lens.ts';
import { ALL_PROCESSES } from '../../../src/ui/log/process-choice.ts';
import { SequenceList } from '../../../src/ui/log/sequence-list.ts';
import { LogFollowDouble } from './log-follow-double.ts';

const NOTHING: LensSettings = {
  filter: undefined,
  context: 0,
  level: undefined,
  clearedBefore: 0,
  processes: ALL_PROCESSES,
};

function shownIn(lens: LogLens, settings: LensSettings): number[] {
  const shown = lens.shown(settings);
  return Array.from({ length: shown.size }, (_, index) => shown.idAt(index) ?? -1);
}

describe('a list of sequence numbers', () => {
  it('behaves like a sorted array that loses its front', () => {
    const step = fc.oneof(fc.record({ push: fc.integer({ min: 1, max: 9 }) }), fc.record({ drop: fc.nat(40) }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.nat(500), (steps, asked) => {
        const list = new SequenceList();
        let model: number[] = [];
        let at = 0;
        for (const each of steps) {
          if ('push' in each) {
            at += each.push;
            list.push(at);
            model.push(at);
          } else {
            const before = at - 20 + each.drop;
            list.dropBefore(before);
            model = model.filter((sequence) => sequence >= before);
          }
        }
        expect(Array.from({ length: list.size }, (_, index) => list.at(index))).toEqual(model);
        expect(list.at(-1)).toBeUndefined();
        expect(list.at(list.size)).toBeUndefined();
        expect(list.last).toBe(model.at(-1));
        expect(list.indexAtOrAfter(asked)).toBe(model.filter((sequence) => sequence < asked).length);
        expect(list.has(asked)).toBe(model.includes(asked));
      }),
    );
  });

  it('gives its room back', () => {
    const list = new SequenceList();
    for (let at = 0; at < 10_000; at++) {
      list.push(at);
      list.dropBefore(at - 10);
    }
    expect(list.size).toBe(11);
    expect(list.at(0)).toBe(9_989);
  });
});

describe('what a lens shows', () => {
  const messages = fc.array(fc.constantFrom('hit a', 'b', 'c hit', 'd'), { maxLength: 60 });

  it('is, line by line as they arrive, what looking at all of them at once gives', () => {
    fc.assert(
      fc.property(fc.array(messages, { maxLength: 6 }), fc.nat(5), fc.nat(60), (batches, context, clearedBefore) => {
        const settings = { ...NOTHING, filter: compileLogQuery('hit'), context, clearedBefore };
        const ring = new LogFollowDouble(50);
        const lens = new LogLens(ring);
        for (const batch of batches) {
          ring.push(...batch);
          const hits = new Set<number>();
          for (let at = Math.max(ring.first, clearedBefore); at < ring.end; at++) {
            if (ring.line(at)?.message.includes('hit')) hits.add(at);
          }
          const shown = shownIn(lens, settings);
          // Context of a hit that has fallen off may still stand there: it was shown before.
          const near = (at: number) => [...hits].some((hit) => Math.abs(hit - at) <= context);
          for (const hit of hits) expect(shown).toContain(hit);
          for (let at = Math.max(ring.first, clearedBefore); at < ring.end; at++) {
            if (near(at)) expect(shown).toContain(at);
            else if (at > ring.first + context) expect(shown).not.toContain(at);
          }
          expect(shown).toEqual([...new Set(shown)].sort((a, b) => a - b));
          expect(lens.shown(settings).passed).toBe(hits.size);
          for (const at of shown) expect(lens.shown(settings).isContext(at)).toBe(!hits.has(at));
        }
      }),
    );
  });

  it('finds the hits among shown lines, old and new', () => {
    const ring = new LogFollowDouble(100);
    const lens = new LogLens(ring);
    const settings = { ...NOTHING, filter: compileLogQuery('odd') };
    const search = compileLogQuery('x');
    const push = (n: number) =>
      ring.push(...Array.from({ length: n }, (_, at) => `${at % 2 ? 'odd' : 'even'} ${at % 3 ? '' : 'x'}`));
    push(12);
    expect(lens.hits(settings, search)?.size).toBe(2);
    push(12);
    expect(lens.hits(settings, search)?.size).toBe(4);
    expect(lens.hits(NOTHING, search)?.size).toBe(8);
    push(96);
    expect(lens.hits(NOTHING, search)?.at(0)).toBeGreaterThanOrEqual(ring.first);
    expect(lens.hits(NOTHING, undefined)).toBeUndefined();
  });

  it('keeps the rest of a stack trace with the error above it, per stream', () => {
    const line = (stream: string, message: string, level?: LogLevel): Partial<LogLine> => ({ stream, message, level });
    const ring = new LogFollowDouble();
    ring.push(
      line('a', 'Traceback without a level before it'),
      line('a', 'ERROR boom', 'error'),
      line('b', 'INFO fine', 'info'),
      line('a', '    at work (app.js:1)'),
      line('b', '  indented detail of info'),
      line('a', 'Caused by: other'),
      line('a', 'GET / 200'),
      line('a', 'DEBUG x', 'debug'),
      line('a', '  of debug'),
    );
    expect(shownIn(new LogLens(ring), { ...NOTHING, level: 'warn' })).toEqual([1, 3, 5]);
    expect(shownIn(new LogLens(ring), { ...NOTHING, level: 'info' })).toEqual([1, 2, 3, 4, 5]);
  });

  it('starts afresh after the log was opened from another point', () => {
    const ring = new LogFollowDouble();
    const lens = new LogLens(ring);
    const settings = { ...NOTHING, filter: compileLogQuery('hit') };
    ring.push('hit', 'miss', 'hit');
    expect(shownIn(lens, settings)).toEqual([0, 2]);
    ring.restart({ sinceMs: 1, follow: true });
    expect(shownIn(lens, settings)).toEqual([]);
    ring.push('miss', 'hit');
    expect(shownIn(lens, settings)).toEqual([4]);
    expect(shownIn(lens, NOTHING)).toEqual([3, 4]);
  });
});
