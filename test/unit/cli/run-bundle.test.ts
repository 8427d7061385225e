import { afterEach, describe, expect, it } from 'vitest';
import type { BundleRequest } from '../../../src/cli/invocation.ts';
import { runBundle } from '../../../src/cli/run-bundle.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import { CapturedOutput } from '../../support/captured-output.ts';
import { PLANTED, plantSecrets } from '../../support/planted-secrets.ts';
import { simulatedTargets } from '../../support/simulated-targets.ts';

let simulator: Simulator;
afterEach(() => simulator.close());

interface Bundle {
  readonly schema: string;
  readonly redaction: { readonly secretsRemoved: number };
  readonly rack: { readonly name: string; readonly version: string };
  readonly findings: readonly { app: string; rule: string }[];
  readonly apps: readonly {
    name: string;
    processes: readonly { id: string; severity: string }[];
    releases: readonly { id: string; active: boolean; env?: { changed: string[]; added: string[] } }[];
    diagnosis: { pods: unknown[] } | null;
  }[];
  readonly otherApps: readonly string[];
  readonly timeline: readonly { kind: string; at: string }[];
  readonly logs: readonly { app: string; processes: Record<string, string[]>; rack: string[] }[];
  readonly doctor: unknown;
}

async function bundle(common: { rack?: string; app?: string } = {}, request: Partial<BundleRequest> = {}) {
  const output = new CapturedOutput();
  const saved: [string, string][] = [];
  const code = await runBundle({
    common: { demo: undefined, debug: false, color: true, screenReader: false, readOnly: false, ...common },
    request: { json: false, lines: 50, ...request },
    listing: simulatedTargets(simulator),
    version: '1.2.3',
    output,
    now: Date.now,
    signal: new AbortController().signal,
    doctor: async () => ({ user: 'somebody' }),
    save: async (name, text) => {
      saved.push([name, text]);
      return `/somewhere/${name}`;
    },
  });
  const [file] = saved;
  const text = file?.[1] ?? output.stdout;
  return { code, output, saved, text, json: JSON.parse(text) as Bundle };
}

describe('runBundle', () => {
  it('tells the incident: findings, releases by key, processes, log lines of the sick ones, timeline, doctor', async () => {
    simulator = await startSimulator({ incident: 'bad-promote', lively: false });
    const { code, json, saved, output } = await bundle();
    expect(code).toBe(0);
    expect([json.schema, json.rack.name, json.rack.version]).toEqual(['rackdeck/bundle@1', 'acme/prod', '3.24.9']);
    expect(json.findings[0]).toMatchObject({ app: 'checkout', rule: 'crashed-processes' });
    expect(json.apps.map(({ name }) => name)).toEqual(['checkout']);
    expect(json.otherApps).toContain('shop');
    const [app] = json.apps;
    expect(app?.releases.filter(({ active }) => active)).toHaveLength(1);
    expect(app?.releases[1]?.env?.changed).toEqual(['PAYMENT_TIMEOUT_MS']);
    const sick = app?.processes.filter(({ severity }) => severity === 'critical') ?? [];
    const [log] = json.logs;
    for (const { id } of sick) expect(log?.processes[id]?.join('\n')).toContain('PaymentGatewayError');
    for (const lines of Object.values(log?.processes ?? {})) expect(lines.length).toBeLessThanOrEqual(50);
    expect(log?.rack.join('\n')).toContain('Pending => Updating');
    expect(json.timeline.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['release', 'build', 'crashed']));
    expect(json.doctor).toEqual({ user: 'somebody' });
    expect(saved[0]?.[0]).toMatch(/^rackdeck-bundle-acme-prod-\d{8}-\d{6}\.json$/);
    expect(output.stderr).toMatch(/^Saved \/somewhere\/rackdeck-bundle.*Look through it before you share it\.\n$/);
    expect(output.stdout).toBe('');
  });

  it.each(['acme/prod', 'staging', 'acme/eu'])('holds no secret of %s, and counts those it took out', async (rack) => {
    simulator = await startSimulator({ incident: 'bad-promote', lively: false });
    for (const each of simulator.racks) plantSecrets(each);
    const app = rack === 'acme/eu' ? 'billing' : 'checkout';
    const { text, json } = await bundle({ rack, app }, { json: true, lines: 5_000 });
    expect(text.match(new RegExp(`${PLANTED}[\\w-]*`, 'g')) ?? []).toEqual([]);
    for (const each of simulator.racks) expect(text).not.toContain(each.password);
    expect(json.redaction.secretsRemoved).toBeGreaterThan(0);
    expect(json.apps.map(({ name }) => name)).toEqual([app]);
  });

  it("brings the rack's own report where the rack has one", async () => {
    simulator = await startSimulator({ incident: 'crash-loop', lively: false, withGateway: false });
    const { json } = await bundle({ app: 'notify' });
    expect(json.apps[0]?.diagnosis?.pods.length).toBeGreaterThan(0);
  });

  it('prints to stdout and saves only where a file is named', async () => {
    simulator = await startSimulator({ incident: 'expired-cert', lively: false });
    const printed = await bundle({ rack: 'staging' }, { json: true });
    expect([printed.saved.length, printed.output.stderr]).toEqual([0, '']);
    expect(printed.json.findings.map(({ rule }) => rule)).toContain('certificate-expired');
    expect((await bundle({ rack: 'staging' }, { json: true, out: 'x.json' })).saved[0]?.[0]).toBe('x.json');
  });

  it('refuses an app that is not there', async () => {
    simulator = await startSimulator({ lively: false });
    await expect(bundle({ app: 'nosuch' })).rejects.toMatchObject({ kind: 'not-found' });
  });
});
