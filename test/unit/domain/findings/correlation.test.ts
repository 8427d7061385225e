import { describe, expect, it, test } from 'vitest';
import { MASK } from '../../../../src/domain/env-text.ts';
import type { Finding } from '../../../../src/domain/finding.ts';
import { explainApp } from '../../../../src/domain/findings/explain-app.ts';
import type { AppFacts } from '../../../../src/domain/findings/facts.ts';
import { build, promote, release } from '../release-fixtures.ts';
import {
  app,
  DAY,
  diagnosedPod,
  diagnosis,
  event,
  facts,
  HOUR,
  MINUTE,
  NEW,
  NOW,
  OLD,
  pod,
  service,
} from './fixtures.ts';

const releases = [
  release(NEW, {
    build: 'B2',
    env: `POOL=9\nFLAG=1\nTOKEN=${MASK}`,
    createdAt: NOW - 20 * MINUTE,
    manifest: 'services:\n  web:\n    scale: {memory: 256}\n',
  }),
  release(OLD, { build: 'B1', env: `POOL=5\nTOKEN=${MASK}`, createdAt: NOW - 9 * DAY }),
];
const builds = [build('B2', { gitSha: '4f2a9c1e77' }), build('B1')];
const crashing = [
  pod(1, { status: 'crashed', startedAt: NOW - 8 * MINUTE }),
  pod(2, { status: 'crashed', startedAt: NOW - 7 * MINUTE }),
];

const first = (change: Partial<AppFacts>): Finding | undefined => explainApp(facts(change), NOW).findings[0];
const rules = (change: Partial<AppFacts>): string[] => explainApp(facts(change), NOW).findings.map(({ rule }) => rule);
const texts = (finding: Finding | undefined): string => finding?.evidence.map(({ text }) => text).join('\n') ?? '';

describe('a crash loop that began within minutes of a promote', () => {
  it('names the release, who promoted it, and what it changed', () => {
    const finding = first({
      processes: crashing,
      releases,
      builds,
      promotes: [promote(OLD, 9 * DAY, 'bob'), promote(NEW, 10 * MINUTE, 'ann@example.com')],
    });
    expect(finding).toMatchObject({
      rule: 'crashed-processes',
      release: NEW,
      cause: {
        release: NEW,
        at: NOW - 10 * MINUTE,
        basis: 'promote',
        by: 'ann@example.com',
        before: OLD,
        change:
          'env +FLAG ~POOL, manifest services.web.scale.memory, build B2 (4f2a9c1), 1 masked env value cannot be seen',
      },
    });
    expect(texts(finding)).toContain(`${NEW} promoted by ann@example.com, 2m before`);
    expect(texts(finding)).toContain(`${NEW} against ${OLD}: env +FLAG ~POOL`);
    expect(JSON.stringify(finding)).not.toContain('POOL=');
  });

  test.each<[string, Partial<AppFacts>]>([
    ['the promote was half an hour before', { promotes: [promote(NEW, 40 * MINUTE)] }],
    ['the promote came after it', { promotes: [promote(NEW, 4 * MINUTE)] }],
    ['no promote is known, and the release is old', { releases: [release(NEW, { createdAt: NOW - DAY })] }],
  ])('names none where %s', (_name, change) => {
    expect(first({ processes: crashing, releases, ...change })?.cause).toBeUndefined();
  });

  it('tells it by the oldest process where no promote is known', () => {
    const finding = first({ processes: crashing, releases, creators: new Map([[NEW, 'ann']]) });
    expect(finding?.cause).toMatchObject({
      release: NEW,
      basis: 'first-process',
      by: 'ann',
      before: OLD,
      at: NOW - 8 * MINUTE,
    });
    expect(texts(finding)).toContain(`${NEW} came up, created by ann`);
  });

  it('also where processes of the old release crash', () => {
    const processes = [pod(1, { status: 'crashed', release: OLD, startedAt: NOW - 8 * MINUTE }), pod(2)];
    expect(first({ processes, promotes: [promote(NEW, 10 * MINUTE)] })).toMatchObject({ release: NEW });
  });

  it('a rolled-back promote names who, and compares with what serves again', () => {
    const finding = first({
      app: app({ release: OLD }),
      processes: [pod(1, { release: OLD }), pod(2, { release: OLD })],
      releases,
      builds,
      promotes: [promote(NEW, 10 * MINUTE, 'ann')],
    });
    expect(finding).toMatchObject({ rule: 'promote-rolled-back', cause: { release: NEW, by: 'ann', before: OLD } });
    expect(finding?.cause?.change).toContain('env +FLAG');
  });
});

