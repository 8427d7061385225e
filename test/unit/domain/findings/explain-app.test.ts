import { describe, expect, it, test } from 'vitest';
import type { Finding } from '../../../../src/domain/finding.ts';
import { explainApp } from '../../../../src/domain/findings/explain-app.ts';
import type { AppFacts } from '../../../../src/domain/findings/facts.ts';
import { parseVersion } from '../../../../src/domain/version.ts';
import { build, promote, release } from '../release-fixtures.ts';
import {
  app,
  certificate,
  DAY,
  diagnosedPod,
  diagnosis,
  event,
  facts,
  HOUR,
  MINUTE,
  NEW,
  NOW,
  node,
  OLD,
  pod,
  sample,
  service,
} from './fixtures.ts';
import { newSignature } from './new-signature.ts';

type Case = [
  rule: string,
  severity: string,
  summary: RegExp,
  trips: Partial<AppFacts>,
  near: string,
  mustNot: Partial<AppFacts>,
];

const budget = (spend: number, breakerTripped: boolean, atCapAction?: string) => ({
  cap: { monthlyCapUsd: 100, alertThresholdPercent: 80, atCapAction },
  state: { currentMonthSpendUsd: spend, asOf: NOW, breakerTripped },
});
const releases = [release(NEW, { createdAt: NOW - 3 * HOUR }), release(OLD, { createdAt: NOW - 9 * DAY })];
const newer = release('RZZZZZZZZZZ', { createdAt: NOW - HOUR, description: 'env add:FLAG' });
const tall = (memory: number) => facts({ processes: [pod(1, { memory }), pod(2)] });
const growing = (perMinute: number, minutes = 20) =>
  Array.from({ length: minutes }, (_, index) => sample(1, index * MINUTE, { memory: 400 - index * perMinute }));

