import fc from 'fast-check';
import { expect, test } from 'vitest';
import { manifestLosses, manifestParts } from '../../../src/domain/manifest-parts.ts';
import { rollbackEnv } from '../../../src/domain/rollback-env.ts';

const MANIFEST = `
environment:
  - GLOBAL_ONE
  - WITH_DEFAULT=x
resources:
  main-db:
    type: postgres
services:
  web:
    environment:
      - NEEDED
      - MAIN_DB_URL
      - "*"
      - OPTIONAL=
    scale:
      count: 2-8
  worker:
    scale: 3
  cron:
    build: .
  odd:
    scale:
      count: many
`;

test('services with their counts, resources, and what must be set', () => {
  expect(manifestParts(MANIFEST)).toEqual({
    services: [
      { name: 'web', count: 2 },
      { name: 'worker', count: 3 },
      { name: 'cron', count: undefined },
      { name: 'odd', count: undefined },
    ],
    resources: ['main-db'],
    requiredEnv: ['GLOBAL_ONE', 'NEEDED'],
  });
});

test.each([[''], ['  '], ['- a list'], ['a: [b'], ['just text']])('%j has no parts', (text) => {
  expect(manifestParts(text)).toBeUndefined();
});

test('never throws, and loses nothing against itself', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(manifestLosses(text, text)).toEqual({ services: [], resources: [] });
    }),
  );
});

test('what a manifest drops', () => {
  const after = 'services:\n  web: {}\nresources:\n  cache: {type: redis}\n';
  expect(manifestLosses(MANIFEST, after)).toEqual({ services: ['worker', 'cron', 'odd'], resources: ['main-db'] });
  expect(manifestLosses(MANIFEST, 'a: [b')).toEqual({ services: [], resources: [] });
});

test('the environment of a rollback, by name', () => {
  const current = 'SAME=1\nCHANGED=new\nLATER=1\nHIDDEN=********************';
  const old = 'SAME=1\nCHANGED=old\nGONE=1\nHIDDEN=********************';
  expect(rollbackEnv(current, old, MANIFEST)).toEqual({
    reverted: ['CHANGED'],
    back: ['GONE'],
    dropped: ['LATER'],
    unseen: ['HIDDEN'],
    missing: ['GONE'],
    required: ['GLOBAL_ONE', 'NEEDED'],
  });
});
