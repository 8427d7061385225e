import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogRing } from '../../../src/live/log-ring.ts';
import { TextSlabs } from '../../../src/live/text-slabs.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.integer({ min: 0, max: 400_000 }).map((length) => 'ö'.repeat(length)),
);

describe('text slabs', () => {
  it('give back what they took, whatever its size', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 12 }), (texts) => {
        const slabs = new TextSlabs();
        const places = texts.map((each) => slabs.append(each));
        expect(places.map(({ slab, offset, length }) => slabs.read(slab, offset, length))).toEqual(texts);
      }),
      { numRuns: 60 },
    );
  });

  it('use a forgotten slab again and keep the rest', () => {
    const slabs = new TextSlabs();
    const line = 'x'.repeat(1_000);
    const places = Array.from({ length: 1_200 }, (_, index) => slabs.append(`${index} ${line}`));
    const last = places.at(-1);
    expect(last?.slab).toBeGreaterThan(2);
    slabs.forgetBefore(2);
    const kept = places.filter(({ slab }) => slab >= 2);
    const fresh = Array.from({ length: 400 }, (_, index) => slabs.append(`new ${index}`));
    for (const { slab, offset, length } of kept) expect(slabs.read(slab, offset, length)).toMatch(/^\d+ x{1000}$/);
    expect(fresh.map(({ slab, offset, length }) => slabs.read(slab, offset, length)).at(-1)).toBe('new 399');
  });

  it('cut half a surrogate pair to the replacement character and harm nothing beside it', () => {
    const slabs = new TextSlabs();
    const places = ['a\ud83d', 'b'].map((each) => slabs.append(each));
    expect(places.map(({ slab, offset, length }) => slabs.read(slab, offset, length))).toEqual(['a\ufffd', 'b']);
  });
});

describe('log ring', () => {
  it('holds the last lines of a stream of any texts', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (texts, capacity) => {
        const ring = new LogRing(capacity);
        for (const each of texts) ring.push(each);
        const kept = texts.slice(-capacity);
        expect(Array.from({ length: ring.end - ring.first }, (_, at) => ring.raw(ring.first + at))).toEqual(kept);
        expect(ring.dropped).toBe(texts.length - kept.length);
      }),
      { numRuns: 60 },
    );
  });
});
