import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExitMarker } from '../../../src/protocol/exit-marker.ts';

const MARKER = 'F1E49A85-0AD7-4AEF-A618-C249C6E6568D:';

/** Pushes the bytes in pieces cut at the given places, flushing after a piece where asked to. */
function read(bytes: Buffer, cuts: readonly number[] = [], flushAfter: (piece: number) => boolean = () => false) {
  const marker = new ExitMarker();
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const shown: Buffer[] = [];
  [...places, bytes.length].forEach((to, index) => {
    shown.push(marker.push(bytes.subarray(index === 0 ? 0 : places[index - 1], to)));
    if (flushAfter(index)) shown.push(marker.flush());
  });
  const { rest, exitCode } = marker.finish();
  return { output: Buffer.concat([...shown, rest]), exitCode };
}

describe('the end of a stream', () => {
  test.each([
    ['a frame of its own', `hi\r\n${MARKER}3\n`, 'hi\r\n', 3],
    ['nothing else', `${MARKER}0\n`, '', 0],
    ['negative, as v2 racks may say', `x${MARKER}-1\n`, 'x', -1],
    ['a terminal line end', `x${MARKER}7\r\n`, 'x', 7],
    ['no marker', 'just output', 'just output', undefined],
    ['cut off in the code: 12 may have been 127', `x${MARKER}12`, 'x', undefined],
    ['cut off in the marker', `x${MARKER.slice(0, 20)}`, 'x', undefined],
    ['a few characters that it begins with', 'grep F1E4', 'grep F1E4', undefined],
    ['printed by the command itself', `${MARKER}5\nmore\n${MARKER}0\n`, `${MARKER}5\nmore\n`, 0],
    ['not a number', `${MARKER}abc\n`, `${MARKER}abc\n`, undefined],
    ['a number no status is', `${MARKER}12345678901\n`, `${MARKER}12345678901\n`, undefined],
    ['one begun within another', `F1E49A85-0AD7-F1E49A85-${MARKER}9\n`, 'F1E49A85-0AD7-F1E49A85-', 9],
  ])('%s', (_name, stream, output, exitCode) => {
    const result = read(Buffer.from(stream));
    expect([result.output.toString('latin1'), result.exitCode]).toEqual([output, exitCode]);
  });
});

test('split anywhere, after any bytes: the code is found, the output is exactly what came before, whatever way it is cut', () => {
  const output = fc.uint8Array({ maxLength: 80 });
  const cuts = fc.array(fc.nat(), { maxLength: 12 });
  fc.assert(
    fc.property(output, fc.integer({ min: -255, max: 255 }), cuts, (bytes, code, places) => {
      const result = read(Buffer.concat([bytes, Buffer.from(`${MARKER}${code}\n`)]), places);
      expect(result.output.equals(Buffer.from(bytes))).toBe(true);
      expect(result.exitCode).toBe(code);
    }),
  );
});

test('output that looks much like a marker comes through whole, in order', () => {
  const near = fc.array(fc.constantFrom(MARKER, MARKER.slice(0, 9), MARKER.slice(0, 36), 'F', '0\n', '-', 'x'), {
    maxLength: 10,
  });
  fc.assert(
    fc.property(near, fc.array(fc.nat(), { maxLength: 12 }), (parts, places) => {
      const text = `${parts.join('')}end`;
      expect(read(Buffer.from(text), places).output.toString()).toBe(text);
    }),
  );
});

test('flushing shows at most eight characters of a marker, never any twice, and the code is still found', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 12 }), fc.array(fc.boolean(), { maxLength: 13 }), (places, flushes) => {
      const result = read(Buffer.from(`out${MARKER}4\n`), places, (piece) => flushes[piece] === true);
      expect(result.exitCode).toBe(4);
      expect(`out${MARKER.slice(0, 8)}`.startsWith(result.output.toString())).toBe(true);
      expect(result.output.toString().startsWith('out')).toBe(true);
    }),
  );
});

test('somebody types what a marker begins with: each echo is given by the next flush', () => {
  const marker = new ExitMarker();
  expect(marker.push(Buffer.from('F')).toString()).toBe('');
  expect(marker.flushable).toBe(true);
  expect(marker.flush().toString()).toBe('F');
  expect(marker.flushable).toBe(false);
  expect(marker.push(Buffer.from('1')).toString()).toBe('');
  expect(marker.flush().toString()).toBe('1');
  expect(marker.push(Buffer.from(' key\r')).toString()).toBe(' key\r');
});
