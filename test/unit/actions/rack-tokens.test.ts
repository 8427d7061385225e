import { afterEach, describe, expect, test } from 'vitest';
import type { ActionContext } from '../../../src/actions/define-action.ts';
import { rotateRackKey } from '../../../src/actions/rotate-rack-key.ts';
import { Failure } from '../../../src/domain/failure.ts';
import { type ActionBench, actionBench, type BenchOptions, confirm, settled } from '../../support/action-bench.ts';
import { echoOf, endOf, everythingTold, previewOf, refusalOf } from '../../support/action-states.ts';
import { personMachine } from '../../support/person-machine.ts';

let bench: ActionBench;
const machine = { current: personMachine() };

async function open(options: BenchOptions = {}): Promise<void> {
  machine.current = personMachine();
  bench = await actionBench({ interaction: machine.current, ...options });
}

afterEach(() => bench.close());

describe('a rack access token', () => {
  test('goes to a file and nowhere else', async () => {
    await open();
    const run = bench.start('rack.token', [], { role: 'write', hours: '8' });
    const told = everythingTold(run);
    const planned = await settled(run, 'planning');
    expect(previewOf(planned).headline).toBe('Make a token with role write for staging, valid for 8 hours');
    expect(echoOf(planned)).toBe('convox rack access --role write --duration-in-hours 8');
    expect(bench.mutations()).toEqual([]);
    confirm(run);
    confirm(run);
    const { outcome, words } = endOf(await run.finished());
    expect([outcome, words]).toEqual([
      'verified',
      'The token is in staging-write-token.env, valid until 2026-09-01T20:00:00.000Z.',
    ]);
    expect(bench.mutations()).toEqual(['POST /system/jwt/token']);
    const saved = machine.current.saved.get('staging-write-token.env') ?? '';
    expect(saved).toMatch(/^RACK_URL=https:\/\/jwt:[\w.-]+@api\.[\w.-]+\n$/);
    const token = /jwt:([^@]+)@/.exec(saved)?.[1] ?? 'none';
    expect(told() + bench.journal.join('')).not.toContain(token);
  });

  test('a read token is not called harmless', async () => {
    await open();
    const { warnings } = previewOf(await bench.plan('rack.token', [], { role: 'read', hours: '1' }));
    expect(warnings.join(' ')).toContain('Kubernetes API');
  });

  test.each([
    [{ role: 'owner', hours: '1' }, {}, 'Role must be one of read, write, admin'],
    [{ role: 'read', hours: '9000' }, {}, 'between 1 and 8760'],
    [{ role: 'read', hours: '0' }, {}, 'between 1 and 8760'],
    [{ role: 'admin', hours: '1' }, { version: '3.24.5' }, 'needs rack >= 3.24.6'],
    [{ role: 'read', hours: '1' }, { version: '3.13.0' }, 'needs rack >= 3.13.1'],
    [{ role: 'read', hours: '1' }, { kind: 'gateway', person: 'admin@example.com' }, 'not proxied by the gateway'],
  ] as const)('%j on %j: %s', async (input, options, reason) => {
    await open(options);
    expect(refusalOf(await bench.plan('rack.token', [], input))).toContain(reason);
    expect(bench.mutations()).toEqual([]);
  });

  test('of a v2 rack is not refused for want of an address', async () => {
    await open({ version: '20260418101514' });
    // The simulated v2 rack has no tokens; what is planned for a real one is all there is to see.
    expect(previewOf(await bench.plan('rack.token', [], { role: 'read', hours: '1' })).blocked).toBeUndefined();
    const { generation } = bench.rack;
    expect([generation.v2, machine.current.saved.size]).toEqual([true, 0]);
  });

  test('that cannot be saved is not hidden: it was made', async () => {
    await open();
    machine.current.taken.add('*');
    const { words, failure } = endOf(await bench.run('rack.token', [], { role: 'read', hours: '2' }));
    expect(words).toContain('The token was made but could not be saved');
    expect(failure?.next).toContain('ends by itself after 2 h');
  });
});

describe('rotating the access key', () => {
  test('is done when the rack answers again', async () => {
    await open();
    const key = bench.rack.signingKey;
    const { outcome, words } = endOf(await bench.run('rack.key-rotate', []));
    expect([outcome, words]).toEqual(['verified', 'Rotated; the rack answers and is running.']);
    expect(bench.rack.signingKey).not.toBe(key);
    expect(bench.mutations()).toEqual(['PUT /system/jwt/rotate']);
  });

  test('warns whoever has more tokens, and is refused where the rack refuses', async () => {
    await open();
    const { warnings } = previewOf(await bench.plan('rack.key-rotate', []));
    expect(warnings[0]).toContain('fails until it has a new one');
    const effect = { kind: 'status', code: 403, body: 'no', contentType: 'text/plain' } as const;
    bench.simulator.faults.add({ match: { method: 'PUT' }, effect });
    expect(endOf(await bench.run('rack.key-rotate', [])).outcome).toBe('rejected');
  });

  test.each([
    ['not accepted any more', new Failure({ kind: 'not-logged-in', what: 'no' }), undefined, 'done'],
    ['still working although it was sent', undefined, true, 'pending'],
    ['still working and nothing known of the request', undefined, undefined, 'absent'],
  ] as const)('by a token of its own: %s', async (_what, failure, sent, expected) => {
    const system = () => (failure ? Promise.reject(failure) : Promise.resolve({ status: 'running' }));
    const context = { reads: { system }, signal: new AbortController().signal } as unknown as ActionContext;
    expect((await rotateRackKey.observe({ byToken: true }, sent, context)).state).toBe(expected);
    await open();
  });
});
