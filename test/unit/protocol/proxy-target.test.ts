import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkProxyTarget, proxyTargetOf } from '../../../src/protocol/proxy-target.ts';

describe('host and port of a resource', () => {
  test.each([
    ['postgres://app:secret@db.internal:5432/app', 'db.internal', 5432],
    ['postgres://app:p@ss:w/rd@db.internal:5432/app?sslmode=require', 'db.internal', 5432],
    ['redis://:pw@cache-1.svc.cluster.local:6379/0', 'cache-1.svc.cluster.local', 6379],
    ['http://search.internal', 'search.internal', 80],
    ['https://user:pw@search.internal/path', 'search.internal', 443],
    ['memcached.internal:11211', 'memcached.internal', 11_211],
  ])('%s', (url, host, port) => {
    expect(proxyTargetOf(url)).toEqual({ host, port });
  });

  test.each(['postgres://app:topsecret@db.internal/app', '', 'redis://:topsecret@', 'amqp://u:topsecret@q:99999/'])(
    'refused without quoting it: %s',
    (url) => {
      let said = '';
      try {
        proxyTargetOf(url);
      } catch (error) {
        said = JSON.stringify(error) + String(error);
      }
      expect(said).toContain('cannot be proxied');
      expect(said).not.toContain('topsecret');
    },
  );

  test('whatever the password: the place is found or refused, never guessed from the password', () => {
    fc.assert(
      fc.property(fc.string(), (password) => {
        const url = `postgres://app:${password}@db.internal:5432/app`;
        if (/[\n\r\u2028\u2029]/.test(password)) return;
        expect(proxyTargetOf(url)).toEqual({ host: 'db.internal', port: 5432 });
      }),
    );
  });
});

test.each([
  ['', 80],
  ['a/b', 80],
  ['u@h', 80],
  ['h', 0],
  ['h', 65_536],
  ['h', 1.5],
])('no target: %s:%d', (host, port) => {
  expect(() => checkProxyTarget({ host, port })).toThrow(/Could not start the proxy/);
});
