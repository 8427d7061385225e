import { describe, expect, it } from 'vitest';
import { runProgram } from '../support/program.ts';

/** For a cron job or a CI step: what is wrong, on all racks, with an exit code. */
describe('rackdeck triage', () => {
  it.each([
    [['--fail-on', 'critical'], 1],
    [['--fail-on', 'warning', '--rack', 'staging'], 0],
    [[], 0],
  ] as const)('%j exits %i', async (flags, code) => {
    const run = await runProgram(['--demo-incident', 'bad-promote', 'triage', '--json', ...flags]);
    expect(run.code, run.stderr).toBe(code);
    const report = JSON.parse(run.stdout) as { schema: string; findings: { app: string }[] };
    expect(report.schema).toBe('rackdeck/triage@1');
    if (!(flags as readonly string[]).includes('--rack')) expect(report.findings[0]?.app).toBe('checkout');
  });

  it('cannot reach the only rack: 3, and the JSON says so', async () => {
    const run = await runProgram(['triage', '--json'], { env: { RACK_URL: 'http://convox:pw-not-shown@127.0.0.1:9' } });
    expect(run.code).toBe(3);
    expect(JSON.parse(run.stdout)).toMatchObject({ racks: [{ answered: false }], findings: [{ rule: 'no-answer' }] });
    expect(run.stdout + run.stderr).not.toContain('pw-not-shown');
  });

  it('knows its incidents, and names them for one it does not know', async () => {
    const run = await runProgram(['--demo-incident', 'flood', 'triage']);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/crash-loop.*noisy-neighbour/);
  });
});
