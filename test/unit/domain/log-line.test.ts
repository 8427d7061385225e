import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LazyLogLine } from '../../../src/domain/lazy-log-line.ts';
import { levelHint } from '../../../src/domain/log-level.ts';
import { type LogLine, logLineTime, parseLogLine } from '../../../src/domain/log-line.ts';

const AT = Date.UTC(2026, 4, 1, 10, 0, 0);

describe('formats', () => {
  test.each<[raw: string, expected: Partial<LogLine>]>([
    [
      '2026-05-01T10:00:00Z service/web/web-6d9f-x2x4q GET / 200',
      {
        time: AT,
        stream: 'service/web/web-6d9f-x2x4q',
        service: 'web',
        process: 'web-6d9f-x2x4q',
        message: 'GET / 200',
      },
    ],
    [
      '2026-05-01T10:00:00.123456789Z service/web/web-6d9f-x2x4q hello',
      { time: AT + 123, service: 'web', message: 'hello' },
    ],
    [
      '2026-05-01T12:00:00+02:00 service/my-api/my-api-1 x',
      { time: AT, service: 'my-api', process: 'my-api-1', message: 'x' },
    ],
    [
      '2026-05-01T10:00:00Z system/k8s/atom/app Status: Running => Pending',
      { time: AT, stream: 'system/k8s/atom/app', service: undefined, message: 'Status: Running => Pending' },
    ],
    [
      '[pod/web-6d9f7c5b8-x2x4q/web] 2026-05-01T10:00:00.5Z hello world',
      {
        time: AT + 500,
        stream: 'pod/web-6d9f7c5b8-x2x4q/web',
        service: 'web',
        process: 'web-6d9f7c5b8-x2x4q',
        message: 'hello world',
      },
    ],
    ['[pod/my-api-6d9f7c5b8-x2x4q/main] 2026-05-01T10:00:00Z hi', { service: 'my-api', message: 'hi' }],
    ['[pod/agent-x2x4q/main] 2026-05-01T10:00:00Z hi', { service: 'agent' }],
    ['[pod/odd/main] no time here', { time: undefined, service: undefined, process: 'odd', message: 'no time here' }],
    ['[pod/unclosed', { time: undefined, stream: '', message: '[pod/unclosed' }],
    [
      'Step 1/9 : FROM node:24',
      { time: undefined, stream: '', service: undefined, message: 'Step 1/9 : FROM node:24' },
    ],
    ['2026-05-01T10:00:00Z only a message', { time: AT, stream: '', message: 'only a message' }],
    ['2026-05-01T10:00:00Z', { time: AT, stream: '', message: '' }],
    ['2026-05-01T10:00:00Z service/web/web-1', { time: AT, service: 'web', process: 'web-1', message: '' }],
    ['2026-05-01T10:00:00Z service/web/web-1 ', { message: '' }],
    ['2026-05-01T10:00:00Z  indented', { stream: '', message: ' indented' }],
    ['2026-05-01T10:00:00Z service//', { service: undefined, process: undefined, message: '' }],
    [
      '2026-13-01T10:00:00Z service/web/w no such month',
      { time: undefined, message: '2026-13-01T10:00:00Z service/web/w no such month' },
    ],
    ['2026-05-01T10:00:00 without zone', { time: undefined }],
    ['2026-05-01T10:00:00.Z no digits', { time: undefined }],
    ['', { time: undefined, stream: '', message: '', level: undefined }],
    [
      '2026-05-01T10:00:00Z service/web/web-1 \u001b[31mERROR\u001b[0m boom\u001b[0m',
      { message: '\u001b[31mERROR\u001b[0m boom\u001b[0m', level: 'error' },
    ],
  ])('%j', (raw, expected) => {
    expect(parseLogLine(raw)).toMatchObject({ ...expected, raw });
    expect(logLineTime(raw)).toBe(parseLogLine(raw).time);
  });
});

