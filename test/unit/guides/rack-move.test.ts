import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GuideProgressMemory } from '../../../src/live/guide-progress-folder.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { clusterBelow, type GuideBench, guideBench, startQuietSimulator } from '../../support/guide-bench.ts';

const ROLE = 'arn:aws:iam::123456789012:role/convox-4f6b8a2c-ConsoleRole-1A2B3C4D5E';

let simulator: Simulator;
let benches: GuideBench[] = [];

beforeEach(async () => {
  simulator = await startQuietSimulator();
});

afterEach(async () => {
  await Promise.all(benches.map((bench) => bench.close()));
  benches = [];
  await simulator.close();
});

function open(rack: string, more: Partial<Parameters<typeof guideBench>[0]> = {}): GuideBench {
  const bench = guideBench({ guide: 'rack-move', rack, simulator, ...more });
  benches.push(bench);
  return bench;
}

function letConsoleIn(): void {
  const kube = clusterBelow(simulator, 'staging');
  const before = kube.configMaps.get('kube-system/aws-auth')?.data.mapRoles ?? '';
  const entry = `- rolearn: ${ROLE}\n  username: convox-console\n  groups:\n  - system:masters\n`;
  kube.setConfigMap('kube-system', 'aws-auth', { mapRoles: `${before}${entry}` });
}

const folder = () => {
  const found = simulator.folders.get('staging');
  if (!found) throw new Error('no folder');
  return found;
};

const console_ = () => {
  if (!simulator.console) throw new Error('no console');
  return simulator.console;
};

/** What `convox rack mv staging acme/staging` does (convox-api.md 8.1), as far as asked for. */
function runMove({ removeLocal = true }: { removeLocal?: boolean } = {}): void {
  const files = folder();
  const parameters = JSON.parse(files.get('vars.json') ?? '{}') as Record<string, string>;
  console_().racks.set('acme/staging', {
    organization: 'acme',
    name: 'staging',
    provider: 'aws',
    status: 'running',
    version: parameters.release ?? '',
    parameters,
    state: Buffer.from(files.get('terraform.tfstate') ?? '').toString('base64'),
    deletable: true,
    runtime: '',
    rack: undefined,
  });
  if (removeLocal) simulator.folders.delete('staging');
}

