import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EscapeFilter } from '../../../src/platform/escape-filter.ts';

function type(...keys: string[]) {
  const filter = new EscapeFilter();
  const typed = keys.map((part) => filter.push(Buffer.from(part, 'latin1')));
  return [
    Buffer.concat(typed.map(({ forward }) => forward)).toString('latin1'),
    typed.flatMap(({ actions }) => actions),
  ];
}

test.each<[string[], string, string[]]>([
  [['~.'], '', ['hang-up']],
  [['ls\r~.rest'], 'ls\r', ['hang-up']],
  [['ls\n~.'], 'ls\n', ['hang-up']],
  [['ls\r', '~', '.'], 'ls\r', ['hang-up']],
  [['a~.'], 'a~.', []],
  [['\r~~.'], '\r~.', []],
  [['\r~?~.'], '\r', ['help', 'hang-up']],
  [['\r~x'], '\r~x', []],
  [['cd ~/\r'], 'cd ~/\r', []],
  [['~\r~.'], '~\r', ['hang-up']],
  [['\u0003'], '\u0003', []],
])('%j', (keys, forward, actions) => {
  expect(type(...keys)).toEqual([forward, actions]);
});

test('without a tilde every byte passes as it is; cut anywhere, the same is found', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const clean = bytes.filter((byte) => byte !== 0x7e);
      expect(new EscapeFilter().push(clean)).toEqual({ forward: Buffer.from(clean), actions: [] });
    }),
  );
  const keys = fc.array(fc.constantFrom('~', '.', '?', '\r', 'a'), { maxLength: 12 });
  fc.assert(
    fc.property(keys, (parts) => {
      expect(type(...untilHungUp(parts))).toEqual(type(parts.join('')));
    }),
  );
});

/** What comes after a hang-up in a later chunk is not asked about. */
function untilHungUp(parts: string[]): string[] {
  const filter = new EscapeFilter();
  const end = parts.findIndex((part) => filter.push(Buffer.from(part)).actions.includes('hang-up'));
  return end < 0 ? parts : parts.slice(0, end + 1);
}
