import { describe, expect, test } from 'vitest';
import { SameAnswers } from '../../../src/protocol/same-answers.ts';
import type { Reader } from '../../../src/protocol/schemas/reader.ts';

const reader: Reader<unknown> = { read: (json) => json };
const other: Reader<unknown> = { read: (json) => json };

function answers() {
  const same = new SameAnswers();
  let reads = 0;
  const ask = (question: string, text: string, by = reader): unknown =>
    same.read(question, by, Buffer.from(text), () => {
      reads += 1;
      return JSON.parse(text);
    });
  return { ask, reads: () => reads };
}

describe('an answer', () => {
  test('with the same bytes as the last one is the same value, not read again', () => {
    const { ask, reads } = answers();
    const first = ask('/apps', '[1]');
    expect(ask('/apps', '[1]')).toBe(first);
    expect(ask('/apps', '[1]')).toBe(first);
    expect(reads()).toBe(1);
  });

  test.each([
    ['other bytes', '/apps', '[2]', reader],
    ['as many other bytes', '/apps', '[3]', reader],
    ['another question', '/apps?limit=1', '[1]', reader],
    ['another reader', '/apps', '[1]', other],
  ])('%s: read', (_, question, text, by) => {
    const { ask, reads } = answers();
    const first = ask('/apps', '[1]');
    const second = ask(question, text, by);
    expect(second).toEqual(JSON.parse(text));
    expect(second).not.toBe(first);
    expect(reads()).toBe(2);
  });

  test('only the last one counts', () => {
    const { ask } = answers();
    const first = ask('/apps', '[1]');
    ask('/apps', '[2]');
    expect(ask('/apps', '[1]')).not.toBe(first);
  });

  test('that cannot be read is not kept', () => {
    const { ask, reads } = answers();
    expect(() => ask('/apps', '[')).toThrow();
    expect(() => ask('/apps', '[')).toThrow();
    expect(reads()).toBe(2);
  });
});

describe('what is kept', () => {
  test('is the questions asked last', () => {
    const { ask, reads } = answers();
    const questions = Array.from({ length: 13 }, (_, index) => `/${index}`);
    for (const question of questions) ask(question, '[1]');
    expect(reads()).toBe(13);
    ask('/12', '[1]');
    expect(reads()).toBe(13);
    ask('/0', '[1]');
    expect(reads()).toBe(14);
  });

  test('is bounded in bytes, and never more than that for one answer', () => {
    const { ask, reads } = answers();
    const long = (megabytes: number) => JSON.stringify('x'.repeat(megabytes * 1_048_576));
    for (const question of ['/a', '/b', '/a', '/b']) ask(question, long(4));
    expect(reads()).toBe(4);
    ask('/huge', long(7));
    ask('/huge', long(7));
    expect(reads()).toBe(6);
  });
});
