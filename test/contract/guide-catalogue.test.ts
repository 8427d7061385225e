import { describe, expect, it } from 'vitest';
import { GUIDE_CATALOGUE, type GuideRackFacts } from '../../src/guides/guide-catalogue.ts';
import { GUIDES } from '../../src/guides/index.ts';

/** Menus list guides without loading one; what they say must be what the guides say of themselves. */
describe('the catalogue of guides', () => {
  it('is the registry, in its order', () => {
    expect(GUIDE_CATALOGUE.map(({ id, title, about }) => ({ id, title, about }))).toEqual(
      GUIDES.map(({ id, title, about }) => ({ id, title, about })),
    );
  });

  it('refuses nothing of a rack that is not known yet', () => {
    for (const { applies } of GUIDE_CATALOGUE) {
      expect(applies({ provider: undefined, version: undefined })).toEqual({ allowed: true });
    }
  });

  const AWS: GuideRackFacts = { provider: 'aws', version: '3.24.9' };
  const cases: readonly (readonly [string, GuideRackFacts, Readonly<Record<string, string>>])[] = [
    ['an AWS rack of today', AWS, {}],
    ['a rack that is too old for access entries', { ...AWS, version: '3.21.4' }, { 'access-entries': 'version' }],
    ['the first one that has them', { ...AWS, version: '3.24.7' }, {}],
    [
      'another cloud',
      { provider: 'gcp', version: '3.24.9' },
      {
        'console-role': 'target',
        'access-entries': 'target',
        'eks-viewing': 'target',
        'aws-integration': 'target',
        'iam-review': 'target',
      },
    ],
    [
      'a v2 rack',
      { provider: 'aws', version: '20260418101514' },
      {
        'rack-move': 'target',
        'console-role': 'target',
        'access-entries': 'target',
        'eks-viewing': 'target',
        'iam-review': 'target',
      },
    ],
    ['a rack built from a branch', { provider: 'aws', version: 'dev' }, {}],
  ];

  it.each(cases)('%s', (_name, facts, wanted) => {
    const found = GUIDE_CATALOGUE.flatMap(({ id, applies }) => {
      const verdict = applies(facts);
      return verdict.allowed ? [] : [[id, verdict.because] as const];
    });
    expect(Object.fromEntries(found)).toEqual(wanted);
  });
});