describe('levels', () => {
  test.each<[message: string, level: LogLine['level']]>([
    ['{"level":"warn","msg":"x"}', 'warn'],
    ['{"msg":"level is fine","severity":"ERROR"}', 'error'],
    ['{"level":30,"msg":"pino"}', 'info'],
    ['{"level":60}', 'fatal'],
    ['{"level":7}', undefined],
    ['{"msg":"ERROR in the text only"}', undefined],
    ['ts=1 level=debug msg="ERROR is quoted"', 'debug'],
    ['lvl=eror msg=x', undefined],
    ['INFO  starting', 'info'],
    ['[warn] careful', 'warn'],
    ['error: it broke', 'error'],
    ['<critical> it burns', 'fatal'],
    ['E, [2026-05-01T10:00:00 #1] ERROR -- : rails', 'error'],
    ['E0501 10:00:00.000001       1 klog.go:1] bad', 'error'],
    ['W0501 10:00:00.000001       1 klog.go:1] hm', 'warn'],
    ['Traceback (most recent call last):', 'error'],
    ['TypeError: x is not a function', 'error'],
    ['ActiveRecord::RecordNotFound (no such order)', undefined],
    ['panic: runtime error: index out of range', 'fatal'],
    ['GET /errors/INFORMATION 200', undefined],
    ['retry on error later', undefined],
    ['NO_ERROR_HERE', undefined],
    [`${'x'.repeat(400)} ERROR`, undefined],
  ])('%s', (message, level) => {
    expect(parseLogLine(message).level).toBe(level);
    expect(parseLogLine(`2026-05-01T10:00:00Z service/web/web-1 ${message}`).level).toBe(level);
  });
});

const time = fc.date({ min: new Date('1971-01-01'), max: new Date('2199-01-01'), noInvalidDate: true });
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);

describe('properties', () => {
  test('whatever was put in comes out', () => {
    fc.assert(
      fc.property(time, name, name, fc.string({ unit: 'binary' }), (at, service, pod, message) => {
        const line = parseLogLine(`${at.toISOString()} service/${service}/${pod} ${message}`);
        expect(line).toMatchObject({ time: at.getTime(), service, process: pod, message });
      }),
    );
  });

  test('nanoseconds and offsets name the same instant', () => {
    fc.assert(
      fc.property(
        time,
        fc.integer({ min: 0, max: 999_999 }),
        fc.integer({ min: -14 * 60, max: 14 * 60 }),
        (at, nanos, east) => {
          const local = new Date(at.getTime() + east * 60_000).toISOString().slice(0, -1);
          const zone = `${east < 0 ? '-' : '+'}${String(Math.floor(Math.abs(east) / 60)).padStart(2, '0')}:${String(Math.abs(east) % 60).padStart(2, '0')}`;
          const stamp = `${local}${String(nanos).padStart(6, '0')}${zone}`;
          expect(logLineTime(`${stamp} x`)).toBe(at.getTime());
          expect(logLineTime(`[pod/a-b/c] ${stamp} x`)).toBe(at.getTime());
        },
      ),
    );
  });

  test('never throws, loses nothing, and the lazy line says the same', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '2026-05-01T10:00:00Z',
        ' ',
        '[pod/',
        '] ',
        'service/',
        '{"level":',
        '\u001b[31m',
        'ERROR',
        '=',
        '/',
      ),
      fc.string({ unit: 'binary', maxLength: 12 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const raw = pieces.join('');
        const { raw: kept, time: at, stream, service, process, message, level } = parseLogLine(raw);
        expect(kept).toBe(raw);
        expect(raw.endsWith(message)).toBe(true);
        const lazy = new LazyLogLine(raw);
        expect([lazy.level, lazy.message, lazy.process, lazy.service, lazy.stream, lazy.time]).toEqual([
          level,
          message,
          process,
          service,
          stream,
          at,
        ]);
      }),
      { numRuns: 2_000 },
    );
  });
});

test('the hint passes every line whose level it is asked for', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'E0501 10:00:00',
      'Traceback (most recent call last):',
      '"level":',
      '"severity": ',
      'level=',
      '[warn]',
      'Uncaught',
    ),
    fc.constantFrom(
      '50',
      '30',
      '"',
      '{',
      ' ',
      'panic:',
      'TypeError: x',
      'notice',
      'WARNING',
      'Emergency',
      'dbg',
      'verbose',
      'ERR',
    ),
    fc.string({ maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const raw = pieces.join('');
      const { level } = parseLogLine(raw);
      if (level) expect(levelHint(new Set([level])).test(raw)).toBe(true);
    }),
    { numRuns: 5_000 },
  );
});
