import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LastLines } from '../../../src/live/last-lines.ts';

const APP = { kind: 'app', app: 'shop' } as const;
const line = (process: string, text: string) => `2026-03-01T03:00:00Z service/web/${process} ${text}`;

it('keeps the last lines of each process, whatever came in between', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(99)), { maxLength: 60 }), (writes) => {
      const kept = new LastLines({ lines: 5 });
      const lines = writes.map(([process, number]) => line(`web-${process}`, String(number)));
      for (const each of lines) kept.take(APP, [each]);
      for (const process of ['a', 'b', 'c']) {
        const own = lines.filter((each) => each.includes(`web-${process} `));
        expect(kept.of('shop', `web-${process}`)).toEqual(own.slice(-5));
      }
    }),
  );
});

it('knows processes in all three line formats, and the only one of a process log', () => {
  const kept = new LastLines();
  kept.take({ kind: 'service', app: 'shop', service: 'web' }, [
    '[pod/web-1/shop] 2026-03-01T03:00:00.000000001Z hello',
  ]);
  kept.take({ kind: 'process', app: 'shop', process: 'web-2' }, ['no prefix at all']);
  kept.take({ kind: 'rack' }, [line('web-3', 'of another app')]);
  expect(
    [kept.of('shop', 'web-1'), kept.of('shop', 'web-2'), kept.of('shop', 'web-3')].map((lines) => lines.length),
  ).toEqual([1, 1, 0]);
});

it('is bounded in text and in processes; those silent longest go first', () => {
  const kept = new LastLines({ lines: 100, units: 1_000, processes: 2 });
  for (let at = 0; at < 50; at += 1) kept.take(APP, [line('web-1', `${at} ${'x'.repeat(100)}`)]);
  const lines = kept.of('shop', 'web-1');
  expect(lines.join('').length).toBeLessThanOrEqual(1_000);
  expect(lines.at(-1)).toContain(' 49 ');
  kept.take(APP, [line('web-2', 'x')]);
  kept.take(APP, [line('web-1', 'again')]);
  kept.take(APP, [line('web-3', 'x')]);
  expect(kept.of('shop', 'web-2')).toEqual([]);
  expect(kept.of('shop', 'web-1').at(-1)).toContain('again');
});
