import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { type GuideBench, guideBench, startQuietSimulator } from '../../support/guide-bench.ts';
import { AWS_CREDENTIALS, letConsoleIn } from '../../support/guide-samples.ts';
import { guideWorld, writesOf } from '../../support/guide-world.ts';

let simulator: Simulator;
let kept: Map<string, string>;
let benches: GuideBench[] = [];

beforeEach(async () => {
  simulator = await startQuietSimulator();
  kept = new Map();
});

afterEach(async () => {
  await Promise.all(benches.map((bench) => bench.close()));
  benches = [];
  await simulator.close();
});

async function open(rack: string, to?: string, variables: readonly string[] = AWS_CREDENTIALS): Promise<GuideBench> {
  const input = to === undefined ? {} : { to };
  const bench = guideBench({ guide: 'rack-move', rack, simulator, kept, input, variables });
  benches.push(bench);
  await bench.run.start();
  return bench;
}

const resultOf = (bench: GuideBench, id: string) =>
  bench.run.state.get().steps.find(({ step }) => step.id === id)?.result;

function console_() {
  if (!simulator.console) throw new Error('no console');
  return simulator.console;
}

function entry(name = 'acme/eu') {
  const found = console_().racks.get(name);
  if (!found) throw new Error(`no ${name}`);
  return found;
}

function eu() {
  const rack = simulator.racks.find(({ name }) => name === 'acme/eu');
  if (!rack) throw new Error('no acme/eu');
  return rack;
}

const stateText = (name = 'acme/eu') => Buffer.from(entry(name).state ?? '', 'base64').toString('utf8');
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** The state of the console with other facts in it. */
function changedState(change: object): string {
  return JSON.stringify({ ...(JSON.parse(stateText()) as object), ...change });
}

/** What the CLI leaves on this machine (convox-api.md 8.1). */
function localSide(state = stateText()): Map<string, string> {
  const { parameters } = entry();
  return new Map([
    ['main.tf', 'module "system" {}\n'],
    ['vars.json', JSON.stringify(parameters)],
    ['terraform.tfstate', state],
  ]);
}

/** Refused: the way on is barred, no command is shown, nothing was sent or copied. */
async function expectRefused(bench: GuideBench, step: string, state = 'blocked'): Promise<void> {
  const before = [guideWorld(simulator, kept), writesOf(simulator, kept)];
  expect(bench.states()[step], bench.words(step)).toBe(state);
  expect(resultOf(bench, step)?.next, step).toMatch(/\S/);
  expect(resultOf(bench, 'move')?.state).toMatch(/^(?:waiting|blocked|unknown)$/);
  expect(resultOf(bench, 'move')?.command).toBeUndefined();
  expect(await bench.make('backup')).toMatchObject({ step: 'refused' });
  expect([guideWorld(simulator, kept), writesOf(simulator, kept)]).toEqual(before);
}