const CASES: readonly Case[] = [
  [
    'rolling-back',
    'critical',
    /rolling back/,
    { app: app({ status: 'rollback' }) },
    'updating',
    { app: app({ status: 'updating' }) },
  ],
  ['updating', 'info', /deploying RNEW/, { app: app({ status: 'updating' }) }, 'running', {}],
  ['deleting', 'info', /deleted/, { app: app({ status: 'deleting' }) }, 'running', {}],
  [
    'app-status',
    'critical',
    /status failed/,
    { app: app({ status: 'failed' }) },
    'creating',
    { app: app({ status: 'creating' }) },
  ],
  [
    'app-status',
    'unknown',
    /status floating/,
    { app: app({ status: 'floating' }) },
    'new',
    { app: app({ status: 'new' }) },
  ],
  ['locked', 'info', /locked/, { app: app({ locked: true }) }, 'not locked', {}],
  [
    'crashed-processes',
    'critical',
    /1 of 2 web crashed/,
    { processes: [pod(1, { status: 'crashed' }), pod(2)] },
    'a crashed one-off',
    { processes: [pod(1), pod(2), pod(3, { id: 'web-ab12c', command: 'rake', status: 'failed' })] },
  ],
  [
    'crashed-processes',
    'critical',
    /1 of 2 web crash-looping/,
    {
      processes: [pod(1, { status: 'crashed' }), pod(2)],
      processSamples: [
        sample(1, 9 * MINUTE),
        sample(1, 8 * MINUTE, { status: 'crashed' }),
        sample(1, 7 * MINUTE),
        sample(1, MINUTE, { status: 'crashed' }),
      ],
    },
    'a finished job',
    { processes: [pod(1), pod(2), pod(3, { status: 'complete' })] },
  ],
  [
    'flapping',
    'critical',
    /1 web crashing again and again/,
    {
      processSamples: [
        sample(1, 9 * MINUTE, { status: 'crashed' }),
        sample(1, 8 * MINUTE),
        sample(1, 4 * MINUTE, { status: 'crashed' }),
        sample(1, MINUTE),
      ],
    },
    'it crashed once',
    {
      processSamples: [
        sample(1, 9 * MINUTE, { status: 'crashed' }),
        sample(1, 8 * MINUTE, { status: 'crashed' }),
        sample(1, MINUTE),
      ],
    },
  ],
  [
    'unhealthy-processes',
    'warning',
    /1 of 2 web unhealthy/,
    { processes: [pod(1, { status: 'unhealthy' }), pod(2)] },
    'still starting',
    { processes: [pod(1, { status: 'unhealthy', startedAt: NOW - 30_000 }), pod(2)] },
  ],
  [
    'stuck-pending',
    'warning',
    /1 web pending for over 3 minutes/,
    { processes: [pod(1, { status: 'pending', startedAt: NOW - 4 * MINUTE }), pod(2)] },
    'pending for a moment',
    { processes: [pod(1, { status: 'pending', startedAt: NOW - 2 * MINUTE }), pod(2)] },
  ],
  [
    'unplaceable',
    'warning',
    /1 web without a node for 4m/,
    { processes: [pod(1, { status: 'pending', startedAt: NOW - 4 * MINUTE, instance: '' }), pod(2)] },
    'it has a node',
    { processes: [pod(1, { status: 'pending', startedAt: NOW - 4 * MINUTE }), pod(2)] },
  ],
  [
    'missing-replicas',
    'warning',
    /1 of 2 web run/,
    { processes: [pod(1)] },
    'the other is on its way',
    { processes: [pod(1), pod(2, { status: 'pending', startedAt: NOW - MINUTE })] },
  ],
  [
    'missing-replicas',
    'critical',
    /0 of 2 worker run/,
    { services: [service(), service({ name: 'worker' })] },
    'an agent has what it has',
    { services: [service(), service({ name: 'worker', agent: true })] },
  ],
  [
    'missing-replicas',
    'critical',
    /0 of 2 web run/,
    { app: app({ status: 'updating' }), processes: [pod(1, { service: 'other' })] },
    'while a deploy goes on one is enough',
    { app: app({ status: 'updating' }), processes: [pod(1)] },
  ],
  [
    'scaled-to-zero',
    'info',
    /worker scaled to 0/,
    { services: [service(), service({ name: 'worker', count: 0 })] },
    'an agent on no node',
    { services: [service(), service({ name: 'worker', count: 0, agent: true })] },
  ],
  [
    'nothing-runs',
    'info',
    /no process runs/,
    { processes: [], services: undefined },
    'never promoted',
    { app: app({ release: '' }), processes: [], services: [] },
  ],
  [
    'one-node',
    'info',
    /all 2 web on one node/,
    { processes: [pod(1), pod(2, { instance: 'node-1' })] },
    'there is no other node',
    { processes: [pod(1), pod(2, { instance: 'node-1' })], instances: [node('node-1')] },
  ],
  [
    'old-release-serving',
    'warning',
    /1 of 2 still on ROLD/,
    { processes: [pod(1), pod(2, { release: OLD })] },
    'the new ones came up just now',
    { processes: [pod(1, { startedAt: NOW - MINUTE }), pod(2, { release: OLD })] },
  ],
  [
    'release-not-running',
    'critical',
    /running, but no process of RNEW/,
    { processes: [pod(1, { status: 'crashed' }), pod(2, { release: OLD })] },
    'it has just begun',
    { processes: [pod(1, { status: 'starting', startedAt: NOW - MINUTE }), pod(2, { release: OLD })] },
  ],
  [
    'release-not-running',
    'warning',
    /no process of RNEW/,
    { processes: [pod(1, { release: OLD }), pod(2, { release: OLD })] },
    'it is being deployed',
    { app: app({ status: 'updating' }), processes: [pod(1, { release: OLD }), pod(2, { release: OLD })] },
  ],
  [
    'stalled-rollout',
    'warning',
    /deploying RNEW\w+ for 12m/,
    { app: app({ status: 'updating' }), promotes: [promote(NEW, 12 * MINUTE)] },
    'nine minutes',
    { app: app({ status: 'updating' }), promotes: [promote(NEW, 9 * MINUTE)] },
  ],
  [
    'stalled-rollout',
    'warning',
    /for 12m/,
    {
      app: app({ status: 'updating' }),
      processes: [pod(1, { startedAt: NOW - 12 * MINUTE }), pod(2, { release: OLD })],
    },
    'a lock re-applies what runs already',
    { app: app({ status: 'updating' }) },
  ],
  [
    'stalled-rollout',
    'warning',
    /for 11m/,
    {
      app: app({ status: 'updating' }),
      appSamples: [11, 5, 1].map((ago) => ({ at: NOW - ago * MINUTE, status: 'updating', release: NEW })),
    },
    'another deploy before this one',
    {
      app: app({ status: 'updating' }),
      appSamples: [
        { at: NOW - 11 * MINUTE, status: 'updating', release: NEW },
        { at: NOW - 6 * MINUTE, status: 'running', release: NEW },
        { at: NOW - MINUTE, status: 'updating', release: NEW },
      ],
    },
  ],
  [
    'promote-rolled-back',
    'warning',
    /RZZZ\w+ was rolled back, RNEW\w+ serves/,
    { releases: [newer, ...releases], promotes: [promote('RZZZZZZZZZZ', HOUR, 'ann@example.com')] },
    'it is the active one',
    {
      releases: [newer, ...releases],
      promotes: [promote('RZZZZZZZZZZ', HOUR)],
      app: app({ release: 'RZZZZZZZZZZ' }),
      processes: [],
    },
  ],
  [
    'promote-rolled-back',
    'warning',
    /RZZZ\w+ was rolled back/,
    {
      appSamples: ['running RNEWNEWNEWN', 'updating RZZZZZZZZZZ', 'rollback RNEWNEWNEWN', 'running RNEWNEWNEWN'].map(
        (word, index) => ({
          at: NOW - (9 - index) * MINUTE,
          status: word.split(' ')[0] ?? '',
          release: word.split(' ')[1] ?? '',
        }),
      ),
    },
    'a deploy since then went well',
    { rollbacks: [{ release: 'RZZZZZZZZZZ', to: OLD, at: NOW - 2 * HOUR }], promotes: [promote(NEW, HOUR)], releases },
  ],
  [
    'promote-rolled-back',
    'warning',
    /RZZZ\w+ was rolled back/,
    {
      releases: [newer, ...releases],
      diagnosis: diagnosis({ events: [event({ object: 'atom/app', message: 'Status: Updating => Rollback' })] }),
    },
    'the next one has begun',
    {
      releases: [newer, ...releases],
      diagnosis: diagnosis({
        events: [
          event({ message: 'Status: Updating => Rollback' }),
          event({ timestamp: NOW - MINUTE, message: 'Status: Running => Pending' }),
        ],
      }),
    },
  ],
  [
    'unpromoted-releases',
    'info',
    /1 release newer than RNEW\w+ never promoted/,
    { releases: [newer, ...releases] },
    'the active one is the newest',
    { releases },
  ],
  [
    'failed-build',
    'info',
    /newest build B2 failed/,
    {
      builds: [build('B1'), build('B2', { status: 'failed', startedAt: NOW - 9 * MINUTE, endedAt: NOW - 8 * MINUTE })],
    },
    'a later one went well',
    {
      builds: [
        build('B1', { startedAt: NOW - MINUTE }),
        build('B2', { status: 'failed', startedAt: NOW - 9 * MINUTE }),
      ],
    },
  ],
  ['memory-pressure', 'warning', /1 of 2 web at 92% of their memory$/, tall(471), 'at 88%', tall(450)],
  [
    'memory-pressure',
    'warning',
    /1 of 2 web at 78% of their memory, full in 11m/,
    { ...tall(400), processSamples: growing(10) },
    'it does not grow',
    { ...tall(400), processSamples: growing(0) },
  ],
  [
    'memory-pressure',
    'warning',
    /at 95%/,
    { processes: [pod(1, { memory: 95 }), pod(2, { memory: 20 })], version: parseVersion('20260418101514') },
    'the same number of MiB on a v3 rack',
    { processes: [pod(1, { memory: 95 }), pod(2, { memory: 20 })] },
  ],
  [
    'node-pressure',
    'warning',
    /node node-1 at memory 93%/,
    { instances: [node('node-1', { memory: 7_400 }), node('node-2')] },
    'another node, none of its own',
    { instances: [node('node-1'), node('node-2'), node('node-3', { memory: 7_400 })] },
  ],
  [
    'node-pressure',
    'critical',
    /cpu 95%, memory 98%/,
    { instances: [node('node-1', { cpu: 3.8, memory: 7_860 }), node('node-2')] },
    'nothing to compare with',
    { instances: [node('node-1', { memory: 7_860, cpuAllocatable: undefined, memoryAllocatable: undefined })] },
  ],
  [
    'node-not-ready',
    'warning',
    /node-1 is pending/,
    { instances: [node('node-1', { status: 'pending' }), node('node-2')] },
    'it has just joined',
    { instances: [node('node-1', { status: 'pending', startedAt: NOW - MINUTE }), node('node-2')] },
  ],
  [
    'node-leaving',
    'info',
    /node-1 is DRAINING/,
    { instances: [node('node-1', { status: 'DRAINING' }), node('node-2')] },
    'active is what a v2 node is',
    { instances: [node('node-1', { status: 'active' }), node('node-2')] },
  ],
  [
    'certificate-expiring',
    'warning',
    /certificate expires in 9d: shop.example.com/,
    { services: [service({ domain: 'shop.example.com' })], certificates: [certificate('c1', 9.5)] },
    'of another app',
    { services: [service({ domain: 'blog.example.com' })], certificates: [certificate('c1', 9.5)] },
  ],
  [
    'certificate-expired',
    'critical',
    /expired 2d ago/,
    { services: [service({ domain: 'shop.example.com' })], certificates: [certificate('c1', -2)] },
    'another one has replaced it',
    {
      services: [service({ domain: 'shop.example.com' })],
      certificates: [certificate('c1', -2), certificate('c2', 80, { domain: '', domains: ['*.example.com'] })],
    },
  ],
  [
    'certificate-not-ready',
    'warning',
    /is not ready/,
    {
      services: [service({ domain: 'shop.example.com' })],
      certificates: [certificate('c1', 80, { status: 'Not Ready' })],
    },
    'ready',
    { services: [service({ domain: 'shop.example.com' })], certificates: [certificate('c1', 80, { status: 'Ready' })] },
  ],
  [
    'budget-breaker',
    'warning',
    /deploys are refused/,
    { budget: budget(101, true, 'block-new-deploys') },
    'not tripped',
    { budget: budget(70, false, 'block-new-deploys') },
  ],
  [
    'budget-breaker',
    'critical',
    /services are shut down/,
    { budget: budget(101, true, 'auto-shutdown') },
    'no cap',
    { budget: { cap: undefined, state: budget(101, true).state } },
  ],
  [
    'budget-alert',
    'info',
    /85% of the month/,
    { budget: budget(85, false) },
    'below the threshold',
    { budget: budget(79, false) },
  ],
  [
    'out-of-memory',
    'critical',
    /1 web killed for want of memory/,
    { diagnosis: diagnosis({ pods: [diagnosedPod({ stateDetail: 'OOMKilled (exit code 137)' })] }) },
    'ended by itself',
    { diagnosis: diagnosis({ pods: [diagnosedPod({ stateDetail: 'Error (exit code 1)' })] }) },
  ],
  [
    'diagnosed-pods',
    'critical',
    /1 web not ready: CrashLoopBackOff/,
    { diagnosis: diagnosis({ pods: [diagnosedPod({ stateDetail: 'CrashLoopBackOff (exit code 1)' })] }) },
    'new',
    { diagnosis: diagnosis({ pods: [diagnosedPod({ classification: 'new', ageSeconds: 20 })] }) },
  ],
  [
    'diagnosed-pods',
    'warning',
    /1 web not ready$/,
    { diagnosis: diagnosis({ pods: [diagnosedPod({ classification: 'not-ready' })] }) },
    'not ready yet',
    { diagnosis: diagnosis({ pods: [diagnosedPod({ classification: 'not-ready', ageSeconds: 100 })] }) },
  ],
  [
    'stalled-service',
    'warning',
    /web stalled: 0\/6 nodes are available/,
    {
      diagnosis: diagnosis({
        services: [
          {
            name: 'web',
            desiredReplicas: 2,
            readyReplicas: 1,
            updatedReplicas: 2,
            status: 'stalled',
            stallReason: '0/6 nodes are available',
          },
        ],
      }),
    },
    'deploying',
    {
      diagnosis: diagnosis({
        services: [
          {
            name: 'web',
            desiredReplicas: 2,
            readyReplicas: 1,
            updatedReplicas: 2,
            status: 'deploying',
            stallReason: undefined,
          },
        ],
      }),
    },
  ],
  [
    'warning-events',
    'info',
    /1 warning from the cluster: FailedMount vol-1/,
    {
      diagnosis: diagnosis({
        events: [
          event({ reason: 'FailedMount', object: 'vol-1' }),
          event({ reason: 'FailedMount', object: 'vol-1', timestamp: NOW - 9 * MINUTE }),
        ],
      }),
    },
    'two hours ago',
    { diagnosis: diagnosis({ events: [event({ timestamp: NOW - 2 * HOUR })] }) },
  ],
  [
    'new-errors',
    'warning',
    /2 new errors in the logs since RNEW/,
    { newErrors: { release: NEW, signatures: [newSignature('ERROR a', 9), newSignature('ERROR b', 1)] } },
    'none is new',
    { newErrors: { release: NEW, signatures: [] } },
  ],
];

