import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LazyLogLine } from '../../../src/domain/lazy-log-line.ts';
import { firstNewSignatures, logErrors, splitAt } from '../../../src/domain/log-errors.ts';
import { parseLogLine } from '../../../src/domain/log-line.ts';

const START = Date.UTC(2026, 4, 1, 10, 0, 0);

/** Lines of one process a second apart, from `at` on. */
function log(process: string, messages: readonly string[], at = START) {
  return messages.map((message, index) =>
    parseLogLine(`${new Date(at + index * 1_000).toISOString()} service/web/${process} ${message}`),
  );
}

const signatures = (messages: readonly string[]): string[] =>
  logErrors(log('web-1', messages)).map(({ signature }) => signature);

describe('logErrors', () => {
  it('sees errors and nothing else', () => {
    expect(
      signatures(['INFO all fine', 'ERROR disk 1 full', 'WARN slow', 'level=error msg="x"', 'retry on error']),
    ).toEqual(['ERROR disk <n> full', 'x']);
  });

  it.each([
    [
      'Node',
      ['TypeError: x is undefined', '    at f (/app/a.js:1:2)', '    at g (/app/b.js:3:4)', 'INFO next'],
      'TypeError: x is undefined',
      2,
    ],
    [
      'Java',
      ['ERROR boom', '\tat com.foo.Bar.baz(Bar.java:12)', 'Caused by: java.io.IOException: x', '\t... 12 more'],
      'ERROR boom',
      3,
    ],
    [
      'Python, named by its last line',
      [
        'Traceback (most recent call last):',
        '  File "/app/x.py", line 3, in f',
        '    raise ValueError("x")',
        'ValueError: bad thing 7',
        'INFO next',
      ],
      'ValueError: bad thing <n>',
      3,
    ],
    [
      'Ruby',
      ['RuntimeError: nope', "app/models/order.rb:12:in `total'", "\tfrom /app/lib/x.rb:4:in `block'"],
      'RuntimeError: nope',
      2,
    ],
    [
      'Go',
      [
        'panic: runtime error',
        '',
        'goroutine 1 [running]:',
        'main.handler(0xc000012345, 0x1)',
        '\t/app/main.go:12 +0x1d',
      ],
      'panic: runtime error',
      4,
    ],
  ])('folds the frames of %s into the error above', (_language, messages, signature, frames) => {
    const errors = logErrors(log('web-1', messages));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ signature, frames, index: 0 });
  });

  it('frames belong to the error of their own process, though another one writes in between', () => {
    const [a0, a1] = log('web-1', ['TypeError: a', '    at f (/app/a.js:1:2)']);
    const [b0, b1] = log('web-2', ['RangeError: b', '    at g (/app/b.js:1:2)']);
    const errors = logErrors([a0, b0, a1, b1].flatMap((line) => line ?? []));
    expect(errors.map(({ signature, frames }) => [signature, frames])).toEqual([
      ['TypeError: a', 1],
      ['RangeError: b', 1],
    ]);
  });

  it('an indented line under no error is none', () => {
    expect(signatures(['INFO x', '    at f (/app/a.js:1:2)'])).toEqual([]);
  });
});

describe('firstNewSignatures', () => {
  it('knows what occurred before, whatever the values', () => {
    const before = log('web-1', ['ERROR user 1 not found', 'INFO ok']);
    const after = log(
      'web-2',
      ['ERROR user 2 not found', 'ERROR no such column "x"', 'ERROR no such column "y"'],
      START + 60_000,
    );
    const found = firstNewSignatures(before, after);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      signature: 'ERROR no such column <str>',
      level: 'error',
      count: 2,
      firstIndex: 1,
      firstAt: START + 61_000,
      lastAt: START + 62_000,
      processes: 1,
      services: ['web'],
    });
    expect(found[0]?.first.message).toBe('ERROR no such column "x"');
  });

  it('ranks fatal first, then by processes, then by count, then by time', () => {
    const after = [
      ...log('web-1', ['ERROR once', 'ERROR often', 'ERROR often', 'ERROR wide']),
      ...log('web-2', ['ERROR wide', 'FATAL out of memory', 'ERROR once too']),
    ];
    expect(firstNewSignatures([], after).map(({ signature }) => signature)).toEqual([
      'FATAL out of memory',
      'ERROR wide',
      'ERROR often',
      'ERROR once',
      'ERROR once too',
    ]);
  });

  it('finds nothing in a log that goes on as before', () => {
    const lines = log('web-1', ['ERROR a 1', 'ERROR b', 'TypeError: c']);
    expect(firstNewSignatures(lines, log('web-2', ['ERROR a 2', 'ERROR b', 'TypeError: c']))).toEqual([]);
  });

  it('cuts at an instant; a line without a time stays with the one above', () => {
    const lines = [...log('web-1', ['a', 'b']), parseLogLine('    at f'), ...log('web-1', ['c'], START + 60_000)];
    const { before, after } = splitAt(lines, START + 60_000);
    expect(before.map(({ message }) => message)).toEqual(['a', 'b', '    at f']);
    expect(after.map(({ message }) => message)).toEqual(['c']);
  });

  it('never throws, and names no signature twice or that was there before', () => {
    const text = fc.constantFrom(
      'ERROR a',
      'ERROR b 1',
      'FATAL c',
      '  at f',
      'INFO',
      'Traceback (most recent call last):',
      '',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(text, fc.string())), fc.array(fc.oneof(text, fc.string())), (a, b) => {
        const before = log('web-1', a);
        const names = firstNewSignatures(before, log('web-1', b)).map(({ signature }) => signature);
        const known = new Set(logErrors(before).map(({ signature }) => signature));
        expect(new Set(names).size).toBe(names.length);
        expect(names.filter((name) => known.has(name))).toEqual([]);
      }),
    );
  });

  // Every fifth line is an error: many more than in any log but one of an incident.
  it('reads over 100,000 lines a second', () => {
    const kinds = [
      'INFO GET /api/v1/orders 200 status=200 took_ms=12 request_id=9f86d081 ip=203.0.113.4',
      'level=info msg="job SendReceipt done" job_id=9f86d081 took_ms=812 queue=default',
      '{"time":"2026-05-01T10:00:00.000Z","level":"info","msg":"cache warmed","request_id":"9f86d081"}',
      'INFO GET /cart 200 status=200 took_ms=7 request_id=0b86d081 ip=203.0.113.9',
      '{"time":"2026-05-01T10:00:00.000Z","level":"error","msg":"could not parse payload 12","request_id":"9f86d081"}',
    ];
    const count = 50_000;
    const raw = Array.from(
      { length: count },
      (_, index) => `${new Date(START + index * 10).toISOString()} service/web/web-6d9f7c5b8-x2x4q ${kinds[index % 5]}`,
    );
    let best = 0;
    for (let run = 0; run < 4; run += 1) {
      const lines = raw.map((text) => new LazyLogLine(text));
      // Processor time, not the clock: a machine with other work to do is no slower program.
      const from = process.cpuUsage();
      firstNewSignatures(lines.slice(0, count / 2), lines.slice(count / 2));
      const { user, system } = process.cpuUsage(from);
      best = Math.max(best, count / ((user + system) / 1e6));
    }
    expect(best).toBeGreaterThan(100_000);
  });
});