describe('from the console to this machine', () => {
  it('goes to the end: copy, command, proof on the new side', async () => {
    const bench = await open('acme/eu');
    expect(bench.states()).toMatchObject({ 'provider-credentials': 'ok', 'aws-access': 'not-needed', move: 'waiting' });
    expect(await bench.make('backup')).toMatchObject({ ended: { outcome: 'verified' } });
    expect(resultOf(bench, 'move')).toMatchObject({ state: 'todo', command: 'convox rack mv acme/eu eu' });
    simulator.folders.set('eu', localSide());
    console_().racks.delete('acme/eu');
    await bench.run.check();
    expect(bench.states()).toMatchObject({
      'source-rack': 'not-needed',
      'target-folder-exists': 'not-needed',
      backup: 'ok',
      move: 'ok',
      listed: 'ok',
      runtime: 'not-needed',
      current: 'ok',
    });
    expect(bench.words('listed')).toMatch(/does not list acme\/eu any more/);
    // The way through the console has gone with the rack: it is asked at the address in the new folder.
    expect(resultOf(bench, 'proof')?.state, bench.words('proof')).toBe('ok');
    expect(bench.evidence('proof')).toMatch(/after: lineage .*serial 42/);
    const said = `${bench.words('proof')}\n${bench.evidence('proof')}`;
    expect(said).toMatch(/eu answers at https:\/\/api\.\S+\.convox\.cloud, the address in the state/);
    expect(said).toMatch(/answers with the same version/);
    expect(said).toMatch(/address of the API is the same/);
    expect(said).toMatch(/the last proof: terraform -chdir=~\/\.config\/convox\/racks\/eu plan/);
    expect(said).not.toContain(eu().password);
    expect(bench.evidence('proof')).toMatch(/Lineage and serial are the same/);
    expect(bench.evidence('proof')).toMatch(/All parameters are the same/);
    expect(bench.evidence('proof')).toMatch(/to take it back: .*convox rack mv eu acme\/eu/);
  });

  async function landed(state?: string): Promise<GuideBench> {
    const bench = await open('acme/eu');
    await bench.make('backup');
    simulator.folders.set('eu', localSide(state));
    console_().racks.delete('acme/eu');
    return bench;
  }

  it('another version at the new address is found', async () => {
    const bench = await landed();
    eu().version = '3.24.8';
    await bench.run.check();
    expect(resultOf(bench, 'proof')).toMatchObject({
      state: 'blocked',
      words: expect.stringContaining('answers with version 3.24.8'),
    });
  });

  it.each<[string, (state: string) => string, RegExp]>([
    ['a password that is wrong', (state) => state.replace(eu().password, 'wrong'), /has not answered on its new way/],
    [
      'a state without an address',
      (state) => state.replace('"api"', '"apo"'),
      /no API address yet|has not answered on its new way/,
    ],
  ])('%s: said, without the password', async (_name, spoil, words) => {
    const bench = await landed(spoil(stateText()));
    await bench.run.check();
    const said = `${bench.words('proof')}\n${bench.evidence('proof')}\n${resultOf(bench, 'proof')?.next}`;
    expect(said).toMatch(words);
    expect(said).not.toContain(eu().password);
  });

  it('what stands in the folder is read anew at every look', async () => {
    const good = stateText();
    const bench = await landed(good.replace(eu().password, 'wrong'));
    await bench.run.check();
    expect(bench.states().proof).toBe('unknown');
    simulator.folders.set('eu', new Map([...(simulator.folders.get('eu') ?? []), ['terraform.tfstate', good]]));
    await bench.run.check();
    expect(bench.states().proof, bench.words('proof')).toBe('ok');
  });

  it('a rack that is down is not called proven', async () => {
    const bench = await landed();
    await simulator.faults.goDown('acme/eu');
    await bench.run.check();
    expect(resultOf(bench, 'proof')).toMatchObject({
      state: 'unknown',
      words: expect.stringContaining('has not answered on its new way'),
    });
  });

  it('a rack that arrives without its state is named, with the way out', async () => {
    const bench = await landed('');
    await bench.run.check();
    expect(resultOf(bench, 'move')).toMatchObject({
      state: 'blocked',
      words: expect.stringContaining('its state cannot be read'),
      next: expect.stringContaining('Put the state of the backup there'),
    });
    // The copy from before is the way out, and no new one is asked for.
    expect(bench.states()).toMatchObject({ backup: 'ok', 'source-rack': 'not-needed' });
    expect(bench.states().proof).toBe('waiting');
  });

  it.each<[string, string, () => unknown, (readonly string[])?]>([
    ['an empty release', 'release', () => delete entry().parameters?.release],
    ['another release', 'release', () => Object.assign(entry().parameters ?? {}, { release: '3.0.0' })],
    ['a state that is no base64', 'state', () => Object.assign(entry(), { state: '%%%' })],
    [
      'an unfinished installation',
      'state',
      () => Object.assign(entry(), { state: base64(changedState({ outputs: {} })) }),
    ],
    ['one credential of two', 'provider-credentials', () => undefined, ['AWS_ACCESS_KEY_ID']],
    ['a provider nobody knows', 'provider-credentials', () => Object.assign(entry(), { provider: 'metal' })],
    [
      'a whole local rack of that name',
      'target-folder-exists',
      () => simulator.folders.set('eu', localSide(changedState({ lineage: 'another' }))),
    ],
  ])('%s is refused before anything happens', async (_name, step, spoil, variables) => {
    spoil();
    await expectRefused(
      await open('acme/eu', undefined, variables),
      step,
      step === 'provider-credentials' && entry().provider === 'metal' ? 'unknown' : 'blocked',
    );
  });

  it.each<[string, RegExp, RegExp, () => unknown]>([
    [
      'half a folder',
      /folder of eu is not complete/,
      /Move the folder of eu away/,
      () => simulator.folders.set('eu', new Map([['main.tf', '']])),
    ],
    ['both sides', /Both acme\/eu and eu have the rack/, /keep one/, () => simulator.folders.set('eu', localSide())],
    [
      'both sides, one of them newer',
      /one of them has written since/,
      /keep the side with the higher serial/,
      () => simulator.folders.set('eu', localSide(changedState({ serial: 43 }))),
    ],
    [
      'neither side',
      /Neither acme\/eu nor eu has the rack/,
      /Restore the backup/,
      () => console_().racks.delete('acme/eu'),
    ],
  ])('ended with %s: named, with the way out, and nothing is repeated', async (_name, words, next, end) => {
    const bench = await open('acme/eu');
    await bench.make('backup');
    end();
    await bench.run.check();
    expect(resultOf(bench, 'move')).toMatchObject({
      state: 'blocked',
      words: expect.stringMatching(words),
      next: expect.stringMatching(next),
    });
    expect(resultOf(bench, 'move')?.command).toBeUndefined();
    expect(bench.states().proof).toBe('waiting');
    // The copy outlives it: it is the way out.
    expect([...kept.keys()].some((path) => path.endsWith('eu.tfstate'))).toBe(true);
  });
});

