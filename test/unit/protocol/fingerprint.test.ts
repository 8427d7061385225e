import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../src/protocol/fingerprint.ts';

describe('fingerprint', () => {
  it('tells a hundred thousand lines apart that differ in a digit', () => {
    const seen = new Set<number>();
    for (let line = 0; line < 100_000; line += 1) {
      seen.add(fingerprint(`2026-01-05T10:00:00.${String(line).padStart(6, '0')}Z service/web/web-5c9f7d GET / 200`));
    }
    expect(seen.size).toBe(100_000);
  });

  it('is the same for the same text, a safe integer, and differs for swapped, longer and empty ones', () => {
    const texts = ['', 'a', 'b', 'ab', 'ba', 'aa', 'aaa', '\u0000', '\u0000\u0000', 'ä', '注文'];
    const prints = texts.map(fingerprint);
    expect(new Set(prints).size).toBe(texts.length);
    expect(prints.every((print) => Number.isSafeInteger(print) && print >= 0)).toBe(true);
    expect(texts.map(fingerprint)).toEqual(prints);
  });
});
