import { describe, expect, test } from 'vitest';
import { logRequest } from '../../../src/protocol/log-request.ts';
import type { LogSource, LogStreamOptions } from '../../../src/protocol/log-stream.ts';

const follow: LogStreamOptions = { follow: true };

describe('logRequest', () => {
  test.each<[LogSource, string]>([
    [{ kind: 'app', app: 'shop' }, '/apps/shop/logs'],
    [{ kind: 'service', app: 'shop', service: 'web' }, '/apps/shop/services/web/logs'],
    [{ kind: 'process', app: 'shop', process: 'web-1' }, '/apps/shop/processes/web-1/logs'],
    [{ kind: 'build', app: 'shop', build: 'B1' }, '/apps/shop/builds/B1/logs'],
    [{ kind: 'rack' }, '/system/logs'],
  ])('%j is %s, and always says Since, Tail and Prefix', (source, path) => {
    const request = logRequest(source, follow);
    expect(request).toMatchObject({ path, where: `GET ${path}`, follow: true });
    expect(request.headers).toMatchObject({
      Follow: 'true',
      Prefix: String(source.kind !== 'build'),
      Since: expect.stringMatching(/^-?\d+m\d+s$/),
      Tail: expect.stringMatching(/^\d+$/),
    });
  });

  test('app logs: since, tail and filter as asked', () => {
    const options = { follow: false, sinceMs: 3_600_000, tail: 20, filter: '"ERROR" é' };
    expect(logRequest({ kind: 'app', app: 'shop' }, options).headers).toEqual({
      Follow: 'false',
      Prefix: 'true',
      Since: '1h0m0s',
      Tail: '20',
      Filter: Buffer.from('"ERROR" é').toString('latin1'),
    });
  });

  test('service logs: previous life, and more pods than the default', () => {
    const { headers } = logRequest(
      { kind: 'service', app: 'a', service: 'web' },
      { ...follow, previous: true, filter: 'x' },
    );
    expect(headers).toMatchObject({ Previous: 'true', Maxlogrequests: '100' });
    expect(headers.Filter).toBeUndefined();
  });

  test('process logs: the rack adds Since to now, so it is sent negative', () => {
    const { headers } = logRequest({ kind: 'process', app: 'a', process: 'p' }, { follow: true, sinceMs: 60_000 });
    expect(headers.Since).toBe('-1m0s');
  });

  test('logs that the server follows anyway end by silence when not followed', () => {
    expect(logRequest({ kind: 'process', app: 'a', process: 'p' }, { follow: false }).endsBySilence).toBe(true);
    expect(logRequest({ kind: 'process', app: 'a', process: 'p' }, follow).endsBySilence).toBe(false);
    expect(logRequest({ kind: 'app', app: 'a' }, { follow: false }).endsBySilence).toBe(false);
  });

  test('a missing name is refused', () => {
    expect(() => logRequest({ kind: 'app', app: '' }, follow)).toThrowError(expect.objectContaining({ kind: 'usage' }));
  });
});
