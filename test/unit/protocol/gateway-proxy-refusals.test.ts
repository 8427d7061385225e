import { describe, expect, test } from 'vitest';
import { classifyRefusal } from '../../../src/protocol/failure-classification.ts';

function classify(where: string, status: number, body: string, headers: Record<string, string> = {}) {
  const answer = { dialect: 'gateway-proxy' as const, status, body, headers, requestId: undefined };
  const asked = { doing: 'read it', where, origin: 'https://gateway.example.com' };
  return classifyRefusal(answer, asked, { now: () => 0, random: () => 0 });
}

/** Seen on the upstream gateway: what the rack behind it says looks like what the gateway says. */
describe('who refused: the gateway or the rack behind it', () => {
  test.each([
    ['GET /apps/shop/processes/p/logs', /rack behind it has no such route/],
    ['GET /apps/shop/balancers', /gateway does not pass this route on/],
    ['GET /apps/shop/builds/B1.tgz', /rack behind it/],
  ])('404 on %s', (where, why) => {
    const failure = classify(where, 404, '404 page not found\n');
    expect(failure.kind).toBe('route-missing');
    expect(failure.why).toMatch(why);
  });

  test("a 401 without the gateway's own marker is the rack's: our login is kept", () => {
    expect(classify('GET /apps', 401, 'whatever the rack says\n').kind).toBe('server');
    const own = classify('GET /apps', 401, 'session revoked\n', { 'x-error-reason': 'session revoked' });
    expect(own.kind).toBe('not-logged-in');
    const unknownWords = classify('GET /apps', 401, 'new words\n', { 'x-error-reason': 'new words' });
    expect(unknownWords.kind).toBe('not-logged-in');
  });
});
