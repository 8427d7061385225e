import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GuideProgressMemory } from '../../../src/live/guide-progress-folder.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { type GuideBench, guideBench, startQuietSimulator } from '../../support/guide-bench.ts';
import { AWS_CREDENTIALS, letConsoleIn } from '../../support/guide-samples.ts';

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

function console_() {
  if (!simulator.console) throw new Error('no console');
  return simulator.console;
}

function entry() {
  const found = console_().racks.get('acme/eu');
  if (!found) throw new Error('no acme/eu');
  return found;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('once the rack is called differently', () => {
  const progress = () => new GuideProgressMemory();

  /** `acme/staging` -> `staging`: begun on another rack of the console, the copy made, landed. */
  async function moved(notes: GuideProgressMemory): Promise<void> {
    const files = simulator.folders.get('staging') ?? new Map<string, string>();
    const parameters = JSON.parse(files.get('vars.json') ?? '{}') as Record<string, string>;
    for (const rack of simulator.racks) rack.version = parameters.release ?? '';
    const state = base64(files.get('terraform.tfstate') ?? '');
    console_().racks.set('acme/staging', { ...entry(), name: 'staging', parameters, state });
    simulator.folders.delete('staging');
    const bench = guideBench({
      guide: 'rack-move',
      rack: 'acme/eu',
      simulator,
      kept,
      progress: notes,
      input: { from: 'acme/staging', to: 'staging' },
      variables: AWS_CREDENTIALS,
    });
    benches.push(bench);
    await bench.run.start();
    expect(await bench.make('backup')).toMatchObject({ ended: { outcome: 'verified' } });
    simulator.folders.set('staging', files);
    console_().racks.delete('acme/staging');
  }

  async function openOn(rack: string, notes: GuideProgressMemory, input: Record<string, string> = {}) {
    const bench = guideBench({ guide: 'rack-move', rack, simulator, kept, progress: notes, input });
    benches.push(bench);
    await bench.run.start();
    return bench;
  }

  it('whoever begins on the new rack goes on with what was begun on the old one', async () => {
    const notes = progress();
    await moved(notes);
    const bench = await openOn('staging', notes);
    expect(bench.run.state.get().notices[0]).toBe('Begun as acme/staging: this rack is what became of it.');
    expect(bench.run.input).toMatchObject({ from: 'acme/staging', to: 'staging' });
    expect(bench.states()).toMatchObject({ backup: 'ok', move: 'ok', proof: 'ok', listed: 'ok' });
    // Finished it is history: the next move of this rack begins anew.
    expect(bench.states().current).toBe('ok');
    const later = await openOn('staging', notes);
    expect(later.run.state.get().notices).not.toContain('Begun as acme/staging: this rack is what became of it.');
    expect(later.states()).toMatchObject({ backup: 'todo' });
  });

  it('another value is another move, and another rack has nothing to do with it', async () => {
    const notes = progress();
    await moved(notes);
    expect((await openOn('staging', notes, { to: 'acme/staging' })).run.input).toEqual({ to: 'acme/staging' });
    expect((await openOn('acme/prod', notes)).run.state.get().notices).toEqual([]);
  });

  it('what was begun on this rack itself comes first', async () => {
    const notes = progress();
    letConsoleIn(simulator);
    const own = await openOn('staging', notes, { to: 'acme/staging' });
    expect(await own.make('backup')).toMatchObject({ ended: { outcome: 'verified' } });
    await moved(notes);
    expect((await openOn('staging', notes)).run.input).toEqual({ to: 'acme/staging' });
  });
});
