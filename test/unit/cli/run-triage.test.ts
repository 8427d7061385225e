import { afterEach, describe, expect, it } from 'vitest';
import type { TriageRequest } from '../../../src/cli/invocation.ts';
import { runTriage } from '../../../src/cli/run-triage.ts';
import { Failure } from '../../../src/domain/failure.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import type { TargetListing } from '../../../src/targets/target.ts';
import { CapturedOutput } from '../../support/captured-output.ts';
import { simulatedTargets } from '../../support/simulated-targets.ts';

let simulator: Simulator;
afterEach(() => simulator?.close());

/** What a starved process says depends on the minute. */
const now = () => Date.UTC(2026, 5, 15, 12);
const COMMON = { demo: undefined, debug: false, color: true, screenReader: false, readOnly: false };

async function triage(
  listing: TargetListing,
  request: Partial<TriageRequest> = {},
  common: { readonly rack?: string; readonly app?: string } = {},
) {
  const output = new CapturedOutput();
  const code = await runTriage({
    common: { ...COMMON, ...common },
    request: { json: true, ...request },
    listing,
    output,
    now,
    signal: new AbortController().signal,
  });
  return { code, ...output };
}

interface Report {
  readonly schema: string;
  readonly racks: readonly { name: string; answered: boolean; severity: string | null; failure: object | null }[];
  readonly findings: readonly { rack: string; app: string | null; rule: string; severity: string }[];
}
const report = (text: string) => JSON.parse(text) as Report;

describe('runTriage', () => {
  it.each([
    ['bad-promote', 'acme/prod', 'checkout', 'crashed-processes', 'critical'],
    ['crash-loop', 'acme/prod', 'notify', 'crashed-processes', 'critical'],
    ['rollback', 'acme/prod', 'billing', 'rolling-back', 'critical'],
    ['oom', 'acme/prod', 'media', 'crashed-processes', 'critical'],
    ['node-pressure', 'acme/prod', null, 'node-pressure', 'critical'],
    ['stuck-deploy', 'acme/prod', 'shop', 'unplaceable', 'warning'],
    ['expired-cert', 'staging', null, 'certificate-expired', 'critical'],
    ['noisy-neighbour', 'acme/prod', null, 'node-pressure', 'warning'],
  ])('%s leads on %s', async (incident, rack, app, rule, severity) => {
    simulator = await startSimulator({ incident, lively: false, now });
    const run = await triage(simulatedTargets(simulator));
    const { schema, findings, racks } = report(run.stdout);
    expect(schema).toBe('rackdeck/triage@1');
    expect(racks.map(({ name, answered }) => [name, answered])).toEqual([
      ['acme/prod', true],
      ['staging', true],
      ['acme/eu', true],
    ]);
    expect(findings.map((each) => [each.rack, each.app, each.rule, each.severity])).toContainEqual([
      rack,
      app,
      rule,
      severity,
    ]);
    // The one failure and nothing else: worse than a remark is only what it brings about.
    const serious = findings.filter((each) => each.severity === 'critical' || each.severity === 'warning');
    expect([...new Set(serious.map((each) => each.rack))]).toEqual([rack]);
  });

  it('exits by the threshold', async () => {
    simulator = await startSimulator({ incident: 'stuck-deploy', lively: false, now });
    const listing = simulatedTargets(simulator);
    const codes = [];
    for (const failOn of [undefined, 'critical', 'warning'] as const)
      codes.push((await triage(listing, { failOn })).code);
    expect(codes).toEqual([0, 0, 1]);
    expect((await triage(listing, { failOn: 'warning' }, { rack: 'staging' })).code).toBe(0);
    expect((await triage(listing, { failOn: 'warning' }, { app: 'checkout' })).code).toBe(0);
    expect((await triage(listing, { failOn: 'warning' }, { app: 'shop' })).code).toBe(1);
  });

  it('a rack that does not answer is a finding; only when none does the command fails', async () => {
    simulator = await startSimulator({ incident: 'expired-cert', lively: false, now });
    await simulator.faults.goDown('staging');
    const listing = simulatedTargets(simulator);
    const some = await triage(listing, { failOn: 'critical' });
    expect(some.code).toBe(1);
    const silent = report(some.stdout).findings.find(({ rule }) => rule === 'no-answer');
    expect([silent?.rack, silent?.severity]).toEqual(['staging', 'critical']);
    expect(report(some.stdout).racks[1]).toMatchObject({ name: 'staging', answered: false, severity: null });
    expect((await triage(listing)).code).toBe(0);
    const none = await triage(listing, {}, { rack: 'staging' });
    expect(none.code).toBe(3);
    const [first] = listing.targets;
    if (!first) throw new Error('no rack');
    const problem = new Failure({ kind: 'not-logged-in', what: 'Not logged in' });
    const connect = () => {
      throw problem;
    };
    expect((await triage({ ...listing, targets: [{ ...first, problem, connect }] })).code).toBe(4);
  });

  it('speaks to people in lines, worst first, without an escape code', async () => {
    simulator = await startSimulator({ incident: 'bad-promote', lively: false, now });
    const { stdout, stderr } = await triage(simulatedTargets(simulator), { json: false });
    expect(stderr).toBe('');
    expect(stdout.split('\n')[0]).toMatch(/^critical {2}acme\/prod\/checkout: \d of \d+ web crash/);
    expect(stdout).toMatch(/\n {10}next: Look at the logs of web-/);
    expect(stdout).toMatch(/\n\d+ findings \(3 of 3 racks answered, 12 apps\)\.\n$/);
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  it('says which parts did not answer, and judges the rest', async () => {
    simulator = await startSimulator({ incident: 'node-pressure', lively: false, now });
    simulator.faults.add({ match: { path: /^\/system\/processes/ }, effect: { kind: 'status', code: 500 } });
    const { stdout, code } = await triage(simulatedTargets(simulator));
    expect(code).toBe(0);
    const { racks, findings } = JSON.parse(stdout) as { racks: { gaps: unknown[] }[]; findings: { rule: string }[] };
    expect(racks.map(({ gaps }) => gaps.length > 0)).toEqual([true, true, true]);
    expect(findings.map(({ rule }) => rule)).toContain('node-pressure');
    expect(findings.map(({ rule }) => rule)).not.toContain('nothing-runs');
  });
});
