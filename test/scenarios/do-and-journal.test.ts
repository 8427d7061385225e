import { afterEach, describe, expect, it } from 'vitest';
import { Operations } from '../support/operations.ts';
import { runProgram } from '../support/program.ts';

let operations: Operations | undefined;
afterEach(async () => {
  await operations?.close();
  operations = undefined;
});

async function open(): Promise<Operations> {
  operations = await Operations.open();
  return operations;
}

describe('rackdeck do', () => {
  it('shows, takes the digest, runs once, and says no to everything else; the journal holds all of it', async () => {
    const { home, rack, mutations } = bound(await open());
    const run = (...args: string[]) => runProgram(args, { home: home.path });
    const scale = ['do', 'service.scale', 'worker', '--rack', 'staging', '--app', 'shop', '--set', 'count=2'];

    const shown = await run(...scale, '--dry-run');
    expect(shown.code, shown.stderr).toBe(0);
    expect(shown.stdout).toMatch(/Scale worker of shop on staging/);
    const digest = /^Preview: ([0-9a-f]{64})$/m.exec(shown.stdout)?.[1] ?? 'none';
    expect(mutations()).toEqual([]);

    const wrong = await run(...scale, '--yes', '--expect-preview', '0'.repeat(64));
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('not the one that was expected')]);
    expect(mutations()).toEqual([]);

    const done = await run(...scale, '--yes', '--expect-preview', digest);
    expect([done.code, done.stderr]).toEqual([0, expect.any(String)]);
    expect(done.stdout).toContain('worker is scaled: 2 of 2 running.');
    expect(mutations()).toEqual(['PUT /apps/shop/services/worker']);

    // The rack has moved: what was read then is not what would happen now.
    rack('staging').change((each) => Object.assign(each.apps.get('shop')?.services.get('worker') ?? {}, { count: 4 }));
    const moved = await run(...scale, '--yes', '--expect-preview', digest);
    expect(moved.code).toBe(1);

    const tier3 = ['do', 'app.delete', 'shop', '--rack', 'staging', '--app', 'shop', '--reason', 'no'];
    const shown3 = await run(...tier3, '--dry-run');
    const digest3 = /^Preview: ([0-9a-f]{64})$/m.exec(shown3.stdout)?.[1] ?? 'none';
    const refused = await run(...tier3, '--yes', '--expect-preview', digest3);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('only done in the dashboard, by a person'),
    ]);
    expect(mutations()).toHaveLength(1);

    const journal = await run('journal', '--rack', 'staging', '--json');
    expect(journal.stdout.match(/service\.scale/g), journal.stdout + journal.stderr).toHaveLength(1);
    expect(journal.stdout).not.toContain('app.delete');
    const verify = await run('journal', 'verify');
    expect([verify.code, verify.stdout + verify.stderr]).toEqual([0, expect.stringContaining('The journal holds')]);
  }, 40_000);
});

describe('a program that is killed while it proves something', () => {
  it('is found on the next start, and what became of it is read back', async () => {
    const { start, home, mutations } = bound(await open());
    const first = start('staging/shop/services');
    await first.plan({ view: 'services', row: 'worker', letter: 's', title: 'Scale service', fields: ['2'] });
    await first.confirm('enter');
    await first.terminal.waitFor(/Verifying|Verified/);
    first.terminal.signal('SIGKILL');
    await first.terminal.waitForExit();

    const second = start('staging/shop/services');
    await second.goTo('journal');
    await second.terminal.waitFor(/service\.scale +shop\/worker +\S? *done/, 20_000);
    // What the rack says now, held against how it was before.
    second.terminal.press('enter');
    await second.terminal.waitFor(/worker is scaled: 2 of 2 running/);
    // Read back, not done again.
    expect(mutations()).toEqual(['PUT /apps/shop/services/worker']);
    const verify = await runProgram(['journal', 'verify'], { home: home.path });
    expect(verify.code).toBe(0);
  }, 40_000);
});

/** Its methods, to be called by name. */
function bound(all: Operations) {
  return {
    home: all.home,
    rack: (name: 'staging') => all.rack(name),
    start: (at: string) => all.start(at),
    mutations: () => all.mutations(),
  };
}
