import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grants } from '../../../src/domain/permission.ts';

test.each([
  [['convox:app:list'], 'convox:app:list', true],
  [['convox:app:list'], 'convox:app:read', false],
  [['convox:app:*'], 'convox:app:delete', true],
  [['convox:app:*'], 'convox:release:list', false],
  [['*:app:read'], 'convox:app:read', true],
  [['convox:*:*'], 'gateway:user:create', true],
  [['gateway:*:*'], 'convox:app:list', false],
  [['convox:app'], 'convox:app:list', false],
  [['convox:app:list:x'], 'convox:app:list', false],
  [[], 'convox:app:list', false],
  [['convox:env:read', 'convox:log:read'], 'convox:log:read', true],
] as const)('%j grants %s: %s', (granted, wanted, expected) => {
  expect(grants(granted, wanted)).toBe(expected);
});

test('an exact permission always grants itself, and nothing grants without a rule', () => {
  const permission = fc
    .tuple(fc.constantFrom('convox', 'gateway', 'auth'), fc.stringMatching(/^[a-z_]+$/), fc.stringMatching(/^[a-z_]+$/))
    .map((parts) => parts.join(':'));
  fc.assert(
    fc.property(permission, permission, (a, b) => {
      expect(grants([a], a)).toBe(true);
      expect(grants([a], b)).toBe(a === b);
    }),
  );
});