describe('from one organisation to another', () => {
  function runMove(): void {
    console_().racks.set('beta/eu', { ...entry(), organization: 'beta' });
    console_().racks.delete('acme/eu');
  }

  it('goes to the end: copy, command, proof, and who sees it', async () => {
    const bench = await open('acme/eu', 'beta/eu');
    expect(bench.states()).toMatchObject({
      names: 'ok',
      'target-folder-exists': 'not-needed',
      'target-rack-exists': 'ok',
      organization: 'ok',
      'aws-access': 'ok',
      'provider-credentials': 'not-needed',
    });
    expect(await bench.make('backup')).toMatchObject({ ended: { outcome: 'verified' } });
    expect(resultOf(bench, 'move')).toMatchObject({ state: 'todo', command: 'convox rack mv acme/eu beta/eu' });
    runMove();
    await bench.run.check();
    expect(bench.states()).toMatchObject({
      backup: 'ok',
      move: 'ok',
      proof: 'ok',
      listed: 'ok',
      runtime: 'todo',
    });
    // Asked through the new side: the old one is gone.
    expect(bench.states()['aws-access'], bench.words('aws-access')).toBe('ok');
    expect(bench.words('proof') + bench.evidence('proof')).toMatch(/beta\/eu answers through the console/);
    expect(resultOf(bench, 'runtime')?.command).toMatch(/^convox rack runtime attach \S+ -r beta\/eu$/);
  });

  it('what the console calls a runtime integration is one word of the command that people paste', async () => {
    const bench = await open('acme/eu', 'beta/eu');
    await bench.make('backup');
    runMove();
    console_().runtimes.unshift({ id: '$(reboot); x', title: 'odd' });
    await bench.run.check();
    const command = "convox rack runtime attach '$(reboot); x' -r beta/eu";
    expect(resultOf(bench, 'runtime')).toMatchObject({ command });
    expect(bench.evidence('runtime')).toContain(`attach odd: ${command}`);
  });

  it('as long as the old organisation lists it, teammates see both', async () => {
    const bench = await open('acme/eu', 'beta/eu');
    await bench.make('backup');
    console_().racks.set('beta/eu', { ...entry(), organization: 'beta' });
    await bench.run.check();
    expect(bench.states().listed).toBe('waiting');
    runMove();
    await bench.run.check();
    expect(bench.words('listed')).toMatch(/lists beta\/eu as running: everybody of beta/);
    expect(bench.evidence('listed')).toMatch(/the console lists: beta\/eu/);
  });

  it('the runtime integration is confirmed by a person, and only with one that there is', async () => {
    const bench = await open('acme/eu', 'beta/eu');
    await bench.make('backup');
    runMove();
    const withRuntime = async (runtime: string) => {
      const other = guideBench({
        guide: 'rack-move',
        rack: 'acme/eu',
        simulator,
        kept,
        input: { to: 'beta/eu', runtime },
        variables: AWS_CREDENTIALS,
      });
      benches.push(other);
      await other.run.start();
      return other;
    };
    await bench.run.check();
    expect(resultOf(bench, 'runtime')).toMatchObject({ state: 'todo', byHand: true });
    expect(bench.evidence('runtime')).toMatch(
      /attach aws-acme-sandbox: convox rack runtime attach \S+0002 -r beta\/eu/,
    );
    const confirmed = await withRuntime('AWS-acme-Production');
    expect(resultOf(confirmed, 'runtime')).toMatchObject({ state: 'ok', words: expect.stringContaining('as you say') });
    expect(confirmed.evidence('runtime')).toMatch(/confirmed by you: aws-acme-production \(7e1b0a52-0001\)/);
    const wrong = await withRuntime('aws-other');
    expect(resultOf(wrong, 'runtime')).toMatchObject({
      state: 'todo',
      words: expect.stringContaining('no runtime integration of this organisation'),
    });
  });

  it.each<[string, string, () => unknown]>([
    ['a null state', 'state', () => Object.assign(entry(), { state: null })],
    ['an empty release', 'release', () => delete entry().parameters?.release],
    ['dependencies', 'source-rack', () => Object.assign(entry(), { deletable: false })],
    ['an update that runs', 'busy-rack', () => Object.assign(entry(), { status: 'updating' })],
    [
      'another rack of that name',
      'target-rack-exists',
      () =>
        console_().racks.set('beta/eu', {
          ...entry(),
          organization: 'beta',
          state: base64(changedState({ lineage: 'another' })),
        }),
    ],
  ])('%s is refused before anything happens', async (_name, step, spoil) => {
    spoil();
    await expectRefused(await open('acme/eu', 'beta/eu'), step);
  });

  it.each([
    ['acme/eu', /itself|same|self/i],
    ['ACME/EU', /itself|same|self/i],
    ['beta/other', /name/i],
    ['beta/../eu', /no name of a rack/],
  ])('to %s is no move', async (to, words) => {
    const bench = await open('acme/eu', to);
    expect(bench.words('names')).toMatch(words);
    await expectRefused(bench, 'names', 'unknown');
  });

  it('a copy that could not be deleted at the old organisation is named', async () => {
    const bench = await open('acme/eu', 'beta/eu');
    await bench.make('backup');
    console_().racks.set('beta/eu', { ...entry(), organization: 'beta' });
    await bench.run.check();
    expect(resultOf(bench, 'move')).toMatchObject({
      state: 'blocked',
      words: expect.stringContaining('two writers'),
      next: expect.stringContaining('keep one: remove acme/eu or beta/eu from the console.'),
    });
  });
});

