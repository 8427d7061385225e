import { describe, expect, it, test } from 'vitest';
import { explainRack } from '../../../../src/domain/findings/explain-rack.ts';
import type { RackFacts } from '../../../../src/domain/findings/facts.ts';
import { app, certificate, facts, NOW, node, pod, service } from './fixtures.ts';

const shop = facts({ processes: [pod(1, { memory: 6_000, instance: 'node-1' }), pod(2)], services: undefined });
const blog = facts({ app: app({ name: 'blog' }), processes: [pod(3, { app: 'blog' }), pod(4, { app: 'blog' })] });

function rack(change: Partial<RackFacts> = {}): RackFacts {
  return { rack: 'prod', apps: [shop, blog], instances: [node('node-1'), node('node-2')], certificates: [], ...change };
}

const told = (change: Partial<RackFacts>): string[] =>
  explainRack(rack(change), NOW).findings.map(({ rule, app: name, subject }) =>
    [rule, name, subject].filter(Boolean).join(' '),
  );

describe('explainRack', () => {
  it('has nothing to say of a healthy rack', () => {
    expect(explainRack(rack(), NOW)).toEqual({ severity: 'ok', findings: [] });
  });

  it('tells a node under pressure once, and who uses most of it', () => {
    const pressed = rack({ instances: [node('node-1', { memory: 7_500 }), node('node-2')] });
    const { findings, severity } = explainRack(pressed, NOW);
    expect(severity).toBe('warning');
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ rule: 'node-pressure', app: '', subject: 'node-1' });
    expect(findings[0]?.evidence[1]?.text).toBe(`shop ${pod(1).id} uses 80% of its memory in use`);
  });

  it('says so where no app is to blame for the pressure', () => {
    const { findings } = explainRack(rack({ instances: [node('node-1'), node('node-2', { memory: 7_500 })] }), NOW);
    expect(findings[0]?.evidence.map(({ text }) => text)).toContain(
      'no process of an app uses much of its memory: look at the node itself',
    );
  });

  test.each<[string, Partial<RackFacts>, string[]]>([
    ['an expired certificate, of whichever app', { certificates: [certificate('c1', -1)] }, ['certificate-expired c1']],
    ['a certificate that lasts', { certificates: [certificate('c1', 60)] }, []],
    ['a certificate that never expires', { certificates: [certificate('c1', 0, { expiresAt: undefined })] }, []],
    [
      'what is wrong with an app',
      { apps: [facts({ services: [service({ count: 3 })] }), blog] },
      ['missing-replicas shop'],
    ],
    [
      'most sick processes on one node',
      {
        apps: [
          facts({
            processes: [
              pod(1, { status: 'crashed', instance: 'node-1' }),
              pod(2, { status: 'unhealthy', instance: 'node-1' }),
            ],
            services: undefined,
          }),
          facts({
            app: app({ name: 'blog' }),
            services: undefined,
            processes: [pod(3, { app: 'blog', status: 'crashed', instance: 'node-1' })],
          }),
        ],
      },
      ['sick-node node-1', 'crashed-processes blog', 'crashed-processes shop', 'unhealthy-processes shop'],
    ],
    [
      'as many, of one app only',
      {
        apps: [
          facts({
            processes: [1, 2, 3].map((number) => pod(number, { status: 'crashed', instance: 'node-1' })),
            services: undefined,
          }),
          blog,
        ],
      },
      ['crashed-processes shop'],
    ],
    [
      'as many, on several nodes',
      {
        apps: [
          facts({ processes: [pod(1, { status: 'crashed' }), pod(2, { status: 'crashed' })], services: undefined }),
          facts({
            app: app({ name: 'blog' }),
            services: undefined,
            processes: [pod(3, { app: 'blog', status: 'crashed' })],
          }),
        ],
      },
      ['crashed-processes blog', 'crashed-processes shop'],
    ],
  ])('tells %s', (_name, change, expected) => expect(told(change)).toEqual(expected));

  it('an app that is listed twice is told once', () => {
    const broken = facts({ processes: [pod(1, { status: 'crashed' })], services: undefined });
    expect(told({ apps: [broken, broken] })).toEqual(['crashed-processes shop']);
  });
});
