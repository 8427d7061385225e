import { describe, expect, it } from 'vitest';
import { RESOURCES } from '../../src/resources/index.ts';
import { runProgram } from '../support/program.ts';

/** A script reads what a person sees: same views, no escape code, honest exit codes. */
describe('without a terminal', () => {
  const scoped = (id: string) =>
    RESOURCES.find((resource) => resource.id === id)?.scope === 'app' ? ['--app', 'checkout'] : [];

  it.each(RESOURCES.map((resource) => resource.id))('%s prints a table and JSON of the same rows', async (view) => {
    const rack = ['--rack', 'acme/prod', ...scoped(view)];
    const [plain, json] = await Promise.all([
      runProgram(['--demo', view, ...rack]),
      runProgram(['--demo', view, ...rack, '--json']),
    ]);
    expect(plain.code, plain.stderr).toBe(0);
    expect(json.code, json.stderr).toBe(0);
    expect(plain.stdout + json.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    const answer = JSON.parse(json.stdout) as { schema: string; rack: string; fetchedAt: string; items: object[] };
    expect(answer.schema).toBe(`rackdeck/${view}@1`);
    expect(answer.rack).toBe('acme/prod');
    expect(answer.fetchedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(answer.items.length).toBeGreaterThan(0);
    expect(plain.stdout.trimEnd().split('\n')).toHaveLength(answer.items.length + 1);
    const ids = RESOURCES.find((resource) => resource.id === view)?.columns.map((column) => column.id);
    expect(Object.keys(answer.items[0] ?? {})).toEqual(ids);
  });

  it('prints the board of all racks when called without a command', async () => {
    const run = await runProgram(['--demo']);
    expect(run.code).toBe(0);
    for (const rack of ['acme/prod', 'staging', 'acme/eu']) expect(run.stdout).toContain(rack);
    // Worst first: the deploy that went wrong leads.
    expect(run.stdout.split('\n')[1]).toMatch(/acme\/prod\s+checkout\s+x /);
  });

  it('filters in the language of the dashboard', async () => {
    const run = await runProgram([
      '--demo',
      'processes',
      '--rack',
      'acme/prod',
      '--app',
      'checkout',
      '--json',
      '--filter',
      'status:crashed age<1h',
    ]);
    const { items } = JSON.parse(run.stdout) as { items: { status: string }[] };
    expect(items.length).toBeGreaterThan(0);
    expect(new Set(items.map((item) => item.status))).toEqual(new Set(['crashed']));
  });

  it('prints logs and ends with the log', async () => {
    const run = await runProgram([
      '--demo',
      'logs',
      '--rack',
      'staging',
      '--app',
      'shop',
      '--no-follow',
      '--since',
      '2m',
    ]);
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout.split('\n').length).toBeGreaterThan(10);
    expect(run.stdout).not.toContain('\u001b');
  });

  it('answers doctor, and shows no secret', async () => {
    const run = await runProgram(['--demo', 'doctor']);
    expect(run.code, run.stdout).toBe(0);
    expect(run.stdout).toContain('acme/prod');
    expect(run.stdout).not.toMatch(/convox:[^\s]+@/);
  });
});

describe('exit codes', () => {
  it.each([
    ['an unknown view', ['aps'], {}, 2, /no view or command 'aps'/],
    ['no rack at all', ['apps'], {}, 2, /No rack is configured/],
    ['an app view without an app', ['--demo', 'builds', '--rack', 'staging'], {}, 2, /needs an app/],
    ['a bad filter', ['--demo', 'apps', '--filter', 'cpu>many'], {}, 2, /filter cannot be read/],
    ['an ambiguous rack', ['--demo', 'apps', '--rack', 'acme'], {}, 2, /Several racks match/],
    ['nothing listening', ['apps'], { RACK_URL: 'http://convox:pw-not-shown@127.0.0.1:9' }, 3, /Cannot reach/],
    ['a malformed RACK_URL', ['apps'], { RACK_URL: 'pw-not-shown' }, 1, /RACK_URL/],
  ] as const)('%s', async (_name, args, env, code, message) => {
    const run = await runProgram(args, { env });
    expect(run.stderr).toMatch(message);
    expect(run.stderr).toMatch(/next: /);
    expect(run.code).toBe(code);
    expect(run.stdout).toBe('');
    expect(run.stderr).not.toContain('pw-not-shown');
  });
});
