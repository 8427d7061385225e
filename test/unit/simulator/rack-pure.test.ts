import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesPattern } from '../../../src/simulator/rack/filter-pattern.ts';
import { demoRacks } from '../../../src/simulator/scenario/demo-racks.ts';
import { parseDuration, parseInteger, parseMap, parseTime } from '../../../src/simulator/wire/go-values.ts';
import { generationOf } from '../../../src/simulator/wire/version.ts';
import { appLines } from '../../../src/simulator/world/app-log.ts';
import { drift, sawtooth } from '../../../src/simulator/world/load.ts';
import { manifestText, parseManifest } from '../../../src/simulator/world/manifest.ts';
import { envDescription, envMap, envText } from '../../../src/simulator/world/releases.ts';
import { splitWords } from '../../../src/simulator/world/shell.ts';

describe('values of Go', () => {
  test.each([
    ['1h30m0s', 5_400_000],
    ['90m', 5_400_000],
    ['-1h', -3_600_000],
    ['1.5s', 1_500],
    ['250ms', 250],
    ['0', 0],
    ['+2m', 120_000],
  ])('duration %s', (text, ms) => {
    expect(parseDuration(text)).toBeCloseTo(ms, 6);
  });

  test.each(['', '1d', '5', 'h', '1h-2m', '1 h', '--1s', '1w2d'])('no duration: %j', (text) => {
    expect(() => parseDuration(text)).toThrow(/^time: /);
  });

  test('times round-trip through the layout', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
        (date) => {
          const digits = date.toISOString().replace(/[-:]/g, '').replace('T', '.').replace('Z', '000000');
          expect(parseTime(digits)).toBe(date.getTime());
        },
      ),
    );
  });

  test.each(['', '20260102', '2026-01-02T03:04:05Z', '20261302.000000.000000000'])('no time: %j', (text) => {
    expect(() => parseTime(text)).toThrow(/^parsing time/);
  });

  test('integers', () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (value) => parseInteger(String(value)) === value));
    for (const text of ['', '1.5', '1e3', ' 1', '0x10']) expect(() => parseInteger(text)).toThrow(/^strconv\.Atoi/);
    expect(() => parseInteger('99999999999999999999')).toThrow('value out of range');
  });

  test('maps survive double encoding', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string()), (map) => {
        const value = new URLSearchParams({ parameters: new URLSearchParams(map).toString() }).toString();
        expect(parseMap(new URLSearchParams(value).get('parameters') ?? '')).toEqual({ ...map });
      }),
    );
  });
});

test.each([
  ['3.24.9', '3.24.1', true],
  ['3.24.0', '3.24.1', false],
  ['3.9.9', '3.10.0', false],
  ['v3.24.1-rc1', '3.24.1', true],
  ['dev', '3.99.0', true],
  ['20260418101514', '3.0.0', false],
])('%s is at least %s: %s', (version, since, expected) => {
  expect(generationOf(version).since(since)).toBe(expected);
});

test.each([
  ['', true],
  ['cache miss', true],
  ['cache hit', false],
  ['"cache miss"', true],
  ['"miss cache"', false],
  ['cache -miss', false],
  ['?hit ?miss', true],
  ['?hit ?other', false],
  ['CACHE', false],
])('the pattern %j matches "cache miss key=1": %s', (pattern, expected) => {
  expect(matchesPattern(pattern, 'cache miss key=1')).toBe(expected);
});

test.each([
  ['a b', ['a', 'b']],
  [`sh -c 'a "b" c'`, ['sh', '-c', 'a "b" c']],
  ['"a b"c d\\ e', ['a bc', 'd e']],
  ["''", ['']],
  ['', []],
])('words of %j', (line, words) => {
  expect(splitWords(line)).toEqual(words);
});

describe('environment text', () => {
  const key = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/);
  const value = fc.string().filter((text) => !/[\r\n]/.test(text));
  test('round-trips, sorted', () => {
    fc.assert(
      fc.property(fc.dictionary(key, value), (env) => {
        const map = envMap(
          Object.entries(env)
            .map(([k, v]) => `${k}=${v}`)
            .join('\n'),
        );
        expect(Object.fromEntries(map)).toEqual({ ...env });
        expect(envMap(envText(map))).toEqual(map);
        expect([...map.keys()]).toEqual([...map.keys()].sort());
      }),
    );
  });
  test('describes additions, changes and removals', () => {
    expect(envDescription('A=1\nB=2\nC=3', 'A=1\nB=x\nD=4')).toBe('env add:D change:B remove:C');
  });
});

test('a manifest survives its own text; text that is none has no services', () => {
  const manifest = {
    resources: { db: 'postgres' },
    services: [
      {
        name: 'web',
        port: 3000,
        command: 'bin/web',
        count: 2,
        maxCount: 5,
        cpu: 100,
        memory: 200,
        targetCpu: 70,
        environment: ['A=1'],
      },
      { name: 'job', count: 0, cpu: 50, memory: 64, internal: true, agent: true },
    ],
  };
  expect(parseManifest(manifestText(manifest))).toEqual(manifest);
  for (const text of ['', 'services: 3', '- a', '{{', 'just text']) expect(parseManifest(text).services).toEqual([]);
});

test('usage is bounded and smooth', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 0, max: 2e12 }), (seed, at) => {
      const here = drift(seed, at, 0.4);
      expect(here).toBeGreaterThanOrEqual(0.6 - 1e-9);
      expect(here).toBeLessThanOrEqual(1.4 + 1e-9);
      expect(Math.abs(here - drift(seed, at + 1_000, 0.4))).toBeLessThan(0.05);
      const tooth = sawtooth(at, 60_000, 10, 20);
      expect(tooth).toBeGreaterThanOrEqual(10);
      expect(tooth).toBeLessThanOrEqual(20);
    }),
  );
});

test('log lines of neighbouring windows join to those of the whole, at any rate', () => {
  const now = Date.UTC(2026, 5, 15, 12);
  for (const logRate of [0.3, 2, 700]) {
    const { prod } = demoRacks({ seed: 1, now: () => now, lively: true, logRate });
    prod.settle();
    const [checkout] = [prod.apps.get('checkout')];
    if (checkout === undefined) throw new Error('no checkout');
    const texts = (from: number, to: number): string[] =>
      appLines(prod, checkout, from, to).map((line) => `${line.at} ${line.message.toString('latin1')}`);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 14_999 }), (cut) => {
        const from = now - 13 * 60_000;
        const whole = texts(from, from + 15_000);
        expect([...texts(from, from + cut), ...texts(from + cut, from + 15_000)].sort()).toEqual(whole.sort());
      }),
      { numRuns: 30 },
    );
  }
});
