import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scrubText } from '../../../src/domain/scrub-text.ts';
import { ownTime } from '../../support/own-time.ts';

const HIDDEN = '(hidden)';

describe('scrubText', () => {
  it.each([
    ['AKIAIOSFODNN7EXAMPLE', 'key AKIAIOSFODNN7EXAMPLE used', `key ${HIDDEN} used`],
    ['a JWT', 'token is eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-DEF_123 ok', `token is ${HIDDEN} ok`],
    ['a GitHub token', 'ghp_abcdefghijklmnopqrstuvwxyz0123456789', HIDDEN],
    ['a Slack token', 'xoxb-123456789012-abcdefghijkl', HIDDEN],
    ['a Stripe key', 'charge with sk_live_51HxyzABCdef failed', `charge with ${HIDDEN} failed`],
    ['a private key', 'cert: -----BEGIN RSA PRIVATE KEY-----MIIEow', `cert: ${HIDDEN}`],
    ['a line of a key', 'MIIEowIBAAKCAQEA7vbqajDhA1Yb9cQ3xZk2LmN0pQrStUvWxYz', HIDDEN],
    [
      'a rack password',
      'login with n9A2kQ7xLmZp4Rt6Vw8Yb1Cd3Ef5Gh7Jk9Mn2Pq4Rs6Tu8Wx0Yz1Ab3Cd5Ef7G',
      `login with ${HIDDEN}`,
    ],
    ['a cookie', 'Cookie: rack_session=abc123; path=/', `Cookie: ${HIDDEN} path=/`],
    ['a password in a URL', 'postgres://app:hunter2@db:5432/app', `postgres://${HIDDEN}@db:5432/app`],
    ['a bearer', 'Authorization: Bearer abcdef123456', expect.not.stringContaining('abcdef123456')],
    ['a named value', 'STRIPE_API_KEY=abc password: "x y"', expect.not.stringMatching(/abc|x y/)],
    ['JSON', '{"dbPassword":"hunter2","path":"/a"}', expect.stringMatching(/^(?!.*hunter2).*"path":"\/a"/)],
  ])('%s', (_name, text, wanted) => {
    const { text: clean, count } = scrubText(text);
    expect(clean).toEqual(wanted);
    expect(count).toBeGreaterThan(0);
  });

  it.each([
    'commit 4f2a9c1d0b3e5f6a7c8d9e0f1a2b3c4d5e6f7a8b',
    'web-6d9f7c5b8-x2x4q on ip-10-1-80-12.ec2.internal',
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    '012345678901.dkr.ecr.us-east-1.amazonaws.com/prod-shop:web.BABCDEFGHIJ',
    'app/controllers/admin/subscriptions_controller.rb:141:in update',
    'slow query: SELECT * FROM orders WHERE state = $1 (1412ms)',
  ])('leaves alone: %s', (text) => expect(scrubText(text)).toEqual({ text, count: 0 }));

  it('is done after one time, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        const once = scrubText(text).text;
        expect(scrubText(once)).toEqual({ text: once, count: 0 });
      }),
    );
  });

  it('is linear in the length of what it reads', () => {
    for (const part of ['a', '-----BEGIN ', 'cookie: ', 'eyJ', 'A1a/', 'x=']) {
      const started = ownTime();
      scrubText(part.repeat(40_000));
      expect(ownTime() - started).toBeLessThan(500);
    }
  });
});
