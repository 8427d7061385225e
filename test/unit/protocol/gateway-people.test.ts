import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAuditLogs } from '../../../src/protocol/schemas/audit-log.ts';
import { readGatewayRoles, readGatewayUsers, readUserSessions } from '../../../src/protocol/schemas/gateway-people.ts';

const details = (value: unknown) => readAuditLogs.read({ logs: [{ id: 1, details: value }] }).entries[0]?.details;

describe('audit rows', () => {
  test('a whole row', () => {
    const wire = {
      id: 7,
      first_seen: '2026-04-24T10:00:00Z',
      last_seen: '2026-04-24T10:01:00Z',
      event_count: 3,
      user_email: 'ann@example.com',
      api_token_name: 'ci',
      action_type: 'convox',
      action: 'release.promote',
      command: 'curl https://u:hunter2@example.com',
      resource: 'shop',
      resource_type: 'app',
      details: '{"release":"R1"}',
      status: 'denied',
      rbac_decision: 'deny',
      http_status: 403,
      avg_response_time_ms: 12,
      ip_address: '10.0.0.1',
      user_agent: 'x',
    };
    expect(readAuditLogs.read({ logs: [wire], total: 40 })).toEqual({
      total: 40,
      entries: [
        {
          id: 7,
          firstSeen: Date.UTC(2026, 3, 24, 10),
          lastSeen: Date.UTC(2026, 3, 24, 10, 1),
          count: 3,
          user: 'ann@example.com',
          token: 'ci',
          actionType: 'convox',
          action: 'release.promote',
          command: 'curl https://example.com',
          resourceType: 'app',
          resource: 'shop',
          status: 'denied',
          decision: 'deny',
          httpStatus: 403,
          ip: '10.0.0.1',
          userAgent: 'x',
          averageMs: 12,
          details: { release: 'R1' },
        },
      ],
    });
  });

  test.each<[string, unknown, Record<string, string>]>([
    ['nothing', undefined, {}],
    ['null', null, {}],
    ['an empty string', '', {}],
    ['no JSON', 'lost session', { details: 'lost session' }],
    ['a bare value', '42', { details: '42' }],
    ['a list', '["a","b"]', { details: '["a","b"]' }],
    ['an object that was not packed into a string', { a: 1 }, { a: '1' }],
    ['several lines and an escape', '{"a":"x\\ny\\u001b[2Jz"}', { a: 'x yz' }],
    ['nested', '{"a":{"token":"hunter2","b":[1]}}', { a: '{"token":"****","b":[1]}' }],
    [
      'secret names',
      '{"password":"hunter2","token":"[REDACTED]","secrets":true}',
      {
        password: '****',
        token: '[REDACTED]',
        secrets: 'true',
      },
    ],
    ['a URL', '{"url":"https://u:hunter2@example.com/x"}', { url: 'https://example.com/x' }],
  ])('details: %s', (_, value, expected) => {
    expect(details(value)).toEqual(expected);
  });

  test('details of any kind never cost the log, and stay small', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), fc.jsonValue()), (value) => {
        const found = details(value) ?? {};
        expect(Object.keys(found).length).toBeLessThanOrEqual(40);
        for (const text of Object.values(found)) expect(text.length).toBeLessThanOrEqual(600);
      }),
    );
  });
});

describe('people', () => {
  test('nobody at all is null', () => {
    expect(readGatewayUsers.read(null)).toEqual([]);
    expect(readUserSessions.read(null)).toEqual([]);
  });

  test('a locked person, and one of whom little is known', () => {
    const locked = {
      email: 'lou@example.com',
      roles: ['viewer'],
      locked_at: '2026-04-24T10:00:00Z',
      locked_reason: 'Too many\u001b[31m codes',
      mfa_enrolled: false,
    };
    const [lou, plain] = readGatewayUsers.read([locked, { email: 'a@example.com', roles: null }]);
    expect(lou).toMatchObject({
      lockedAt: Date.UTC(2026, 3, 24, 10),
      lockedReason: 'Too many codes',
      roles: ['viewer'],
    });
    expect(lou).not.toHaveProperty('mfaEnrolled');
    expect(plain).toMatchObject({ name: '', roles: [], suspended: false, lockedAt: undefined });
  });

  test('roles by name, whatever the key is called', () => {
    const roles = readGatewayRoles.read({
      b: { permissions: null },
      a: { name: 'ops', label: 'Ops', permissions: ['p'] },
    });
    expect(roles).toEqual([
      { name: 'b', label: '', description: '', permissions: [] },
      { name: 'ops', label: 'Ops', description: '', permissions: ['p'] },
    ]);
  });
});
