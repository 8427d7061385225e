import { describe, expect, test } from 'vitest';
import { Failure, type FailureKind, withDetails } from '../../../src/domain/failure.ts';
import { outcomeUnclear } from '../../../src/domain/outcome-unclear.ts';

const ROWS: readonly (readonly [FailureKind, number | undefined, boolean])[] = [
  ['unreachable', undefined, true],
  ['timeout', undefined, true],
  ['timeout', 500, true],
  ['cancelled', undefined, true],
  ['tls', undefined, true],
  ['malformed', 200, true],
  ['malformed', undefined, true],
  ['server', 500, true],
  ['server', 502, true],
  ['server', undefined, true],
  // The rack refused the gateway, or the gateway could not check the login.
  ['server', 401, false],
  ['not-logged-in', 401, false],
  ['account-blocked', 401, false],
  ['mfa-required', 401, false],
  ['mfa-rejected', 401, false],
  ['mfa-enrollment', 403, false],
  ['forbidden', 403, false],
  ['forbidden', 500, false],
  ['not-found', 404, false],
  ['not-found', 500, false],
  ['route-missing', 404, false],
  ['unsupported', 501, false],
  ['conflict', 409, false],
  ['invalid', 400, false],
  ['rate-limited', 429, false],
  ['usage', undefined, false],
];

describe.each(ROWS)('%s with status %s', (kind, status, unclear) => {
  const failure = new Failure({ kind, status, what: 'x' });

  test(unclear ? 'may have happened' : 'has not happened', () => {
    expect(outcomeUnclear(failure)).toBe(unclear);
  });

  test('has not happened where nothing had left', () => {
    expect(outcomeUnclear(withDetails(failure, { nothingSent: true }))).toBe(false);
  });
});

test('withDetails keeps the rest', () => {
  const cause = new Error('c');
  const details = {
    kind: 'mfa-required',
    what: 'w',
    why: 'y',
    next: 'n',
    status: 401,
    requestId: 'r',
    where: 'GET /x',
    mfaLevel: 'always',
    retryAt: 5,
    cause,
  } as const;
  const copy = withDetails(new Failure(details), { nothingSent: true });
  expect(copy).toMatchObject({ ...details, nothingSent: true });
  expect(withDetails(copy, { why: 'z' })).toMatchObject({ ...details, why: 'z', nothingSent: true });
});
