import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import { SentSecrets } from '../../../src/protocol/sent-secrets.ts';

function sent(headers: Record<string, string>, body?: unknown): SentSecrets {
  const secrets = new SentSecrets();
  secrets.rememberHeaders(headers);
  secrets.rememberBody(body);
  return secrets;
}

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('what was sent to be let in', () => {
  it.each([
    ['a bearer token', { authorization: 'Bearer tok-123456' }, 'token tok-123456 is old', 'token *** is old'],
    ['a password', { authorization: basic('convox:pa/ss:wörd') }, 'wrong: pa/ss:wörd', 'wrong: ***'],
    [
      'a password, percent-encoded',
      { authorization: basic('convox:pa/ss') },
      'https://convox:pa%2Fss@h',
      'https://convox:***@h',
    ],
    ['the whole header', { authorization: basic('convox:secret-1') }, basic('convox:secret-1'), 'Basic ***'],
    [
      'a token in place of the user',
      { authorization: basic('rgw_0123456789abcdef:') },
      'no rgw_0123456789abcdef',
      'no ***',
    ],
    ['a console session', { session: 'sess-9' }, 'session sess-9 ended', 'session *** ended'],
    ['the name convox, which is no secret', { authorization: basic('convox:secret-1') }, 'convox', 'convox'],
    ['a password of two letters, which is a word', { authorization: basic('convox:pw') }, 'pwd', 'pwd'],
  ])('%s', (_name, headers, text, clean) => {
    expect(sent(headers).scrub(text)).toBe(clean);
  });

  it('a one-time code and a login state of a body', () => {
    expect(sent({}, { code: '123456', state: 'st-1', device_name: 'laptop' }).scrub('123456 st-1 laptop')).toBe(
      '*** *** laptop',
    );
  });

  it('leaves a failure in every part, and keeps what it means', () => {
    const failure = new Failure({
      kind: 'mfa-required',
      what: 'Could not use tok-123456',
      why: 'tok-123456',
      next: 'Not tok-123456',
      where: 'GET /apps/tok-123456',
      requestId: 'tok-123456',
      status: 401,
      mfaLevel: 'always',
      retryAt: 5,
    });
    const clean = sent({ authorization: 'Bearer tok-123456' }).scrubbed(failure);
    expect(JSON.stringify(clean) + clean.message).not.toContain('tok-123456');
    expect(clean).toMatchObject({ kind: 'mfa-required', status: 401, mfaLevel: 'always', retryAt: 5, why: '***' });
  });

  it('remembers the last tokens only', () => {
    const secrets = new SentSecrets();
    for (let turn = 0; turn < 1_000; turn += 1) secrets.rememberHeaders({ authorization: `Bearer token-${turn}x` });
    expect(secrets.scrub('token-999x token-0x')).toBe('*** token-0x');
  });
});
