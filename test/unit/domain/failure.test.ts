import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { asFailure, concernsLink, Failure, withoutCredentials } from '../../../src/domain/failure.ts';

describe('Failure', () => {
  test('is an Error whose message tells what and why', () => {
    const failure = new Failure({ kind: 'not-found', what: 'Could not read the app shop', why: 'app not found: shop' });
    expect(failure).toBeInstanceOf(Error);
    expect(failure.message).toBe('Could not read the app shop: app not found: shop');
    expect(new Failure({ kind: 'usage', what: 'No rack' }).message).toBe('No rack');
  });

  test('carries all details', () => {
    const details = {
      kind: 'mfa-required',
      what: 'a',
      why: 'b',
      next: 'c',
      status: 401,
      requestId: 'r1',
      where: 'GET /apps',
      mfaLevel: 'always',
      retryAt: 5,
    } as const;
    expect(new Failure(details)).toMatchObject(details);
  });
});

describe('asFailure', () => {
  test('leaves a failure alone', () => {
    const failure = new Failure({ kind: 'timeout', what: 'x' });
    expect(asFailure(failure)).toBe(failure);
  });

  test.each([
    ['AbortError', 'cancelled'],
    ['CancelledError', 'cancelled'],
    ['TypeError', 'server'],
  ])('%s becomes %s', (name, kind) => {
    const error = new Error('boom');
    error.name = name;
    expect(asFailure(error).kind).toBe(kind);
  });

  test('a real abort is a cancellation', () => {
    expect(asFailure(AbortSignal.abort().reason).kind).toBe('cancelled');
  });

  test('takes any thrown value', () => {
    expect(asFailure('text', 'Reading')).toMatchObject({ kind: 'server', what: 'Reading', why: 'text' });
    expect(asFailure(undefined).why).toBe('undefined');
    expect(asFailure(new Error('')).message).toBe('Something went wrong');
  });

  test('quotes no credentials of foreign errors', () => {
    const failure = asFailure(new Error('connect https://convox:s3cret@api.example.com failed with Bearer abc.def'));
    expect(failure.message).not.toContain('s3cret');
    expect(failure.message).not.toContain('abc.def');
    expect(failure.message).toContain('https://api.example.com');
  });
});

test('withoutCredentials leaves ordinary text as it is', () => {
  expect(withoutCredentials('a@b https://x.example/p?q=c@d')).toBe('a@b https://x.example/p?q=c@d');
  expect(inspect(withoutCredentials('Basic Y29udm94OnB3'))).not.toContain('Y29udm94OnB3');
});

describe('concernsLink', () => {
  test.each([
    ['unreachable', true],
    ['timeout', true],
    ['tls', true],
    ['server', true],
    ['rate-limited', true],
    ['malformed', true],
    ['forbidden', false],
    ['not-found', false],
    ['route-missing', false],
    ['not-logged-in', false],
    ['mfa-required', false],
    ['mfa-rejected', false],
    ['cancelled', false],
  ] as const)('%s: %s', (kind, expected) => {
    expect(concernsLink(new Failure({ kind, what: 'x' }))).toBe(expected);
  });
});

describe('texts of a failure', () => {
  test('are printable, whatever got into them', () => {
    const failure = new Failure({
      kind: 'malformed',
      what: 'Could not read \u001b]0;owned\u0007racks/\u001b[2Jprod',
      why: 'line\nbreak \u202eevil',
      next: 'Do \u009b31mthis',
      where: 'racks/\u001bcprod',
      requestId: 'r\u0000\u200b1',
    });
    expect(failure.message).toBe('Could not read racks/prod: line break evil');
    expect([failure.next, failure.where, failure.requestId]).toEqual(['Do this', 'racks/prod', 'r1']);
  });

  test('quote no document: the text of a foreign error is cut and made printable', () => {
    const failure = asFailure(new SyntaxError(`Unexpected token '\u001b[2J' in ${'x'.repeat(10_000)}`));
    expect(failure.why?.length).toBeLessThanOrEqual(500);
    expect(failure.why).not.toMatch(/[\u0000-\u001f]/);
  });

  test.each([[Object.create(null)], [{ toString: () => 5 }], [undefined], [null], ['text'], [Symbol('s')], [() => 1]])(
    'anything thrown becomes one (%#)',
    (thrown) => {
      expect(asFailure(thrown)).toBeInstanceOf(Failure);
    },
  );
});
