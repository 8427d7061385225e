import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ALLOWED, refused, type Verdict } from '../../../src/domain/verdict.ts';
import type { LogFollow, LogFollowOptions } from '../../../src/live/log-follow.ts';
import { SessionLogs } from '../../../src/live/session-logs.ts';
import { SYSTEM_TIMERS } from '../../../src/live/timers.ts';
import type { LogSource } from '../../../src/protocol/log-stream.ts';
import { FakeStream } from './fake-rack.ts';

const SERVICE: LogSource = { kind: 'service', app: 'shop', service: 'web' };
const NOT_PROXIED = refused('route', 'not proxied by the gateway');
const line = (stream: string): string => `2026-05-01T10:00:00Z ${stream} hello of ${stream}`;

let streams: FakeStream[];
let logs: SessionLogs;

function follow(verdict: Verdict, options: Partial<LogFollowOptions> = {}): LogFollow {
  logs = new SessionLogs({
    open: (source, streamOptions, sink) => {
      const stream = new FakeStream(source, streamOptions, sink);
      streams.push(stream);
      return stream;
    },
    serviceLog: () => verdict,
    now: Date.now,
    random: () => 0.5,
    timers: SYSTEM_TIMERS,
  });
  return logs.follow(SERVICE, { sinceMs: 600_000, follow: true, ...options });
}

const shown = (log: LogFollow) =>
  Array.from({ length: log.end - log.first }, (_, at) => log.line(log.first + at)?.message);

beforeEach(() => {
  streams = [];
});

afterEach(() => logs.dispose());

describe('the log of a service', () => {
  test.each([
    ['where the rack has one', ALLOWED],
    ['where nobody knows yet whether it has', refused('unknown', 'the version is not known yet')],
  ])('is asked for %s', (_name, verdict) => {
    follow(verdict);
    expect(streams.map(({ source }) => source)).toEqual([SERVICE]);
  });

  test('is picked out of the log of its app where nobody passes it on', () => {
    const log = follow(NOT_PROXIED);
    expect(streams.map(({ source }) => source)).toEqual([{ kind: 'app', app: 'shop' }]);
    expect(streams[0]?.options).toMatchObject({ follow: true, sinceMs: 600_000 });
    streams[0]?.sink.open();
    streams[0]?.sink.lines([
      line('service/web/web-1'),
      line('service/webhooks/webhooks-1'),
      line('system/k8s/web-1'),
      'no prefix',
      line('service/web/web-2'),
    ]);
    expect(shown(log)).toEqual(['hello of service/web/web-1', 'hello of service/web/web-2']);
  });

  test('of earlier lives stands in no other log: the refusal is told', () => {
    follow(NOT_PROXIED, { previous: true, follow: false });
    expect(streams.map(({ source }) => source)).toEqual([SERVICE]);
  });
});
