import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_LOG_LINE } from '../../../src/domain/safe-text.ts';
import { LogFrames } from '../../../src/protocol/log-frames.ts';

function readAll(chunks: readonly Uint8Array[]): string[] {
  const frames = new LogFrames();
  return [...chunks.flatMap((chunk) => frames.push(chunk)), ...frames.finish()];
}

function cutUp(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const points = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return points.slice(1).map((end, i) => bytes.subarray(points[i], end));
}

describe('LogFrames', () => {
  test.each<[string, string[], string[]]>([
    ['a line per frame', ['a\n', 'b\n'], ['a', 'b']],
    ['several lines in a frame', ['a\nb\nc\n'], ['a', 'b', 'c']],
    ['a line over frames', ['he', 'll', 'o\nwo', 'rld\n'], ['hello', 'world']],
    ['empty lines', ['\n\na\n'], ['', '', 'a']],
    ['CRLF, cut in between', ['a\r', '\nb\r\n'], ['a', 'b']],
    ['no newline at the end', ['a\nb'], ['a', 'b']],
    ['nothing', [], []],
    ['escapes', ['\u001b[2Ja\u001b[31mb\n'], ['a\u001b[31mb\u001b[0m']],
    ['an escape over frames', ['\u001b', '[2', 'Jx\n'], ['x']],
  ])('%s', (_, chunks, expected) => {
    expect(readAll(chunks.map((chunk) => Buffer.from(chunk)))).toEqual(expected);
  });

  test('characters split across frames, and bytes that are none', () => {
    expect(readAll([Buffer.from([0xe2, 0x82]), Buffer.from([0xac, 0x0a])])).toEqual(['€']);
    expect(readAll([Buffer.from([0x61, 0xff, 0xfe, 0x62, 0x0a])])).toEqual(['a\ufffd\ufffdb']);
    expect(readAll([Buffer.from([0x61, 0xe2, 0x82])])).toEqual(['a\ufffd']);
  });

  test('a line without end stays bounded in memory; the next one is whole', () => {
    const frames = new LogFrames();
    const piece = Buffer.from('x'.repeat(10_000));
    const lines = Array.from({ length: 500 }, () => frames.push(piece)).flat();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toHaveLength(MAX_LOG_LINE);
    expect(frames.atLineStart).toBe(false);
    expect(frames.push(Buffer.from('tail\nnext\n'))).toEqual(['next']);
    expect(frames.atLineStart).toBe(true);
  });

  test('where the frames are cut makes no difference', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !/[\r\n]/.test(text));
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(), { maxLength: 12 }), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
        expect(readAll(cutUp(bytes, cuts))).toEqual(readAll([bytes]));
        expect(readAll([bytes])).toHaveLength(lines.length);
      }),
    );
  });
});
