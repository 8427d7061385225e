import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { logSignature } from '../../../src/domain/log-signature.ts';
import { ownTime } from '../../support/own-time.ts';

describe('logSignature', () => {
  test.each<[string, string]>([
    ['TimeoutError: upstream did not answer within 5000ms', 'TimeoutError: upstream did not answer within <n>ms'],
    ['connect ECONNREFUSED 10.0.0.12:5432', 'connect ECONNREFUSED <n>'],
    ['user 1234 not found', 'user <n> not found'],
    ['took 1,204.5 seconds at 12:00:05', 'took <n> seconds at <n>'],
    ['order 6f1c2a34-9b1e-4c7d-8a22-0123456789ab failed', 'order <id> failed'],
    ['commit deadbeef12 and 0x7ffdeadbeef', 'commit <id> and <id>'],
    ['request_id=9f86d081 gone', 'request_id=<id> gone'],
    ['pod web-6d9f7c5b8-x2x4q and web-7a8b9c0d1-bcdfg', 'pod web-<id>-<id> and web-<id>-<id>'],
    ['promote RABCDEFGHIJ of BABCDEFGHIJ', 'promote <id> of <id>'],
    ['relation "users" does not exist', 'relation <str> does not exist'],
    ["undefined method `total' for nil", 'undefined method <str> for nil'],
    ["can't connect, don't retry", "can't connect, don't retry"],
    ['cannot open /var/lib/data/x_12.csv: No such file', 'cannot open <path>: No such file'],
    ['at app/models/order.rb:12 it broke', 'at <path> it broke'],
    ['expected text/html and/or nothing', 'expected text/html and/or nothing'],
    ['GET https://api.example.com/v1/x?id=3 failed', 'GET <url> failed'],
    ['mail to jo.doe@example.com bounced', 'mail to jo.<email> bounced'],
    ['worker3 lost, utf8 kept, 12MiB', 'worker<n> lost, utf<n> kept, <n>MiB'],
    ['\u001b[1;31mERROR\u001b[0m   deadlock  detected', 'ERROR deadlock detected'],
    ['  padded  ', 'padded'],
    ['', ''],
    ['{"level":"error","msg":"job 12 failed","job_id":"a1b2c3d4","err":"timeout"}', 'job <n> failed: timeout'],
    ['{"level":50,"err":{"type":"X","message":"x is undefined"},"msg":"boom"}', 'x is undefined: boom'],
    ['level=error msg="job 12 failed" queue=default', 'job <n> failed'],
    ['time=2026-05-01T10:00:00Z level=error error=EOF', 'EOF'],
  ])('%j', (message, expected) => {
    expect(logSignature(message)).toBe(expected);
  });

  it('tells different errors apart', () => {
    const messages = ['connection refused', 'connection reset', 'TypeError: x is undefined', 'deadlock detected'];
    expect(new Set(messages.map(logSignature)).size).toBe(messages.length);
  });

  it('never throws, stays bounded', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 2_000 }), fc.string({ maxLength: 300 }));
    fc.assert(fc.property(text, (message) => logSignature(message).length <= 240));
  });

  it('one error with other values is one signature', () => {
    const values = fc.record({
      id: fc.uuid(),
      count: fc.nat(),
      ip: fc.ipV4(),
      name: fc.string({ unit: fc.constantFrom(...'abcdefgh ') }),
      hash: fc.stringMatching(/^[0-9][0-9a-f]{15}$/),
    });
    const render = (v: { id: string; count: number; ip: string; name: string; hash: string }): string =>
      `ERROR job ${v.id} failed after ${v.count} tries on ${v.ip}: no such user "${v.name}" (${v.hash})`;
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(logSignature(render(a))).toBe(logSignature(render(b)));
      }),
    );
  });

  it('a hostile line costs no more than another', () => {
    const started = ownTime();
    for (const part of ['"', "'", '/', 'a/', '<', '\u001b[', 'a@', 'http://', '{"msg":"', 'msg="\\']) {
      logSignature(part.repeat(200_000));
    }
    expect(ownTime() - started).toBeLessThan(1_000);
  });
});
