import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskUrl } from '../../../src/domain/mask-url.ts';

describe('maskUrl', () => {
  test.each([
    ['', ''],
    ['postgres://app:s3cret@db.internal:5432/app', 'postgres://app:****@db.internal:5432/app'],
    ['postgres://app:s3cret@db.internal:5432/app?sslmode=require', 'postgres://app:****@db.internal:5432/app?…'],
    ['redis://:s3cret@cache:6379/0', 'redis://****@cache:6379/0'],
    ['redis://cache:6379/0', 'redis://cache:6379/0'],
    ['memcached://cache.internal:11211', 'memcached://cache.internal:11211'],
    ['https://s3cret@hooks.example.com/a', 'https://****@hooks.example.com/…'],
    ['https://hooks.slack.com/services/T0/B0/s3cret', 'https://hooks.slack.com/…'],
    ['https://hooks.example.com/', 'https://hooks.example.com/'],
    ['https://example.com?token=s3cret', 'https://example.com?…'],
    ['https://[::1]:8080/x', 'https://[::1]:8080/…'],
    // Passwords as they are written in real life, without escapes.
    ['postgres://u:12/s3cret@db/app', 'postgres://u:****@db/app'],
    ['postgres://u:a#s3cret@db/app', 'postgres://u:****@db/app'],
    ['postgres://u:a?b@s3cret@db/app', 'postgres://u:****@db/app'],
    ['mysql://u:p w@db:3306/app', 'mysql://u:****@db:3306/app'],
    ['s3cret', '****'],
    ['a.b.s3cret', '****'],
    ['cache.internal:6379', 'cache.internal:6379'],
    ['postgres://s3cret secret', 'postgres://****'],
  ])('%s -> %s', (url, masked) => {
    expect(maskUrl(url)).toBe(masked);
  });

  test('whatever the password, no part of it comes through', () => {
    const password = fc.string({ minLength: 6, maxLength: 30 }).filter((text) => text.trim().length >= 6);
    fc.assert(
      fc.property(password, (secret) => {
        const masked = maskUrl(`postgres://app:${secret}@db.internal:5432/shop`);
        expect(masked).toBe('postgres://app:****@db.internal:5432/shop');
      }),
      { examples: [['a/b@c:1/d'], ['#?@/@@@'], ['[::1]:80/']] },
    );
  });
});