describe('from this machine to the console', () => {
  it('is made in order: access, copy, command, proof', async () => {
    letConsoleIn();
    const kept = new Map<string, string>();
    const progress = new GuideProgressMemory();
    const bench = open('staging', { kept, progress });
    await bench.run.start();
    expect(bench.states()).toMatchObject({
      names: 'ok',
      'source-rack': 'ok',
      'remote-backend': 'ok',
      'lock-file': 'ok',
      'target-rack-exists': 'ok',
      organization: 'ok',
      'aws-access': 'ok',
      backup: 'todo',
      move: 'waiting',
    });
    expect(await bench.make('backup')).toMatchObject({ ended: { outcome: 'verified' } });
    expect([...kept.keys()].filter((path) => path.endsWith('/terraform.tfstate'))).toHaveLength(1);
    const before = bench.run.state.get().steps.find(({ step }) => step.id === 'move');
    expect(before?.result).toMatchObject({ state: 'todo', command: 'convox rack mv staging acme/staging' });
    expect(bench.evidence('move')).toMatch(/careful: .*without checking the certificate/);
    runMove();
    await bench.run.check();
    expect(bench.states()).toMatchObject({
      'source-rack': 'not-needed',
      backup: 'ok',
      move: 'ok',
      proof: 'ok',
      listed: 'ok',
      runtime: 'todo',
      current: 'todo',
    });
    expect(bench.evidence('backup')).toMatch(/lineage: 3f1c9a52.*\nserial: 17\nendpoint: api\./);
    // Nothing secret is kept in notes or shown.
    const notes = JSON.stringify((await progress.load('rack-move', 'direct:staging')).progress);
    const password = simulator.racks.find(({ name }) => name === 'staging')?.password ?? '';
    expect(password).not.toBe('');
    expect(notes + JSON.stringify(bench.run.state.get().steps)).not.toContain(password);
  });

  it('shows no command before the console can enter the cluster', async () => {
    const bench = open('staging');
    await bench.run.start();
    expect(bench.states()).toMatchObject({ 'aws-access': 'todo', move: 'waiting' });
    expect(await bench.make('backup')).toMatchObject({ step: 'refused', because: 'plan' });
  });

  it.each([
    ['a lock file', () => folder().set('.terraform.tfstate.lock.info', '{}'), 'lock-file'],
    ['a remote backend', () => folder().set('backend.tf', ''), 'remote-backend'],
    ['no state', () => folder().delete('terraform.tfstate'), 'state'],
    ['a damaged state', () => folder().set('terraform.tfstate', '{"version":3}'), 'state'],
    ['an empty release', () => folder().set('vars.json', '{"name":"staging","region":"us-east-1"}'), 'release'],
    [
      'another release',
      () => folder().set('vars.json', '{"name":"staging","region":"us-east-1","release":"3.20.0"}'),
      'release',
    ],
    ['no main.tf', () => folder().delete('main.tf'), 'source-rack'],
  ])('%s is refused before anything happens', async (_name, spoil, step) => {
    letConsoleIn();
    spoil();
    const bench = open('staging');
    await bench.run.start();
    expect(bench.states()[step]).toBe('blocked');
    expect(bench.states().move).toBe('waiting');
    expect(bench.run.state.get().steps.find((each) => each.step.id === 'move')?.result?.command).toBeUndefined();
    expect(await bench.make('backup')).toMatchObject({ step: 'refused' });
  });

  it.each([
    ['staging', 'staging', /self|itself|same/i],
    ['staging', 'acme/other', /name/i],
    ['staging', 'acme/--force', /no name of a rack/],
  ])('%s -> %s is no move', async (_from, to, words) => {
    const bench = open('staging', { input: { to } });
    await bench.run.start();
    expect(bench.states()).toMatchObject({ names: 'unknown', move: 'waiting', backup: 'waiting' });
    expect(bench.words('names')).toMatch(words);
  });

  it('names the state in which both sides have the rack, and the way out', async () => {
    letConsoleIn();
    const bench = open('staging');
    await bench.run.start();
    await bench.make('backup');
    runMove({ removeLocal: false });
    await bench.run.check();
    expect(bench.states().move).toBe('blocked');
    expect(bench.words('move')).toMatch(/two writers/);
    expect(bench.states().proof).toBe('waiting');
  });

  it('notices that another state has arrived', async () => {
    letConsoleIn();
    const bench = open('staging');
    await bench.run.start();
    await bench.make('backup');
    const state = JSON.parse(folder().get('terraform.tfstate') ?? '{}') as Record<string, unknown>;
    folder().set('terraform.tfstate', JSON.stringify({ ...state, serial: 3 }));
    runMove();
    await bench.run.check();
    expect(bench.states().proof).toBe('blocked');
    expect(bench.words('proof')).toMatch(/serial is lower/);
  });

  it('tells how to restore with a command that a shell takes', async () => {
    letConsoleIn();
    const bench = open('staging');
    await bench.run.start();
    await bench.make('backup');
    expect(bench.evidence('backup')).toMatch(
      /^restore: mkdir -p -m 700 ~\/\.config\/convox\/racks\/staging && cp -a \S+-staging\/\. ~\/\.config\/convox\/racks\/staging\/$/m,
    );
    expect(bench.evidence('backup')).not.toMatch(/'~/);
  });

  it.each([
    ['a file of it', '/vars.json'],
    ['its list of checksums', '.sha256'],
  ])('a copy whose checksums differ is none: %s', async (_name, file) => {
    letConsoleIn();
    const kept = new Map<string, string>();
    const bench = open('staging', { kept });
    await bench.run.start();
    await bench.make('backup');
    const path = [...kept.keys()].find((each) => each.endsWith(`-staging${file}`)) ?? '';
    const text = kept.get(path) ?? '';
    kept.set(path, `${text} `);
    await bench.run.check();
    expect(bench.states()).toMatchObject({ backup: 'todo', move: 'waiting' });
    expect(bench.words('backup')).toMatch(/checksums differ/);
    runMove();
    await bench.run.check();
    expect(bench.states().backup).toBe('blocked');
    kept.set(path, text);
    await bench.run.check();
    expect(bench.states().backup).toBe('ok');
    expect(bench.evidence('proof')).toMatch(
      /the last proof: let the console set a harmless parameter of acme\/staging/,
    );
  });

  it('asks for a new copy when the state has moved on, and removes a copy on undo', async () => {
    letConsoleIn();
    const kept = new Map<string, string>();
    const bench = open('staging', { kept });
    await bench.run.start();
    await bench.make('backup');
    const state = JSON.parse(folder().get('terraform.tfstate') ?? '{}') as Record<string, unknown>;
    folder().set('terraform.tfstate', JSON.stringify({ ...state, serial: 18 }));
    await bench.run.check();
    expect(bench.states()).toMatchObject({ backup: 'todo', move: 'waiting' });
    // The outdated one holds secrets as well: it goes with the new one.
    expect(await bench.make('backup')).toMatchObject({ ended: { outcome: 'verified' } });
    expect([...kept.keys()].filter((path) => path.endsWith('.sha256'))).toHaveLength(2);
    expect(await bench.make('backup', 'undo')).toMatchObject({ ended: { outcome: 'verified' } });
    expect([...kept.keys()]).toEqual([]);
  });
});

describe('from the console to this machine', () => {
  it('copies the decoded state, and refuses without credentials of the provider', async () => {
    const kept = new Map<string, string>();
    const bench = open('acme/eu', { kept });
    await bench.run.start();
    expect(bench.states()).toMatchObject({
      names: 'ok',
      'provider-credentials': 'blocked',
      'target-folder-exists': 'ok',
    });
    expect(await bench.make('backup')).toMatchObject({ step: 'refused', because: 'plan' });
  });

  it.each([
    [
      'a folder of that name',
      () => void simulator.folders.set('eu', new Map([['main.tf', '']])),
      'target-folder-exists',
    ],
    ['a null state', () => Object.assign(entry(), { state: null }), 'state'],
    ['dependencies', () => Object.assign(entry(), { deletable: false }), 'source-rack'],
    ['an update that runs', () => Object.assign(entry(), { status: 'updating' }), 'busy-rack'],
  ])('%s is refused', async (_name, spoil, step) => {
    spoil();
    const bench = open('acme/eu');
    await bench.run.start();
    expect(bench.states()[step]).toBe('blocked');
    expect(bench.states().move).toMatch(/^(?:waiting|blocked)$/);
  });

  function entry() {
    const found = console_().racks.get('acme/eu');
    if (!found) throw new Error('no acme/eu');
    return found;
  }
});
