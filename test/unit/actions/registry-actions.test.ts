import { afterEach, describe, expect, test } from 'vitest';
import { type ActionBench, actionBench, type BenchOptions, confirm, settled } from '../../support/action-bench.ts';
import { echoOf, endOf, everythingTold, previewOf, refusalOf } from '../../support/action-states.ts';

const PASSWORD = 'p4ss-word-of-the-registry';
const HOOK = 'https://hooks.example.com/T0P-S3CRET';
let bench: ActionBench;

async function open(options: BenchOptions = {}): Promise<void> {
  bench = await actionBench(options);
}

afterEach(() => bench.close());

describe('registries', () => {
  test('one is added, read back, and its password told to nobody but the rack', async () => {
    await open();
    const run = bench.start('registry.add', [], { server: 'ghcr.io/acme', username: 'bot', password: PASSWORD });
    const told = everythingTold(run);
    const planned = await settled(run, 'planning');
    expect(echoOf(planned)).toBe('convox registries add ghcr.io/acme bot ****');
    confirm(run);
    const { outcome, words, undo } = endOf(await run.finished());
    expect([outcome, words]).toEqual(['verified', 'ghcr.io/acme is there, as bot.']);
    expect(undo).toMatchObject({ actionId: 'registry.remove', subjects: [{ id: 'ghcr.io/acme' }] });
    expect(bench.rack.registries.at(-1)).toEqual({ server: 'ghcr.io/acme', username: 'bot', password: PASSWORD });
    expect(told() + bench.journal.join('')).not.toContain(PASSWORD);
  });

  test('a new password of a known one says what it replaces; a lost answer stays unknown', async () => {
    await open();
    const input = { server: 'registry.example.com', username: 'acme-staging', password: PASSWORD };
    const preview = previewOf(await bench.plan('registry.add', [], input));
    expect(preview.headline).toBe('Replace the login of the registry registry.example.com on staging');
    expect(preview.warnings[0]).toContain('cannot be read back');
    bench.simulator.faults.add({ match: { method: 'POST' }, effect: { kind: 'status', code: 502 } });
    const { outcome, undo } = endOf(await bench.run('registry.add', [], input));
    expect([outcome, undo]).toEqual(['unclear', undefined]);
    expect(bench.mutations()).toEqual(['POST /registries']);
  });

  test.each(['https://ghcr.io', 'user:pw@ghcr.io', 'a b'])('not %s', async (server) => {
    await open();
    const refusal = refusalOf(await bench.plan('registry.add', [], { server, username: 'a', password: PASSWORD }));
    expect(refusal).toContain('Server is a host name');
    expect(refusal).not.toContain('pw@');
  });

  test('one is removed and gone', async () => {
    await open();
    const subjects = [{ id: 'registry.example.com' }];
    expect(previewOf(await bench.plan('registry.remove', subjects)).warnings[0]).toContain('cannot start again');
    expect(endOf(await bench.run('registry.remove', subjects)).words).toBe('registry.example.com is gone.');
    expect(bench.rack.registries).toEqual([]);
    expect(refusalOf(await bench.plan('registry.remove', subjects))).toContain('There is no registry');
  });

  test('a refusal of the rack is passed on', async () => {
    await open();
    const effect = { kind: 'status', code: 403, body: 'no', contentType: 'text/plain' } as const;
    bench.simulator.faults.add({ match: { method: 'DELETE' }, effect });
    expect(endOf(await bench.run('registry.remove', [{ id: 'registry.example.com' }])).outcome).toBe('rejected');
    expect(bench.mutations()).toEqual(['DELETE /registries/registry.example.com']);
  });
});

describe('resources of the rack', () => {
  test('a webhook is created; its address stays a secret', async () => {
    await open();
    const input = { kind: 'webhook', name: 'pager', parameters: `Url=${HOOK}` };
    const planned = await bench.plan('resource.create', [], input);
    expect(previewOf(planned).lines).toEqual([{ kind: 'added', text: 'Url: https://hooks.example.com/…' }]);
    const state = await bench.run('resource.create', [], input);
    expect(endOf(state)).toMatchObject({ outcome: 'verified', undo: { actionId: 'resource.delete' } });
    expect(bench.rack.webhooks.at(-1)).toEqual({ name: 'pager', url: HOOK });
    expect(JSON.stringify([planned, state, bench.journal])).not.toContain('T0P-S3CRET');
  });

  test.each([
    [{ kind: 's3' }, 'no resources of type s3, only webhook'],
    [{ kind: 'webhook' }, 'needs the parameter Url'],
    [{ kind: 'webhook', parameters: 'Adress=x' }, 'no parameter Adress'],
    [
      { kind: 'webhook', name: 'staging-deploys', parameters: `Url=${HOOK}` },
      'There is a resource staging-deploys already',
    ],
    [{ kind: 'webhook', parameters: 'nonsense' }, 'Line 1'],
  ])('%j is refused before anything is sent', async (input, reason) => {
    await open();
    const refusal = refusalOf(await bench.plan('resource.create', [], input));
    expect(refusal).toContain(reason);
    expect(refusal).not.toContain('S3CRET');
    expect(bench.mutations()).toEqual([]);
  });

  test('one is deleted and gone', async () => {
    await open();
    const planned = await bench.plan('resource.delete', [{ id: 'staging-deploys' }]);
    expect(JSON.stringify(planned)).not.toContain('hooks.example.com/staging');
    expect(endOf(await bench.run('resource.delete', [{ id: 'staging-deploys' }])).words).toBe(
      'staging-deploys is gone.',
    );
    expect(bench.rack.webhooks).toEqual([]);
  });
});