describe('from this machine to the console', () => {
  const staging = () => {
    const rack = simulator.racks.find(({ name }) => name === 'staging');
    if (!rack) throw new Error('no staging');
    return rack;
  };

  it.each<[string, string, () => unknown]>([
    ['a busy rack', 'busy-rack', () => staging().change((rack) => void Object.assign(rack, { status: 'updating' }))],
    [
      'another rack of that name',
      'target-rack-exists',
      () => console_().racks.set('acme/staging', { ...entry(), name: 'staging' }),
    ],
    ['no such folder', 'source-rack', () => simulator.folders.delete('staging')],
  ])('%s is refused before anything happens', async (_name, step, spoil) => {
    letConsoleIn(simulator);
    spoil();
    await expectRefused(await open('staging', 'acme/staging'), step);
  });

  it('half a folder beside another rack of that name is no move that has landed', async () => {
    letConsoleIn(simulator);
    simulator.folders.get('staging')?.delete('terraform.tfstate');
    console_().racks.set('acme/staging', { ...entry(), name: 'staging' });
    const bench = await open('staging', 'acme/staging');
    expect(bench.states()).toMatchObject({ 'target-rack-exists': 'blocked', move: 'blocked', proof: 'waiting' });
  });

  it('files that are left behind are told, and the new side is proven', async () => {
    letConsoleIn(simulator);
    const bench = await open('staging', 'acme/staging');
    await bench.make('backup');
    const files = simulator.folders.get('staging');
    const parameters = JSON.parse(files?.get('vars.json') ?? '{}') as Record<string, string>;
    const state = base64(files?.get('terraform.tfstate') ?? '');
    console_().racks.set('acme/staging', {
      ...entry(),
      name: 'staging',
      parameters,
      state,
      version: staging().version,
    });
    files?.delete('terraform.tfstate');
    await bench.run.check();
    expect(resultOf(bench, 'move')).toMatchObject({ state: 'ok', words: expect.stringContaining('left behind') });
    expect(bench.states()).toMatchObject({ proof: 'ok', listed: 'ok', current: 'todo' });
    expect(resultOf(bench, 'current')?.command).toBe('convox switch acme/staging');
  });
});
