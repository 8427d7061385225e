import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { directUrl, Home } from '../support/home.ts';
import { PLANTED, plantSecrets } from '../support/planted-secrets.ts';
import { runProgram } from '../support/program.ts';

let home: Home;
let simulator: Simulator;
beforeEach(async () => {
  home = new Home();
  simulator = await startSimulator({ incident: 'bad-promote' });
});
afterEach(async () => {
  home.remove();
  await simulator.close();
});

/** "Send me what you have": one file, nothing secret in it. */
describe('rackdeck bundle', () => {
  it('saves one file for its owner alone, never over another, without a secret', async () => {
    for (const rack of simulator.racks) plantSecrets(rack);
    home.directRack('staging', directUrl(simulator));
    const args = ['bundle', '--rack', 'staging', '--app', 'checkout', '--out', 'incident.json'];
    const run = await runProgram(args, { home: home.path });
    expect(run.code, run.stderr).toBe(0);
    const path = join(home.path, 'incident.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const text = readFileSync(path, 'utf8');
    expect(text).not.toContain(PLANTED);
    expect(text).not.toContain(simulator.racks[1]?.password);
    expect(JSON.parse(text)).toMatchObject({ schema: 'rackdeck/bundle@1', rack: { name: 'staging' } });
    expect(JSON.parse(text)).toMatchObject({ doctor: { schema: 'rackdeck/doctor@1' } });

    writeFileSync(path, 'mine');
    const again = await runProgram(args, { home: home.path });
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(/exists already/);
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  it('prints with --json, and leaves no file', async () => {
    const run = await runProgram(['--demo-incident', 'oom', 'bundle', '--json'], { home: home.path });
    expect(run.code, run.stderr).toBe(0);
    const bundle = JSON.parse(run.stdout) as { apps: { name: string }[]; findings: { app: string }[] };
    expect(bundle.apps.map(({ name }) => name)).toEqual(['media']);
    expect(readdirSync(home.path).filter((name) => name.includes('bundle'))).toEqual([]);
  });
});
