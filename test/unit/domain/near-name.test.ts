import { expect, test } from 'vitest';
import { nearName } from '../../../src/domain/near-name.ts';

test.each<[name: string, known: readonly string[], near: string | undefined]>([
  ['acme/prdo', ['acme/prod', 'acme/eu'], 'acme/prod'],
  ['acme/pro', ['acme/prod', 'staging'], 'acme/prod'],
  ['Staging', ['staging'], 'staging'],
  ['stagging', ['staging', 'prod'], 'staging'],
  ['prod-1', ['prod-2', 'prod-3'], undefined],
  ['eu', ['us', 'ap'], undefined],
  ['billing', ['staging'], undefined],
  ['x', [], undefined],
])('%s of %j', (name, known, near) => {
  expect(nearName(name, known)).toBe(near);
});
