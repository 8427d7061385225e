import { expect, it } from 'vitest';
import { lastDeploy } from '../../../src/domain/last-deploy.ts';
import type { Process } from '../../../src/domain/process.ts';
import type { Release } from '../../../src/domain/release.ts';

const NOW = Date.UTC(2026, 2, 1, 3, 0, 0);
const MINUTE = 60_000;
const process = (release: string, minutesAgo: number | undefined, service = 'web') =>
  ({ release, service, startedAt: minutesAgo === undefined ? undefined : NOW - minutesAgo * MINUTE }) as Process;
const release = (id: string, minutesAgo: number) => ({ id, createdAt: NOW - minutesAgo * MINUTE }) as Release;

it.each([
  [
    'the oldest process of the active release',
    'RNEW',
    [process('RNEW', 3), process('RNEW', 8), process('ROLD', 900)],
    [release('RNEW', 10)],
    { release: 'RNEW', at: NOW - 8 * MINUTE, by: 'started' },
  ],
  [
    'ids in any letter case',
    'RNEW',
    [process('rnew', 8)],
    [release('rNEW', 9)],
    { release: 'RNEW', at: NOW - 8 * MINUTE, by: 'started' },
  ],
  [
    'a restart long after: the release itself',
    'RNEW',
    [process('RNEW', 5)],
    [release('RNEW', 600)],
    { release: 'RNEW', at: NOW - 600 * MINUTE, by: 'created' },
  ],
  [
    'an old release promoted again',
    'ROLD',
    [process('ROLD', 5)],
    [release('RNEW', 60), release('ROLD', 600)],
    { release: 'ROLD', at: NOW - 5 * MINUTE, by: 'started' },
  ],
  [
    'no process of it yet',
    'RNEW',
    [process('ROLD', 900)],
    [release('RNEW', 2)],
    { release: 'RNEW', at: NOW - 2 * MINUTE, by: 'created' },
  ],
  [
    'no release list (a viewer)',
    'RNEW',
    [process('RNEW', 5)],
    [],
    { release: 'RNEW', at: NOW - 5 * MINUTE, by: 'started' },
  ],
  ['builds are no deploy', 'RNEW', [process('RNEW', 50, 'build')], [], undefined],
  ['nothing promoted', '', [process('RNEW', 5)], [release('RNEW', 6)], undefined],
  ['nothing known', 'RNEW', [process('RNEW', undefined)], [], undefined],
] as const)('last deploy: %s', (_name, active, processes, releases, wanted) => {
  expect(lastDeploy(active, processes, releases)).toEqual(wanted);
});
