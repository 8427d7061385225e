import { describe, expect, it } from 'vitest';
import { RESOURCES } from '../../src/resources/index.ts';
import { runMain, runProgram } from '../support/program.ts';

/** Views that acme/prod does not offer (a gateway passes on little, and its user is no admin): who offers them, if anyone. */
const ELSEWHERE = new Map<string, { readonly rack: string; readonly empty?: true } | 'nowhere'>([
  ['resources', { rack: 'staging' }],
  ['balancers', { rack: 'acme/eu' }],
  ['configs', { rack: 'staging' }],
  ['cost', { rack: 'staging' }],
  ['budget', { rack: 'staging' }],
  ['certificates', { rack: 'staging' }],
  ['registries', { rack: 'staging' }],
  ['rack-resources', { rack: 'staging' }],
  ['rack-params', { rack: 'acme/eu' }],
  ['rack-releases', 'nowhere'],
  ['journal', { rack: 'acme/prod', empty: true }],
  ['audit', 'nowhere'],
  ['approvals', 'nowhere'],
  ['users', 'nowhere'],
]);

/** What a rack cannot show, and the reason it gives. */
const REFUSED: readonly (readonly [view: string, rack: string, reason: RegExp])[] = [
  ['resources', 'acme/prod', /not proxied by the gateway/],
  ['balancers', 'acme/prod', /not proxied by the gateway/],
  ['configs', 'acme/prod', /not proxied by the gateway/],
  ['certificates', 'acme/prod', /not proxied by the gateway/],
  ['registries', 'acme/prod', /not proxied by the gateway/],
  ['rack-resources', 'acme/prod', /not proxied by the gateway/],
  ['budget', 'acme/prod', /not proxied by the gateway/],
  ['cost', 'acme/prod', /not proxied by the gateway/],
  ['cost', 'acme/eu', /needs rack >= 3\.24\.6; this one is 3\.21\.4/],
  ['budget', 'acme/eu', /needs rack >= 3\.24\.6; this one is 3\.21\.4/],
  ['rack-params', 'acme/prod', /a v3 rack does not keep its own parameters/],
  ['rack-params', 'staging', /a v3 rack does not keep its own parameters/],
  ['rack-releases', 'acme/prod', /v3 racks do not support it/],
  ['rack-releases', 'staging', /v3 racks do not support it/],
  ['audit', 'acme/prod', /needs role admin; you are deployer/],
  ['approvals', 'acme/prod', /needs role admin; you are deployer/],
  ['users', 'acme/prod', /needs role admin; you are deployer/],
  ['audit', 'staging', /only through a rack gateway/],
  ['sessions', 'acme/eu', /only through a rack gateway/],
  ['roles', 'staging', /only through a rack gateway/],
];

interface DemoPlace {
  readonly rack: string;
  readonly args: readonly string[];
  readonly empty: boolean;
}

/** Undefined: no rack of the demo offers it to its user. */
function placeOf(view: string): DemoPlace | undefined {
  const place = ELSEWHERE.get(view) ?? { rack: 'acme/prod' };
  if (place === 'nowhere') return undefined;
  return { rack: place.rack, args: argsFor(view, place.rack), empty: 'empty' in place };
}

function argsFor(view: string, rack: string): readonly string[] {
  const scoped = RESOURCES.find((resource) => resource.id === view)?.scope === 'app';
  return ['--rack', rack, ...(scoped ? ['--app', rack === 'acme/eu' ? 'billing' : 'checkout'] : [])];
}

/** A script reads what a person sees: same views, no escape code, honest exit codes. */
describe('without a terminal', () => {
  it.each(RESOURCES.map((resource) => resource.id))('%s prints a table and JSON of the same rows', async (view) => {
    const where = placeOf(view);
    if (where === undefined) return;
    const [plain, json] = await Promise.all([
      runMain(['--demo', view, ...where.args]),
      runMain(['--demo', view, ...where.args, '--json']),
    ]);
    expect(plain.code, plain.stderr).toBe(0);
    expect(json.code, json.stderr).toBe(0);
    expect(plain.stdout + json.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    const answer = JSON.parse(json.stdout) as { schema: string; rack: string; fetchedAt: string; items: object[] };
    expect(answer.schema).toBe(`rackdeck/${view}@1`);
    expect(answer.rack).toBe(where.rack);
    expect(answer.fetchedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const resource = RESOURCES.find(({ id }) => id === view);
    if (where.empty) {
      expect(answer.items).toEqual([]);
      expect([plain.stdout, plain.stderr]).toEqual(['', `${resource?.empty}\n`]);
      return;
    }
    expect(answer.items.length).toBeGreaterThan(0);
    expect(plain.stdout.trimEnd().split('\n')).toHaveLength(answer.items.length + 1);
    const ids = resource?.columns.map((column) => column.id);
    // A view may have a JSON form of its own; it is then richer than its table.
    const keys = Object.keys(answer.items[0] ?? {});
    if (resource?.json) expect(keys.length).toBeGreaterThanOrEqual(ids?.length ?? 0);
    else expect(keys).toEqual(ids);
  });

  it.each(REFUSED)('%s on %s says why not', async (view, rack, reason) => {
    const run = await runMain(['--demo', view, ...argsFor(view, rack)]);
    expect(run.code, run.stdout).toBe(1);
    expect(run.stdout).toBe('');
    expect(run.stderr).toMatch(reason);
    expect(run.stderr).toMatch(/^error: /);
  });

  it('shows every view somewhere on the demo, or says why it cannot', () => {
    const refused = new Set<string>(REFUSED.map(([view]) => view));
    const nowhere = RESOURCES.map(({ id }) => id).filter((id) => placeOf(id) === undefined && !refused.has(id));
    expect(nowhere).toEqual([]);
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