describe('one thing that is wrong is told once', () => {
  const report = diagnosis({
    services: [
      {
        name: 'web',
        desiredReplicas: 2,
        readyReplicas: 0,
        updatedReplicas: 2,
        status: 'stalled',
        stallReason: 'containers keep exiting',
      },
    ],
    pods: [
      diagnosedPod({
        stateDetail: 'CrashLoopBackOff (exit code 1)',
        hint: 'read its previous logs',
        logs: 'booting',
        previousLogs: 'booting\nKeyError: key not found: "POOL"\n  from /app/x.rb:1\nbye',
        events: [
          event({ reason: 'BackOff', object: pod(1).id, message: 'Back-off\nrestarting' }),
          event({ type: 'Normal', reason: 'Pulled' }),
        ],
      }),
    ],
  });

  it("the rack's own report joins the crash it is about", () => {
    const change = { processes: crashing, diagnosis: report };
    expect(rules(change)).toEqual(['crashed-processes']);
    const text = texts(first(change));
    expect(text).toContain('1 web not ready');
    expect(text).toContain('CrashLoopBackOff (exit code 1), 4 restarts');
    expect(text).toContain('KeyError: key not found: "POOL"');
    expect(text).toContain(`BackOff ${pod(1).id}: Back-off restarting`);
    expect(text).toContain('read its previous logs');
    expect(text).toContain('containers keep exiting');
    expect(text).not.toContain('Pulled');
  });

  it('a kill for want of memory takes the crash along', () => {
    const change = {
      processes: crashing,
      diagnosis: diagnosis({ pods: [diagnosedPod({ stateDetail: 'OOMKilled' })] }),
    };
    expect(rules(change)).toEqual(['out-of-memory']);
    expect(texts(first(change))).toContain('2 of 2 web crash-looping');
    expect(first(change)?.next).toContain('512 MiB');
  });

  test.each<[string, Partial<AppFacts>, string[]]>([
    ['crashed ones are missing as well', { processes: [pod(1, { status: 'crashed' }), pod(2)] }, ['crashed-processes']],
    [
      'so are those without a node',
      { processes: [pod(1, { status: 'pending', startedAt: NOW - HOUR, instance: '' }), pod(2)] },
      ['unplaceable'],
    ],
    [
      'none of a service is missing and another crashes',
      { services: [service(), service({ name: 'worker' })], processes: [pod(1, { status: 'crashed' }), pod(2)] },
      ['crashed-processes', 'missing-replicas'],
    ],
    [
      'a stalled deploy is a deploy',
      { app: app({ status: 'updating' }), promotes: [promote(NEW, HOUR)] },
      ['stalled-rollout'],
    ],
    ['nothing runs since it should not', { processes: [], services: [service({ count: 0 })] }, ['scaled-to-zero']],
    ['nothing runs though it should', { processes: [] }, ['missing-replicas']],
  ])('%s', (_name, change, expected) => {
    expect(rules(change)).toEqual(expected);
  });

  it('a symptom makes its cause as severe as itself', () => {
    const unhealthy = [1, 2].map((number) => pod(number, { status: 'unhealthy' }));
    expect(first({ processes: unhealthy })).toMatchObject({ rule: 'unhealthy-processes', severity: 'critical' });
    expect(first({ processes: unhealthy, services: undefined })).toMatchObject({ severity: 'warning' });
  });
});

it('a service that starts when it is needed is not down while it sleeps', () => {
  const change = { services: [service({ name: 'api', coldStart: true })] };
  expect(first(change)).toMatchObject({ rule: 'missing-replicas', severity: 'warning' });
});

it('ranks the cause above what follows from it', () => {
  const change = {
    app: app({ locked: true }),
    processes: [...crashing, pod(3, { service: 'worker', status: 'unhealthy' }), pod(4, { release: OLD })],
    releases: [release('RZZZZZZZZZZ', { createdAt: NOW - MINUTE }), ...releases],
    services: undefined,
  };
  expect(rules(change)).toEqual([
    'crashed-processes',
    'unhealthy-processes',
    'old-release-serving',
    'unpromoted-releases',
    'locked',
  ]);
});