const find = (rule: string, given: Partial<AppFacts>): Finding | undefined =>
  explainApp(facts(given), NOW).findings.find((finding) => finding.rule === rule);

describe('explainApp', () => {
  it('has nothing to say of a healthy app', () => {
    expect(explainApp(facts({ releases }), NOW)).toEqual({ severity: 'ok', findings: [], gaps: [] });
  });

  test.each(CASES)('%s (%s)', (rule, severity, summary, trips) => {
    const finding = find(rule, trips);
    expect(finding, JSON.stringify(explainApp(facts(trips), NOW).findings, null, 1)).toBeDefined();
    expect(finding).toMatchObject({ severity, app: 'shop' });
    expect(finding?.summary).toMatch(summary);
    expect(finding?.summary.length).toBeLessThanOrEqual(140);
    expect(finding?.next).not.toBe('');
    for (const { text } of finding?.evidence ?? []) expect(text).toMatch(/^[^\n]{1,240}$/);
  });

  test.each(CASES)(
    'not %s (%s) where it is only near: %s %s %s',
    (rule, _severity, _summary, _trips, _near, mustNot) => {
      const finding = find(rule, mustNot);
      expect(finding).toBeUndefined();
    },
  );

  it('says what it could not judge', () => {
    const { gaps } = explainApp({ app: app(), processes: [pod(1)] }, NOW);
    expect(gaps).toHaveLength(4);
    expect(gaps.join(' ')).toMatch(/Services were not read.*Releases.*Nodes.*report/);
  });
});
