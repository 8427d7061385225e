import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../../src/domain/finding.ts';
import { explainApp } from '../../../../src/domain/findings/explain-app.ts';
import { explainRack } from '../../../../src/domain/findings/explain-rack.ts';
import type { AppFacts } from '../../../../src/domain/findings/facts.ts';
import { compareFindings, findingKey } from '../../../../src/domain/findings/rank.ts';
import { parseVersion } from '../../../../src/domain/version.ts';
import { build, promote, release } from '../release-fixtures.ts';
import { app, certificate, diagnosedPod, diagnosis, event, NOW, node, pod, sample, service } from './fixtures.ts';
import { newSignature } from './new-signature.ts';

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const number = fc.oneof(
  fc.integer({ min: -10, max: 10_000 }),
  fc.constantFrom(0, Number.NaN, Infinity, -Infinity, 1e308),
);
const time = maybe(
  fc.oneof(
    fc.integer({ min: -3_000, max: 60 }).map((minutes) => NOW + minutes * 60_000),
    number,
  ),
);
const id = fc.constantFrom('R1', 'R2', 'R3', '', '__proto__');
const serviceName = fc.constantFrom('web', 'worker', '', '__proto__');
const status = fc.constantFrom(
  'running',
  'crashed',
  'unhealthy',
  'pending',
  'complete',
  'failed',
  'updating',
  'rollback',
  'constructor',
  '',
);
const list = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(arbitrary, { maxLength: 6 });
const nodeId = fc.constantFrom('node-1', 'node-2', '');

const processes = list(
  fc.record({
    service: serviceName,
    status,
    release: id,
    startedAt: time,
    memory: number,
    cpu: number,
    instance: nodeId,
  }),
).map((all) => all.map((change, index) => pod(index, change)));
const services = list(
  fc.record({
    name: serviceName,
    count: number,
    memory: number,
    agent: fc.boolean(),
    coldStart: fc.boolean(),
    domain: fc.constantFrom('a.example.com', ''),
  }),
).map((all) => all.map(service));
const pods = list(
  fc.record({
    service: serviceName,
    ageSeconds: number,
    restarts: number,
    classification: fc.constantFrom('unhealthy', 'not-ready', 'new', ''),
    stateDetail: maybe(fc.constantFrom('OOMKilled', 'CrashLoopBackOff', '\n\n', '')),
    logs: maybe(fc.string()),
    hint: maybe(fc.string()),
    events: list(fc.record({ timestamp: time, message: fc.string() }).map(event)),
  }),
).map((all) => all.map(diagnosedPod));
const messages = fc.constantFrom('Status: Updating => Rollback', 'Status: Running => Pending', 'other', '');

const appFacts: fc.Arbitrary<AppFacts> = fc.record({
  app: fc.record({ name: fc.constantFrom('shop', 'blog'), status, release: id, locked: fc.boolean() }).map(app),
  processes,
  services: maybe(services),
  releases: maybe(
    list(
      fc
        .record({ id, createdAt: time, env: fc.string(), manifest: fc.string() })
        .map((change) => release(change.id, change)),
    ),
  ),
  builds: maybe(
    list(fc.record({ id, status, startedAt: time, endedAt: time }).map((change) => build(change.id, change))),
  ),
  budget: maybe(
    fc.record({
      cap: maybe(
        fc.record({ monthlyCapUsd: number, alertThresholdPercent: maybe(number), atCapAction: maybe(fc.string()) }),
      ),
      state: maybe(fc.record({ currentMonthSpendUsd: number, asOf: time, breakerTripped: fc.boolean() })),
    }),
  ),
  diagnosis: maybe(
    fc
      .record({
        timestamp: time,
        pods,
        events: list(fc.record({ timestamp: time, message: messages }).map(event)),
        services: list(
          fc.record({
            name: serviceName,
            desiredReplicas: number,
            readyReplicas: number,
            updatedReplicas: number,
            status: fc.constantFrom('stalled', 'running'),
            stallReason: maybe(fc.string()),
          }),
        ),
      })
      .map(diagnosis),
  ),
  instances: maybe(
    list(
      fc
        .record({ id: nodeId, status, cpu: number, memory: number, memoryAllocatable: maybe(number) })
        .map((change) => node(change.id, change)),
    ),
  ),
  certificates: maybe(
    list(
      fc
        .record({ id, days: number, domains: list(fc.constantFrom('a.example.com', '*.example.com', '')) })
        .map(({ id: name, days, domains }) => certificate(name, days, { domains })),
    ),
  ),
  promotes: maybe(
    list(fc.tuple(id, fc.integer({ min: -60, max: 3_000 })).map(([name, ago]) => promote(name, ago * 60_000))),
  ),
  rollbacks: maybe(list(fc.record({ release: id, to: maybe(id), at: number }))),
  appSamples: maybe(list(fc.record({ at: number, status, release: id }))),
  processSamples: maybe(list(fc.record({ status, memory: number, at: number }).map((change) => sample(1, 0, change)))),
  newErrors: maybe(fc.record({ release: id, signatures: list(fc.string().map((text) => newSignature(text, 1))) })),
  version: maybe(fc.constantFrom('3.24.9', '20260418101514').map(parseVersion)),
});

function check(findings: readonly Finding[]): void {
  expect(new Set(findings.map(findingKey)).size).toBe(findings.length);
  for (const finding of findings) {
    expect(finding.summary).not.toBe('');
    expect(finding.next).not.toBe('');
    expect(finding.evidence.length).toBeLessThanOrEqual(16);
    for (const { text } of finding.evidence) expect(text).toMatch(/^[^\n]{1,240}$/);
  }
  for (let at = 1; at < findings.length; at += 1) {
    const [a, b] = [findings[at - 1], findings[at]];
    if (a && b) expect([compareFindings(a, b) < 0, compareFindings(b, a) > 0]).toEqual([true, true]);
  }
}

describe('whatever a rack says', () => {
  it('the findings of an app: never throws, no duplicates, ranked in a total order', () => {
    fc.assert(
      fc.property(appFacts, (facts) => check(explainApp(facts, NOW).findings)),
      { numRuns: 400 },
    );
  });

  it('the findings of a rack as well', () => {
    fc.assert(
      fc.property(list(appFacts), appFacts, (apps, { instances, certificates }) => {
        check(explainRack({ rack: 'prod', apps, instances, certificates }, NOW).findings);
      }),
      { numRuns: 150 },
    );
  });

  it('the order of what a rack lists makes no difference to what is found', () => {
    fc.assert(
      fc.property(appFacts, (facts) => {
        const { findings } = explainApp(facts, NOW);
        const turned = explainApp({ ...facts, processes: [...facts.processes].reverse() }, NOW);
        expect(turned.findings.map(findingKey).sort()).toEqual(findings.map(findingKey).sort());
      }),
      { numRuns: 200 },
    );
  });
});
