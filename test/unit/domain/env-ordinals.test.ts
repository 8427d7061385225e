import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffEnv } from '../../../src/domain/env-diff.ts';
import { EnvOrdinals } from '../../../src/domain/env-ordinals.ts';
import { MASK } from '../../../src/domain/env-text.ts';

const digest = (text: string) => `digest of ${text}`;

describe('EnvOrdinals', () => {
  it('tells values apart without telling them', () => {
    const env = new EnvOrdinals(digest);
    expect(env.redact('shop', 'A=one\nB=two')).toBe('A=(value 1)\nB=(value 1)');
    expect(env.redact('shop', 'A=other\nB=two')).toBe('A=(value 2)\nB=(value 1)');
    expect(env.redact('shop', 'A=one')).toBe('A=(value 1)');
    expect(env.redact('cart', 'A=other')).toBe('A=(value 1)');
  });

  it('keeps a mask a mask, and drops lines that are no variable', () => {
    const env = new EnvOrdinals(digest);
    expect(env.redact('shop', `A=${MASK}\nPEM=-----BEGIN\nMIIEo w=planted\nMIIEowIBAAKCAQEA7vbqajDhA1Yb9cQ3=`)).toBe(
      `A=${MASK}\nPEM=(value 1)`,
    );
  });

  it('two redacted environments differ exactly where the plain ones do', () => {
    const text = fc
      .dictionary(fc.stringMatching(/^[A-Z]{1,3}$/), fc.stringMatching(/^[a-z]{0,3}$/), { noNullPrototype: true })
      .map((values) =>
        Object.entries(values)
          .map(([key, value]) => `${key}=${value}`)
          .join('\n'),
      );
    fc.assert(
      fc.property(text, text, (before, after) => {
        const env = new EnvOrdinals(digest);
        expect(diffEnv(env.redact('a', before), env.redact('a', after))).toEqual(diffEnv(before, after));
      }),
    );
  });
});
