import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { MASK } from '../../../src/domain/env-text.ts';
import { diffReleases, releaseDiffText } from '../../../src/domain/release-diff.ts';
import { newerThan, newestFirst } from '../../../src/domain/release-order.ts';
import { unpromotedReleases } from '../../../src/domain/release-step.ts';
import { build, HOUR, NOW, promote, release } from './release-fixtures.ts';

const R4 = release('R4', { createdAt: NOW - HOUR, build: 'B4', description: 'env change:PORT', env: 'PORT=4000' });
const R3 = release('R3', { createdAt: NOW - 2 * HOUR, build: 'B4' });
const R2 = release('R2', { createdAt: NOW - 3 * HOUR, build: 'B2', env: 'PORT=3000\nOLD=1' });
const R1 = release('R1', { createdAt: NOW - 4 * HOUR, build: 'B1' });
const ALL = [R4, R3, R2, R1];
const BUILDS = [
  build('B4', { gitSha: '4f2a9c1e77', description: 'build 4f2a9c1e77 Faster cart' }),
  build('B2', { gitSha: 'aa00bb11cc' }),
];

describe('diffReleases', () => {
  it('tells env keys, manifest, build, commit and what lies between', () => {
    const after = { ...R4, manifest: R4.manifest.replace('512', '768') };
    const diff = diffReleases(R2, after, { releases: ALL, builds: BUILDS, active: 'R2' });
    expect(diff).toMatchObject({
      direction: 'forward',
      env: { added: [], removed: ['OLD'], changed: ['PORT'], unseen: [] },
      manifest: { kind: 'structured', changes: [{ path: 'services.web.scale.memory', before: '512', after: '768' }] },
      build: { before: 'B2', after: 'B4', changed: true },
      commit: { before: 'aa00bb11cc', after: '4f2a9c1e77', changed: true },
      after: { description: 'env change:PORT', buildDescription: 'build 4f2a9c1e77 Faster cart', promoted: 'no' },
      before: { promoted: 'yes' },
    });
    expect(diff.between?.map(({ id }) => id)).toEqual(['R3']);
    expect(diff.unpromoted.map(({ id }) => id)).toEqual(['R4', 'R3']);
    expect(releaseDiffText(diff)).toBe(
      'env ~PORT -OLD, manifest services.web.scale.memory, build B4 (4f2a9c1), 1 release between',
    );
  });

  it('goes back as well', () => {
    const diff = diffReleases(R4, R2, { releases: ALL });
    expect(diff.direction).toBe('back');
    expect(diff.between?.map(({ id }) => id)).toEqual(['R3']);
    expect(diff.env).toMatchObject({ added: ['OLD'], changed: ['PORT'] });
  });

  it('a release does not differ from itself', () => {
    const diff = diffReleases(R2, R2, { releases: ALL, active: 'R1' });
    expect(diff).toMatchObject({ direction: 'same', manifest: { kind: 'same' }, between: [], unpromoted: [] });
    expect(releaseDiffText(diff)).toBe('no difference');
  });

  it('says what it cannot see behind the mask', () => {
    const diff = diffReleases(release('R1', { env: `A=${MASK}` }), release('R1', { env: `A=${MASK}` }));
    expect(diff.env.unseen).toEqual(['A']);
    expect(releaseDiffText(diff)).toBe('1 masked env value cannot be seen');
  });

  it('works on two releases alone', () => {
    const diff = diffReleases(R2, R4);
    expect(diff).toMatchObject({ direction: 'forward', between: undefined, unpromoted: [] });
    expect(diff.after.promoted).toBe('unknown');
  });

  test.each([
    ['known to have been promoted', { promotes: [promote('R3', HOUR)] }, 'yes'],
    ['newer than the active one', { active: 'R2' }, 'no'],
    ['older than the active one, no history', { active: 'R4' }, 'unknown'],
    ['older, and the history reaches back', { active: 'R4', promotesSince: NOW - 3 * HOUR, promotes: [] }, 'no'],
    ['older, and the history begins later', { active: 'R4', promotesSince: NOW - HOUR, promotes: [] }, 'unknown'],
  ] as const)('promoted: %s', (_name, context, expected) => {
    expect(diffReleases(R4, R3, { releases: ALL, ...context }).after.promoted).toBe(expected);
  });

  it('names who: by the promote, else by the creation', () => {
    const context = {
      releases: ALL,
      promotes: [promote('R4', HOUR, 'ann')],
      creators: new Map([
        ['R4', 'bob'],
        ['R3', 'cid'],
      ]),
    };
    const diff = diffReleases(R3, R4, context);
    expect([diff.after.by, diff.before.by]).toEqual(['ann', 'cid']);
  });

  it('never throws and never holds a value of the env', () => {
    const one = fc.record({
      id: fc.constantFrom('R1', 'R2', 'R3'),
      env: fc.constantFrom('A=s3cret', 'A=s3cret2\nB=s3cret', '', `A=${MASK}`),
      manifest: fc.oneof(fc.string(), fc.constant('services: {web: {token: s3cret}}')),
      createdAt: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(
        one,
        one,
        fc.array(one),
        fc.option(fc.constantFrom('R1', 'R2'), { nil: undefined }),
        (a, b, list, active) => {
          const releases = list.map(({ id, ...change }) => release(id, change));
          const diff = diffReleases(release(a.id, a), release(b.id, b), { releases, active });
          expect(JSON.stringify(diff)).not.toContain('s3cret');
        },
      ),
    );
  });
});

describe('releases that were never promoted', () => {
  test.each([
    ['those after the active one', 'R2', {}, ['R4', 'R3']],
    ['none after the newest', 'R4', {}, []],
    ['not one that was promoted and rolled back', 'R2', { promotes: [promote('R3', HOUR)] }, ['R4']],
    ['unknown where the active one is not in the list', 'R0', {}, []],
  ] as const)('%s', (_name, active, context, expected) => {
    expect(unpromotedReleases(active, { releases: ALL, ...context }).map(({ id }) => id)).toEqual(expected);
  });
});

describe('order of releases', () => {
  it('is by time where all have one, as listed otherwise; each once', () => {
    expect(newestFirst([R1, R4, R2, R4]).map(({ id }) => id)).toEqual(['R4', 'R2', 'R1']);
    expect(newestFirst([R1, { ...R4, createdAt: undefined }]).map(({ id }) => id)).toEqual(['R1', 'R4']);
    expect(newerThan('R3', ALL)?.map(({ id }) => id)).toEqual(['R4']);
    expect(newerThan('R9', ALL)).toBeUndefined();
  });
});
