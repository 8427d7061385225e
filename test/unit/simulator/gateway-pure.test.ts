import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isProtectedKey,
  isSecretKey,
  MASK,
  maskEnv,
  mergePostedEnv,
} from '../../../src/simulator/gateway/env-rules.ts';
import { formatEnv, parseEnv } from '../../../src/simulator/gateway/env-text.ts';
import { goTime } from '../../../src/simulator/gateway/go-time.ts';
import { matchProxiedRoute } from '../../../src/simulator/gateway/proxied-routes.ts';
import { grants } from '../../../src/simulator/gateway/role-catalog.ts';
import { decodeBase32, encodeBase32, matchingStep, timeStep, totpAt } from '../../../src/simulator/gateway/totp.ts';

describe('TOTP', () => {
  // RFC 6238 appendix B, SHA-1, last six digits.
  const secret = encodeBase32(Buffer.from('12345678901234567890'));
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('gives the code of the standard at %i s', (seconds, code) => {
    expect(totpAt(secret, timeStep(seconds * 1000))).toBe(code);
  });

  it('tolerates one step each way', () => {
    const now = 1_700_000_000_000;
    const step = timeStep(now);
    for (const [shift, fits] of [
      [-2, false],
      [-1, true],
      [0, true],
      [1, true],
      [2, false],
    ] as const) {
      expect(matchingStep(secret, totpAt(secret, step + shift), now)).toBe(fits ? step + shift : undefined);
    }
  });

  it('carries any secret through base32', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect([...decodeBase32(encodeBase32(bytes))]).toEqual([...bytes]);
      }),
    );
  });
});

describe('timestamps', () => {
  it('name the same millisecond, with up to nine digits, and sometimes an offset', () => {
    const shapes = new Set<string>();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (ms) => {
        const printed = goTime(ms);
        expect(printed).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/);
        expect(printed).toBe(goTime(ms));
        expect(Math.floor(Date.parse(printed))).toBe(ms);
        shapes.add(printed.endsWith('Z') ? 'Z' : 'offset');
      }),
      { numRuns: 500 },
    );
    expect([...shapes].toSorted()).toEqual(['Z', 'offset']);
  });
});

describe('permissions', () => {
  it.each([
    ['convox:app:list', 'convox:app:list', true],
    ['convox:app:list', 'convox:app:read', false],
    ['convox:app:*', 'convox:app:read', true],
    ['convox:*:read', 'convox:app:read', true],
    ['convox:*:*', 'gateway:job:list', true],
    ['gateway:*:*', 'convox:app:list', false],
    ['convox:*', 'convox:app:list', false],
  ])('%s on %s: %s', (pattern, permission, expected) => {
    expect(grants(pattern, permission)).toBe(expected);
  });
});

describe('route matching', () => {
  it('keeps parameters to one segment and tells a socket from a GET', () => {
    expect(matchProxiedRoute('GET', '/apps/web/builds/B1.tgz')?.permission).toBe('convox:build:read');
    expect(matchProxiedRoute('GET', '/apps/a/b')).toBeUndefined();
    expect(matchProxiedRoute('SOCKET', '/apps')).toBeUndefined();
    expect(matchProxiedRoute('SOCKET', '/apps/web/processes/p1/exec')?.parameters).toEqual({ app: 'web', pid: 'p1' });
    expect(matchProxiedRoute('POST', '/apps/web/builds/import')?.permission).toBe('convox:build:create');
  });
});

describe('environment rules', () => {
  const rules = { secretNames: ['LISTED'], protectedNames: ['pinned'] };

  it.each([
    ['MY_SECRET_VALUE', true],
    ['API_TOKEN', true],
    ['AWS_ACCESS_KEY_ID', true],
    ['SIGNING_KEY', true],
    ['KEYBOARD', false],
    ['LISTED', true],
    ['secret', false],
  ])('%s is secret: %s', (key, expected) => {
    expect(isSecretKey(key, rules)).toBe(expected);
  });

  it('compares protected names without regard to case', () => {
    expect([isProtectedKey('PINNED', rules), isProtectedKey('UNPINNED', rules)]).toEqual([true, false]);
  });

  const key = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/);
  const env = fc
    .dictionary(key, fc.stringMatching(/^[a-z0-9=]{0,8}$/))
    .map((record) => new Map(Object.entries(record)));

  it('round-trips text', () => {
    fc.assert(
      fc.property(env, (map) => {
        expect(parseEnv(formatEnv(map))).toEqual(map);
      }),
    );
  });

  it('gives back exactly what it masked, for whoever posts it', () => {
    fc.assert(
      fc.property(env, fc.boolean(), (map, maySetSecrets) => {
        const posted = maskEnv(map, rules, true);
        expect(mergePostedEnv(posted, map, rules, maySetSecrets)).toEqual(map);
      }),
    );
  });

  it('never lets a secret value through unmasked', () => {
    fc.assert(
      fc.property(env, fc.boolean(), (map, mayRead) => {
        for (const [name, value] of maskEnv(map, rules, mayRead)) {
          if (!mayRead || isSecretKey(name, rules) || isProtectedKey(name, rules)) expect(value).toBe(MASK);
        }
      }),
    );
  });
});
